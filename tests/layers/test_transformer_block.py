import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import TransformerBlock
from tests.layers.harness import check_layer


@pytest.mark.parametrize(
    "options",
    [
        {"positions": "rotary", "dropout": 0.1},
        {"norm_first": False, "activation": "gelu", "dropout_shape": "element", "dropout": 0.1},
    ],
)
def test_harness(rng, tmp_path, options):
    inputs = rng.normal(size=(3, 7, 8)).astype("float32")

    def make(dtype):
        return TransformerBlock(2, 16, dtype=dtype, **options)

    # The bias of the keys changes no attention, but it shares one weight with the others.
    check_layer(make, inputs, inputs.shape, tmp_path, trainable=12)


def test_equals_the_published_formulas(rng):
    """Post-normalised, with a mask, in numpy."""
    inputs = rng.normal(size=(2, 5, 8)).astype("float32")
    mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], bool)
    layer = TransformerBlock(2, 16, norm_first=False)
    layer.build(inputs.shape)
    layer.set_weights([rng.normal(size=weight.shape) * 0.5 for weight in layer.weights])
    kernel, bias = layer.projection.get_weights()
    queries, keys, values = np.split(inputs @ kernel + bias, 3, axis=-1)
    attended = np.zeros_like(inputs)
    for row in range(2):
        for head in (slice(0, 4), slice(4, 8)):
            scores = queries[row, :, head] @ keys[row, :, head].T / 2.0
            scores = np.exp(np.where(mask[row], scores, -np.inf))
            weights = scores / scores.sum(axis=-1, keepdims=True)
            attended[row, :, head] = weights @ values[row, :, head]
    kernel, bias = layer.output_projection.get_weights()
    middle = normalised(inputs + attended @ kernel + bias, layer.attention_norm)
    kernel, bias = layer.hidden.get_weights()
    hidden = np.maximum(middle @ kernel + bias, 0.0)
    kernel, bias = layer.contraction.get_weights()
    expected = normalised(middle + hidden @ kernel + bias, layer.feed_forward_norm)
    answer = np.asarray(layer(inputs, mask=ops.convert_to_tensor(mask)))
    np.testing.assert_allclose(answer[mask], expected[mask], rtol=1e-3, atol=1e-3)


def normalised(values, layer):
    gamma, beta = layer.get_weights()
    centred = values - values.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-6) * gamma + beta


@pytest.mark.parametrize("positions", ["none", "rotary"])
@pytest.mark.parametrize("norm_first", [True, False])
def test_padding_changes_nothing(rng, positions, norm_first):
    layer = TransformerBlock(2, 16, positions=positions, norm_first=norm_first)
    text = rng.normal(size=(2, 5, 8)).astype("float32")
    alone = layer(text)
    for scale in (1.0, 1e4):
        noise = scale * rng.normal(size=(2, 3, 8)).astype("float32")
        mask = ops.convert_to_tensor(np.tile(np.arange(8) < 5, (2, 1)))
        answer = np.asarray(layer(np.concatenate([text, noise], axis=1), mask=mask))
        np.testing.assert_allclose(answer[:, :5], alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_an_empty_text_is_finite(rng, dtype):
    layer = TransformerBlock(2, 16, dtype=dtype)
    inputs = rng.normal(size=(2, 5, 8)).astype("float32")
    answer = layer(inputs, mask=ops.zeros((2, 5), "bool"))
    assert np.isfinite(np.asarray(answer, "float32")).all()


def test_sees_positions_only_when_rotary(rng):
    inputs = rng.normal(size=(2, 6, 8)).astype("float32")
    for positions, equal in (("none", True), ("rotary", False)):
        layer = TransformerBlock(2, 16, positions=positions)
        backwards = np.asarray(layer(inputs[:, ::-1]))[:, ::-1]
        assert np.allclose(layer(inputs), backwards, atol=1e-5) is equal


def test_the_mask_goes_on_and_lengths_differ(rng):
    tokens = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(9, 8, mask_zero=True)(tokens)
    values = TransformerBlock(2, 16, positions="rotary")(embedded)
    model = keras.Model(tokens, keras.layers.GlobalAveragePooling1D()(values))
    short = rng.integers(1, 9, (3, 5)).astype("int32")
    long = np.pad(short, ((0, 0), (0, 8)))
    np.testing.assert_allclose(model(long), model(short), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", ["unit", "element"])
def test_dropout_only_in_training(rng, shape):
    inputs = np.zeros((4, 6, 32), "float32")
    layer = TransformerBlock(2, 16, dropout=0.5, dropout_shape=shape, seed=1)
    layer.build(inputs.shape)
    layer.contraction.bias.assign(np.ones(32))
    np.testing.assert_array_equal(layer(inputs), np.ones((4, 6, 32)))
    dropped = np.asarray(layer(inputs, training=True)) == 0.0
    assert 0.3 < dropped.mean() < 0.7
    by_text = (dropped == dropped[:, :1]).all()
    assert by_text == (shape == "unit")


def test_refusals():
    with pytest.raises(ValueError, match="at least 1, received 0 and 8"):
        TransformerBlock(0, 8)
    with pytest.raises(ValueError, match=r"`dropout` in \[0, 1\), received 1.0"):
        TransformerBlock(2, 8, dropout=1.0)
    with pytest.raises(ValueError, match="`positions` of none, rotary, received 'learned'"):
        TransformerBlock(2, 8, positions="learned")
    with pytest.raises(ValueError, match="`dropout_shape` of unit, element, received 'x'"):
        TransformerBlock(2, 8, dropout_shape="x")
    for shape in ((None, 8), (None, 5, None), (None, 5, 9)):
        with pytest.raises(ValueError, match="multiple of the 2 heads, received"):
            TransformerBlock(2, 8).build(shape)
