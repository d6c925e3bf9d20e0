import keras
import numpy as np
import pytest

from dltemplates.layers import LogitBlend


@pytest.fixture
def logits(rng):
    return [rng.normal(size=(4, 3)).astype("float32") for _ in range(2)]


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_as_the_harness_checks(logits, policy, tmp_path):
    """The harness knows one input only."""
    tf = pytest.importorskip("tensorflow")
    layer = LogitBlend(dtype=policy)
    answer = layer(logits)
    assert keras.backend.standardize_dtype(answer.dtype) == layer.compute_dtype
    tolerance = 1e-6 if policy == "float32" else 3e-2
    np.testing.assert_allclose(np.asarray(answer, "float32"), sum(logits), atol=tolerance)
    assert len(layer.trainable_weights) == 0 and len(layer.non_trainable_weights) == 1

    inputs = [keras.Input((3,)), keras.Input((3,))]
    model = keras.Model(inputs, layer(inputs))
    assert model.output_shape == (None, 3)
    layer.set_weights_of([0.25, 2.0])
    expected = 0.25 * logits[0] + 2.0 * logits[1]
    np.testing.assert_allclose(
        np.asarray(model(logits), "float32"), expected, rtol=tolerance, atol=tolerance
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(logits), model.predict(logits))
    model.export(str(tmp_path / "exported"), verbose=False)
    served = tf.saved_model.load(str(tmp_path / "exported"))  # kept: its variables go when it goes
    np.testing.assert_allclose(
        np.asarray(served.serve(logits), "float32"), expected, rtol=tolerance, atol=tolerance
    )


def test_gradients_reach_the_parts_and_not_the_weights(logits):
    tf = pytest.importorskip("tensorflow")
    layer = LogitBlend()
    layer(logits)
    layer.set_weights_of([0.5, 3.0])
    values = [tf.constant(part) for part in logits]
    with tf.GradientTape() as tape:
        tape.watch(values)
        total = tf.reduce_sum(layer(values))
    for gradient, weight in zip(tape.gradient(total, values), (0.5, 3.0), strict=True):
        np.testing.assert_array_equal(gradient, np.full((4, 3), weight))


def test_the_number_of_parts_survives():
    assert LogitBlend.from_config(LogitBlend(3).get_config()).parts == 3


def test_refusals(logits):
    with pytest.raises(ValueError, match="at least 1, received 0"):
        LogitBlend(0)
    with pytest.raises(ValueError, match=r"3 inputs of the same width.*\(4, 3\), \(4, 3\)"):
        LogitBlend(3)(logits)
    with pytest.raises(ValueError, match=r"same width.*\(4, 3\), \(4, 2\)"):
        LogitBlend()([logits[0], logits[1][:, :2]])
    with pytest.raises(ValueError, match="Expected a list of inputs"):
        LogitBlend(1)(logits[0])
    layer = LogitBlend()
    layer(logits)
    for weights in ([1.0], [1.0, np.nan]):
        with pytest.raises(ValueError, match="2 finite weights"):
            layer.set_weights_of(weights)
