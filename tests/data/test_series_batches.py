from dataclasses import replace
from itertools import chain, islice

import keras
import numpy as np
import pytest

from dltemplates.data import forecast_data, series_batches, window_features
from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_batches import evaluation_batches, training_batches
from dltemplates.data.time_series import Covariates
from tests.data.small_series import small_series


def of(**kinds):
    return ForecastData(small_series(**kinds), lookback=6, horizon=4)


def batches(dataset, count=None):
    return list(islice(dataset.as_numpy_iterator(), count))


def numbered():
    """Values that tell their place: 1,000 times the series, and the row."""
    data = of()
    rows = 1_000 * np.arange(3)[:, None] + np.arange(60)
    data.scaled = rows.astype("float32")
    return data


def same(batch, windows):
    expected = [windows.inputs, windows.targets, windows.weights][: 2 + (len(batch) > 2)]
    assert (len(batch) > 2) == (windows.weights is not None)
    assert batch[0].keys() == expected[0].keys()
    for name, value in expected[0].items():
        assert batch[0][name].dtype == value.dtype
        np.testing.assert_array_equal(batch[0][name], value)
        assert batch[0][name].tobytes() == value.tobytes(), name
    for found, wanted in zip(batch[1:], expected[1:], strict=True):
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("late", [0, 20])
@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("covariates", [False, True])
def test_batches_and_windows_agree(missing, covariates, late):
    series = small_series(missing=missing, covariates=covariates)
    series.values[2, :late] = np.nan
    data = ForecastData(series, lookback=6, horizon=4)
    for split in ("train", "validation", "test"):
        found = batches(evaluation_batches(data, split, 7))
        origins = np.repeat(data.origins(split), 3)
        windows = data.windows(origins, np.arange(len(origins)) % 3)
        joined = [np.concatenate(part) for part in zip(*(b[1:] for b in found), strict=True)]
        inputs = {name: np.concatenate([batch[0][name] for batch in found]) for name in found[0][0]}
        same((inputs, *joined), windows)


def test_training_batches_hold_windows_of_the_training_split():
    data = of(missing=True, covariates=True)
    places = numbered()
    for batch, place in zip(
        batches(training_batches(data, 8, 3), 5),
        batches(training_batches(places, 8, 3), 5),
        strict=True,
    ):
        first = place[1][:, 0, 0].astype("int64")
        same(batch, data.windows(first % 1_000, first // 1_000))


def test_every_pass_shows_each_pair_once_in_an_order_of_its_own():
    data = numbered()
    pairs = len(data.origins("train")) * 3
    found = [b[1][:, 0, 0] for b in batches(training_batches(data, pairs, 0), 2)]
    expected = sorted(1_000 * s + row for s in range(3) for row in data.origins("train"))
    assert sorted(found[0]) == sorted(found[1]) == expected
    assert (found[0] != found[1]).mean() > 0.9
    assert abs(np.corrcoef(found[0], np.arange(pairs))[0, 1]) < 0.3


def test_an_item_depends_on_seed_and_number_alone():
    data = numbered()
    once, again = (batches(training_batches(data, 5, 1), 9) for _ in range(2))
    later = batches(training_batches(data, 5, 1, first_step=6), 3)
    other = batches(training_batches(data, 5, 2), 9)
    smaller = batches(training_batches(data, 1, 1), 45)
    first = [b[1][:, 0, 0].tolist() for b in once]
    assert first == [b[1][:, 0, 0].tolist() for b in again]
    assert first[6:] == [b[1][:, 0, 0].tolist() for b in later]
    assert first != [b[1][:, 0, 0].tolist() for b in other]
    assert list(chain(*first)) == [b[1][0, 0, 0] for b in smaller]


def test_training_batches_never_see_what_comes_after_training():
    series = small_series(missing=True, covariates=True)
    values, past = series.values.copy(), series.past.values.copy()
    values[:, 36:], past[:, 36:] = 1e6, -1e6
    altered = replace(series, values=values, past=Covariates(series.past.names, past))
    old, new = (
        batches(training_batches(ForecastData(each, lookback=6, horizon=4, train_end=36), 16, 0), 9)
        for each in (series, altered)
    )
    for before, after in zip(old, new, strict=True):
        assert all(before[0][name].tobytes() == after[0][name].tobytes() for name in before[0])
        assert before[1].tobytes() == after[1].tobytes()
        assert before[2].tobytes() == after[2].tobytes()


def test_shapes_are_known_to_the_graph():
    inputs, targets = training_batches(of(covariates=True), 8, 0).element_spec
    assert inputs["values"].shape == (8, 6)
    assert inputs["history"].shape == (8, 6, 6)
    assert targets.shape == (8, 4, 1)
    inputs, targets = evaluation_batches(of(covariates=True), "test", 8).element_spec
    assert inputs["known"].shape == (None, 4, 4)
    inputs, *_, weights = training_batches(of(missing=True, covariates=True), 8, 0).element_spec
    assert (inputs["values"].shape, inputs["history"].shape) == ((8, 6), (8, 6, 7))
    assert weights.shape == (8, 4)


def test_where_nothing_is_missing_nothing_is_filled(monkeypatch):
    def refuse(*_):
        raise AssertionError("a gather too many")

    monkeypatch.setattr(forecast_data, "filled_at_front", refuse)
    monkeypatch.setattr(window_features, "filled_at_front", refuse)
    monkeypatch.setattr(series_batches, "filled_at_front", refuse)
    series = small_series(covariates=True)
    series.past.values[:, 10, 0] = 50
    data = ForecastData(series, lookback=6, horizon=4)
    batches(evaluation_batches(data, "test", 7))
    data.windows(np.array([16]), np.array([0]))


def test_a_long_split_is_thinned_evenly():
    data = numbered()
    found = batches(evaluation_batches(data, "train", 100, limit=12))
    first = np.concatenate([b[1][:, 0, 0] for b in found])
    assert len(first) == 12
    assert (first[:3] == [6, 1006, 2006]).all()
    assert first[-1] == 2000 + data.origins("train")[-1]
    assert evaluation_batches(data, "train", 5, limit=12).cardinality() == 3


def test_keras_fits_them_and_weights_count():
    data = of(missing=True)
    values, history = keras.Input((6,), name="values"), keras.Input((6, 1), name="history")
    forecast = keras.layers.Dense(4)(keras.layers.Concatenate()([values, history[..., 0]]))
    inputs = {"values": values, "history": history, "series": keras.Input((), name="series")}
    model = keras.Model(inputs, forecast[..., None])
    model.compile("sgd", "mse", weighted_metrics=["mse"])
    history = model.fit(
        training_batches(data, 8, 0),
        steps_per_epoch=4,
        shuffle=False,
        epochs=2,
        validation_data=evaluation_batches(data, "validation", 5),
        verbose=0,
    ).history
    windows = data.windows(np.repeat(data.origins("validation"), 3), np.tile(np.arange(3), 9))
    errors = model.predict(windows.inputs, verbose=0) - windows.targets
    expected = (errors[..., 0] ** 2 * windows.weights).sum() / windows.weights.sum()
    assert history["val_mse"][-1] == pytest.approx(expected, rel=1e-4)
