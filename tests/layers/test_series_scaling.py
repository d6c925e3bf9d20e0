import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import SeriesScaling
from tests.layers.harness import check_layer

NAMES, MEAN, SCALE = ["서울", "b"], [2.0, -1.0], [0.5, 4.0]


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("trailing", [(), (3,)])
def test_harness(rng, tmp_path, inverse, trailing):
    values = rng.normal(size=(4, 5, 2, *trailing)).astype("float32")

    def make(dtype):
        return SeriesScaling(NAMES, MEAN, SCALE, inverse=inverse, dtype=dtype)

    check_layer(make, values, values.shape, tmp_path, trainable=0)


def test_each_series_has_its_own_scale():
    scaled = SeriesScaling(NAMES, MEAN, SCALE)(np.array([[[3.0, 7.0]]], "float32"))
    np.testing.assert_array_equal(scaled, [[[2.0, 2.0]]])
    own = SeriesScaling(NAMES, MEAN, SCALE, inverse=True)(np.array([[[2.0, 2.0]]], "float32"))
    np.testing.assert_array_equal(own, [[[3.0, 7.0]]])


def test_quantiles_move_with_their_series():
    quantiles = np.array([[[[-1.0, 1.0], [0.0, 2.0]]]], "float32")
    own = SeriesScaling(NAMES, MEAN, SCALE, inverse=True)(quantiles)
    np.testing.assert_array_equal(own, [[[[1.5, 2.5], [-1.0, 7.0]]]])


def test_missing_values_stay_missing():
    scaled = SeriesScaling(NAMES, MEAN, SCALE)(np.array([[[np.nan, 7.0]]], "float32"))
    np.testing.assert_array_equal(scaled, [[[np.nan, 2.0]]])


def test_statistics_survive_saving_exactly(rng, tmp_path):
    mean, scale = rng.normal(size=2).astype("float32"), np.array([1 / 3, 1e-7], "float32")
    symbol = keras.Input((None, 2))
    model = keras.Model(symbol, SeriesScaling(NAMES, mean, scale, name="scaling")(symbol))
    model.save(tmp_path / "model.keras")
    layer = keras.models.load_model(tmp_path / "model.keras").get_layer("scaling")
    assert layer.names == NAMES
    np.testing.assert_array_equal(np.array(layer.mean, "float32"), mean)
    np.testing.assert_array_equal(np.array(layer.scale, "float32"), scale)


def test_half_precision_does_not_round_what_is_far_from_zero():
    values = np.array([[[100_000.0], [100_001.0]]], "float32")
    layer = SeriesScaling(["a"], [100_000.0], [1.0], dtype="mixed_bfloat16")
    symbol = keras.Input((2, 1))
    for answer in (layer(values), keras.Model(symbol, layer(symbol))(values)):
        np.testing.assert_array_equal(ops.cast(answer, "float32"), [[[0.0], [1.0]]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["a", "a"], [0, 0], [1, 1]), "distinct names"),
        (([], [], []), "distinct names"),
        ((["a"], [0, 1], [1]), "one mean and one scale for each of 1 series, received 2 and 1"),
        ((["a"], [0], [0]), "scales above 0"),
        ((["a"], [np.nan], [1]), "finite means"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        SeriesScaling(*arguments)


def test_refuses_another_number_of_series():
    with pytest.raises(ValueError, match=r"shape \(batch, time, 2, ...\).*received \(4, 5, 3\)"):
        SeriesScaling(NAMES, MEAN, SCALE)(np.zeros((4, 5, 3), "float32"))
