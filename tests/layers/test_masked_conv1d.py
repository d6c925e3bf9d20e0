import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import MaskedConv1D
from tests.layers.harness import check_layer


@pytest.mark.parametrize(("kernel_size", "strides", "length"), [(3, 1, 7), (4, 2, 4), (5, 3, 4)])
def test_harness(rng, tmp_path, kernel_size, strides, length):
    inputs = rng.normal(size=(3, 10 if strides == 3 else 7, 4)).astype("float32")

    def make(dtype):
        return MaskedConv1D(5, kernel_size, strides, activation="tanh", dtype=dtype)

    check_layer(make, inputs, (3, length, 5), tmp_path, trainable=2)


@pytest.mark.parametrize("strides", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel_size", [4, 7])
def test_padding_changes_nothing(rng, kernel_size, strides):
    """Whatever the padding holds, and however much of it there is."""
    layer = MaskedConv1D(5, kernel_size, strides)
    for length in (1, 2, 5, 8):
        text = rng.normal(size=(2, length, 4)).astype("float32")
        alone = np.asarray(layer(text))
        for extra in (1, 3, 6):
            padded = np.concatenate([text, rng.normal(size=(2, extra, 4))], axis=1).astype(
                "float32"
            )
            mask = np.tile(np.arange(length + extra) < length, (2, 1))
            answer = layer(padded, mask=ops.convert_to_tensor(mask))
            kept = np.asarray(layer.compute_mask(padded, ops.convert_to_tensor(mask)))
            assert answer.shape[:2] == kept.shape == layer.compute_output_shape(padded.shape)[:2]
            assert kept.sum(axis=1).tolist() == [alone.shape[1]] * 2
            assert kept[:, : alone.shape[1]].all()
            np.testing.assert_allclose(
                np.asarray(answer)[:, : alone.shape[1]], alone, rtol=1e-5, atol=1e-6
            )


def test_a_window_is_centred_on_what_it_stands_for():
    layer = MaskedConv1D(1, 4, 2)
    inputs = np.arange(1, 7, dtype="float32").reshape(1, 6, 1)
    layer.build(inputs.shape)
    layer.set_weights([np.ones((4, 1, 1)), np.zeros(1)])
    # 0 (1 2) 3, 2 (3 4) 5, 4 (5 6) 0: the pair in the middle, one more at each side
    np.testing.assert_allclose(np.asarray(layer(inputs)).ravel(), [6, 14, 15])


def test_a_position_is_kept_if_any_of_its_inputs_is():
    layer = MaskedConv1D(1, 3, 3)
    mask = np.array([[0, 0, 1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 1, 1, 0, 0]], bool)
    kept = layer.compute_mask(None, ops.convert_to_tensor(mask))
    np.testing.assert_array_equal(kept, [[True, False, True], [True, True, False]])
    assert layer.compute_mask(None, None) is None


@pytest.mark.parametrize("strides", [2, 3, 4])
def test_the_mask_goes_on(rng, strides):
    tokens = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(9, 4, mask_zero=True)(tokens)
    answer = keras.layers.GlobalAveragePooling1D()(MaskedConv1D(3, 4, strides)(embedded))
    model = keras.Model(tokens, answer)
    for length in (3, 4, 5, 6):
        short = rng.integers(1, 9, (3, length)).astype("int32")
        long = np.pad(short, ((0, 0), (0, 8)))
        np.testing.assert_allclose(model(long), model(short), rtol=1e-5, atol=1e-6)


def test_refusals():
    with pytest.raises(ValueError, match="at least 1, received 0 and 1"):
        MaskedConv1D(0, 3)
    with pytest.raises(ValueError, match=r"at least `strides`.*received 2 and 3"):
        MaskedConv1D(4, 2, 3)
    for shape in ((None, 5), (None, None, None), (None, 5, 5, 3)):
        with pytest.raises(ValueError, match="with fixed units, received"):
            MaskedConv1D(4, 3).build(shape)
