"""A finished forecaster: what it adds to its network, and that its export answers alike."""

import json
import zipfile
from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras import layers, ops

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.time_series import Covariates
from dltemplates.errors import DataError, ExportError
from dltemplates.evaluation.conformal import ConformalIntervals
from dltemplates.evaluation.network_forecaster import network_forecaster
from dltemplates.export.forecast_requests import savedmodel_requests
from dltemplates.export.forecaster import (
    COVARIATES,
    covariate_names,
    finish_forecaster,
    forecaster_archive,
    raw_window,
    sample_windows,
    series_names,
    unix_seconds,
)
from dltemplates.export.parity import check_parity
from dltemplates.export.savedmodel import export_savedmodel
from dltemplates.layers import QuantileHead
from dltemplates.training.pinball import PinballLoss
from dltemplates.training.schedules import OneCycle
from tests.data.small_series import small_series

LOOKBACK, HORIZON = 8, 4


def make_data(**kinds) -> ForecastData:
    return ForecastData(small_series(**kinds), lookback=LOOKBACK, horizon=HORIZON)


def make_network(data: ForecastData, quantiles: tuple[float, ...] = ()) -> keras.Model:
    """A network to which every input matters."""
    keras.utils.set_random_seed(0)
    windows = data.windows(np.array([20]), np.array([0])).inputs
    inputs = {
        name: keras.Input(value.shape[1:], dtype=value.dtype.name, name=name)
        for name, value in windows.items()
    }
    parts = [layers.Embedding(len(data.series.names), 3)(inputs["series"])]
    parts += [layers.Flatten()(each) for name, each in inputs.items() if name != "series"]
    x = layers.Dense(HORIZON)(ops.concatenate(parts, axis=-1))[..., None]
    return keras.Model(inputs, QuantileHead(quantiles)(x) if quantiles else x)


def make_intervals(data: ForecastData, bounds=None) -> ConformalIntervals:
    margins = np.random.default_rng(3).uniform(0.5, 1.5, (len(data.series.names), HORIZON))
    return ConformalIntervals(0.8, margins.astype("float32"), bounds, 100)


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("covariates", [False, True])
def test_it_answers_as_the_network_does_in_the_data_s_unit(missing, covariates):
    data = make_data(missing=missing, covariates=covariates, ahead=HORIZON)
    check_answers(data, range(LOOKBACK, 61 - HORIZON, 3 if missing else 12))


def test_it_answers_alike_of_a_series_that_starts_late():
    series = small_series(covariates=True)
    series.values[2, :25] = np.nan
    data = ForecastData(series, lookback=LOOKBACK, horizon=HORIZON)
    check_answers(data, (20, 25, 26, 30, 33))


def test_a_known_covariate_may_be_called_like_a_calendar_feature():
    series = small_series(covariates=True)
    series = replace(
        series,
        known=Covariates(["weekend"], series.known.values),
        calendar=Calendar(("weekend",)),
    )
    check_answers(ForecastData(series, lookback=LOOKBACK, horizon=HORIZON), (20,))


def check_answers(data: ForecastData, origins) -> None:
    """The finished forecaster must say what its network does, in the data's unit."""
    network, intervals = make_network(data), make_intervals(data)
    model = finish_forecaster(network, data, intervals)
    for origin in origins:
        windows = data.windows(np.full(3, origin), np.arange(3))
        expected = network_forecaster(network)(windows)
        ends = intervals.around(expected, windows)
        answer = model(raw_window(data.series, LOOKBACK, HORIZON, origin))
        for name, scaled in (
            ("forecast", expected),
            ("lower", ends[..., 0]),
            ("upper", ends[..., 1]),
        ):
            unscaled = scaled * data.scale[:, None] + data.mean[:, None]
            np.testing.assert_allclose(
                np.asarray(answer[name])[0].T, unscaled, rtol=1e-4, atol=1e-4
            )


def test_batches_and_series_are_not_mixed_up():
    data = make_data()
    model = finish_forecaster(make_network(data), data, None)
    windows = [raw_window(data.series, LOOKBACK, HORIZON, origin) for origin in (10, 30)]
    both = model({"values": np.concatenate([window["values"] for window in windows])})
    assert list(both) == ["forecast"] and both["forecast"].shape == (2, HORIZON, 3)
    for index, window in enumerate(windows):
        alone = model(window)["forecast"]
        np.testing.assert_allclose(both["forecast"][index], alone[0], rtol=1e-5)


def test_the_forecast_of_quantiles_is_the_median():
    data, levels = make_data(), (0.1, 0.25, 0.5, 0.9)
    model = finish_forecaster(make_network(data, levels), data, make_intervals(data, (0, 3)))
    answer = model(raw_window(data.series, LOOKBACK, HORIZON, 30))
    assert answer["quantiles"].shape == (1, HORIZON, 3, 4)
    np.testing.assert_array_equal(answer["forecast"], answer["quantiles"][..., 2])
    assert (answer["lower"] < answer["quantiles"][..., 0]).numpy().all()
    assert (answer["upper"] > answer["quantiles"][..., 3]).numpy().all()


def test_the_export_is_proven_and_knows_itself(tmp_path):
    data = make_data(missing=True, covariates=True, ahead=HORIZON)
    model = finish_forecaster(make_network(data), data, make_intervals(data))
    model.save(tmp_path / "model.keras")
    model = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert series_names(model) == ["a", "b", "c"]
    requests = savedmodel_requests(model, sample_windows(data, 4))
    version, parity = export_savedmodel(
        forecaster_archive(model),
        tmp_path / "export",
        lambda folder: check_parity(folder, requests),
    )
    assert json.loads((version / "parity.json").read_text()) == parity.as_dict()
    assert parity.items == 1 + 3 + 64 + 7 * 4
    metadata = tf.saved_model.load(version).signatures["metadata"]()
    assert metadata["series"].numpy().tolist() == [b"a", b"b", b"c"]
    assert (metadata["lookback"], metadata["horizon"]) == (LOOKBACK, HORIZON)
    assert metadata["frequency"] == b"h"
    assert metadata["kind"] == b"forecaster"
    np.testing.assert_allclose(metadata["mean"], data.mean, rtol=1e-6)
    np.testing.assert_allclose(metadata["scale"], data.scale, rtol=1e-6)
    assert float(metadata["coverage"]) == pytest.approx(0.8)
    covariates = {kind: metadata[kind].numpy().tolist() for kind in COVARIATES}
    assert covariates == {
        "past": [b"wind", b"rain"],
        "known": [b"price"],
        "calendar": [b"hour", b"weekend"],
        "static": [b"area", b"height"],
    }


def test_without_covariates_there_are_no_names():
    data = make_data()
    model = finish_forecaster(make_network(data), data, None)
    assert covariate_names(model) == {kind: [] for kind in COVARIATES}


def test_an_export_without_covariates_has_no_names_of_them(served):
    metadata = served.owner.signatures["metadata"]()
    assert [metadata[kind].shape for kind in COVARIATES] == [(0,)] * len(COVARIATES)


@pytest.mark.parametrize(
    "shape", [(1, LOOKBACK, 1), (1, LOOKBACK, 2), (1, LOOKBACK, 4), (1, LOOKBACK - 1, 3)]
)
def test_a_request_of_another_shape_is_refused(served, shape):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"values .*shape \[\?,8,3\]"):
        served(values=tf.zeros(shape))


def test_a_request_may_have_any_batch(served):
    assert served.structured_input_signature[1]["values"].shape == (None, LOOKBACK, 3)
    for batch in (1, 2, 5):
        assert served(values=tf.zeros((batch, LOOKBACK, 3)))["upper"].shape == (batch, HORIZON, 3)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The signature of an export of three series, loaded by TensorFlow alone."""
    data = make_data()
    model = finish_forecaster(make_network(data), data, make_intervals(data))
    folder = tmp_path_factory.mktemp("export") / "1"
    forecaster_archive(model).write_out(str(folder), verbose=False)
    loaded = tf.saved_model.load(folder)
    signature = loaded.signatures["serving_default"]
    signature.owner = loaded  # whose variables it only borrows
    return signature


def test_what_it_was_trained_with_is_not_saved(tmp_path):
    data = make_data()
    network = make_network(data, (0.1, 0.5, 0.9))
    schedule = OneCycle(1e-3, steps=10)
    network.compile(keras.optimizers.SGD(schedule), PinballLoss((0.1, 0.5, 0.9)))
    model = finish_forecaster(network, data, None)
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        config = archive.read("config.json").decode()
    assert "QuantileHead" in config
    assert "PinballLoss" not in config and "OneCycle" not in config


def test_another_answer_is_noticed(tmp_path):
    data = make_data()
    model = finish_forecaster(make_network(data), data, None)
    requests = savedmodel_requests(model, sample_windows(data, 3))
    network = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    dense = next(layer for layer in network.layers if isinstance(layer, layers.Dense))
    dense.set_weights([weight + 0.01 for weight in dense.get_weights()])
    with pytest.raises(ExportError, match="does not answer as the model does"):
        export_savedmodel(
            forecaster_archive(model),
            tmp_path / "export",
            lambda folder: check_parity(folder, requests),
        )
    assert not (tmp_path / "export").exists()


def test_a_small_series_is_not_hidden_by_a_large_one(tmp_path):
    series = small_series()
    series.values[0] *= 1e6
    data = ForecastData(series, lookback=LOOKBACK, horizon=HORIZON)
    model = finish_forecaster(make_network(data), data, None)
    requests = savedmodel_requests(model, sample_windows(data, 3))
    off = np.array([1.0, 1.0, 1.001], "float32")
    requests = [
        replace(each, expected={"forecast": each.expected["forecast"] * off}) for each in requests
    ]
    with pytest.raises(ExportError, match="does not answer as the model does"):
        export_savedmodel(
            forecaster_archive(model),
            tmp_path / "export",
            lambda folder: check_parity(folder, requests),
        )


def test_too_short_a_history():
    with pytest.raises(DataError, match="7 rows are fewer than the lookback of 8"):
        raw_window(small_series(), LOOKBACK, HORIZON, 7)


def test_covariates_that_end_too_early():
    series = small_series(covariates=True, ahead=HORIZON - 1)
    with pytest.raises(DataError, match=r"\(price\) end 1 rows before the horizon"):
        raw_window(series, LOOKBACK, HORIZON, series.length)


def test_another_model_is_no_forecaster():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    with pytest.raises(ExportError, match="no finished forecaster"):
        forecaster_archive(model)


def test_seconds_of_times_with_and_without_a_zone():
    times = pd.DatetimeIndex(["1970-01-02 00:00"])
    assert unix_seconds(times).tolist() == [86_400]
    assert unix_seconds(times.tz_localize("Asia/Seoul")).tolist() == [86_400 - 9 * 3600]
