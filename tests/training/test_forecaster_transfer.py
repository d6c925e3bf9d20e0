"""A network takes over from another: the same answers where the data are the same."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dltemplates.errors import RunError
from dltemplates.layers import PositionEmbedding, QuantileHead, SegmentEmbedding
from dltemplates.training.forecaster_transfer import (
    HISTORY,
    KNOWN,
    RESIDUAL,
    SERIES,
    STEPS,
    ForecasterChange,
    InputMap,
    series_rows,
    take_forecaster_weights,
)

SAME = InputMap(np.eye(1), np.zeros(1))
LOOKBACK = 6


def inputs(horizon: int, history: int, known: int = 1) -> dict[str, keras.KerasTensor]:
    return {
        "values": keras.Input((LOOKBACK,), name="values"),
        "series": keras.Input((), dtype="int32", name="series"),
        "history": keras.Input((LOOKBACK, history), name="history"),
        "known": keras.Input((horizon, known), name="known"),
    }


def plain(
    series=2, horizon=4, history=1, cell=layers.GRU, quantiles=(), units=3, known=1
) -> keras.Model:
    given = inputs(horizon, history, known)
    x = cell(units, name=HISTORY)(
        ops.concatenate([given["values"][..., None], given["history"]], axis=-1)
    )
    row = layers.Embedding(series, 2, name=SERIES)(given["series"])
    x = layers.Concatenate()([x, row, layers.Flatten()(given["known"])])
    if quantiles:
        x = layers.Reshape((horizon, 2))(layers.Dense(2 * horizon, name=STEPS)(x))
        return keras.Model(given, QuantileHead(quantiles)(x))
    return keras.Model(given, layers.Dense(horizon, name=STEPS)(x)[..., None])


def segment(series=2, horizon=4, history=1, length=2) -> keras.Model:
    given = inputs(horizon, history)
    count = -(-horizon // length)
    window = ops.concatenate([given["values"][..., None], given["history"]], axis=-1)
    state = layers.LSTM(3)(SegmentEmbedding(3, length, name=HISTORY)(window))
    row = layers.Embedding(series, 3, name=SERIES)(given["series"])
    queries = PositionEmbedding()(layers.RepeatVector(count)(row + state))
    queries += SegmentEmbedding(3, length, name=KNOWN)(given["known"])
    steps = layers.Dense(length, name=RESIDUAL)(queries)
    return keras.Model(given, ops.reshape(steps, (-1, count * length, 1))[:, -horizon:])


def trained(model: keras.Model) -> keras.Model:
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.weights])
    return model


def windows(rng, history: int, known: int = 4, series=(0, 1)) -> dict[str, np.ndarray]:
    size = len(series)
    return {
        "values": rng.normal(size=(size, LOOKBACK)).astype("float32"),
        "series": np.array(series, "int32"),
        "history": rng.normal(size=(size, LOOKBACK, history)).astype("float32"),
        "known": rng.normal(size=(size, known, 1)).astype("float32"),
    }


def change(series=(0, 1), horizons=(4, 4), season=2, history=SAME, known=SAME) -> ForecasterChange:
    return ForecasterChange(series, horizons, season, history, known)


CELLS = [layers.LSTM, layers.GRU, layers.SimpleRNN]


@pytest.mark.parametrize("build", [segment, *(lambda c=c, **k: plain(cell=c, **k) for c in CELLS)])
def test_features_of_another_scale_change_no_answer(rng, build):
    """A feature is scaled otherwise, and `observed`, which was 1 throughout, is not there."""
    history = InputMap(np.array([[0.0, 2.5]]), np.array([1.0, -0.5]))
    known = InputMap(np.array([[0.2]]), np.array([3.0]))
    old, new = trained(build(history=2)), build(history=1)
    take_forecaster_weights(old, new, change(history=history, known=known))
    here = windows(rng, 1)
    there = {
        **here,
        "history": history.features(here["history"]),
        "known": known.features(here["known"]),
    }
    np.testing.assert_allclose(new(here), old(there), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("build", [plain, segment])
def test_series_are_known_by_what_they_were(rng, build):
    old, new = trained(build()), build(series=3)
    take_forecaster_weights(old, new, change(series=(1, None, 0)))
    here = windows(rng, 1, series=(0, 2))
    expected = old({**here, "series": np.array([1, 0])})
    np.testing.assert_allclose(new(here), expected, rtol=1e-5)
    table = old.get_layer(SERIES).get_weights()[0]
    np.testing.assert_allclose(
        new.get_layer(SERIES).get_weights()[0][1], table.mean(axis=0), rtol=1e-6
    )
    assert series_rows(table, [1, None]).shape == (2, table.shape[1])


@pytest.mark.parametrize("build", [plain, segment])
@pytest.mark.parametrize("horizon", [2, 8])
def test_a_horizon_of_other_length_begins_alike(rng, build, horizon):
    old, new = trained(build()), build(horizon=horizon)
    take_forecaster_weights(old, new, change(horizons=(4, horizon)))
    here = windows(rng, 1, known=8)
    here["known"][:, min(4, horizon) :] = 0.0
    there = {**here, "known": here["known"][:, :4]}
    here["known"] = here["known"][:, :horizon]
    shared = min(4, horizon)
    np.testing.assert_allclose(new(here)[:, :shared], old(there)[:, :shared], rtol=1e-4, atol=1e-5)


def test_a_network_without_known_features_reaches_further(rng):
    old, new = trained(plain(known=0)), plain(horizon=6, known=0)
    nothing = InputMap(np.zeros((0, 0)), np.zeros(0))
    take_forecaster_weights(old, new, change(horizons=(4, 6), known=nothing))
    here = windows(rng, 1)
    here["known"] = np.zeros((2, 6, 0), "float32")
    there = {**here, "known": here["known"][:, :4]}
    np.testing.assert_allclose(new(here)[:, :4], old(there), rtol=1e-5)


def test_steps_beyond_begin_as_those_a_season_earlier():
    assert change(horizons=(4, 9), season=3).steps().tolist() == [0, 1, 2, 3, 1, 2, 3, 1, 2]
    assert change(horizons=(4, 6), season=24).steps().tolist() == [0, 1, 2, 3, 3, 3]
    assert change(horizons=(4, 2), season=3).steps().tolist() == [0, 1]


def test_shifted_segments_leave_the_last_layer_new():
    old, new = trained(segment()), segment(horizon=5)
    before = new.get_layer(RESIDUAL).get_weights()
    take_forecaster_weights(old, new, change(horizons=(4, 5)))
    for one, two in zip(before, new.get_layer(RESIDUAL).get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(
        new.get_layer(HISTORY).get_weights()[0], old.get_layer(HISTORY).get_weights()[0]
    )


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (lambda: plain(quantiles=(0.1, 0.5, 0.9)), "forecasts points, this one quantiles"),
        (lambda: plain(cell=layers.LSTM), "where it has a GRU, the network has a LSTM"),
        (lambda: plain(units=5), "history_reader has units 3 there, 5 here"),
        (segment, "layers, this one"),
    ],
)
def test_other_networks_are_refused(other, words):
    target = other()
    before = target.get_weights()
    with pytest.raises(RunError, match=words):
        take_forecaster_weights(trained(plain()), target, change())
    for one, two in zip(before, target.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
