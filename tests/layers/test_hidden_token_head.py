import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import HiddenTokenHead
from tests.layers.harness import check_layer


@keras.saving.register_keras_serializable(package="tests")
class Alone(HiddenTokenHead):
    """The head with places of its own, since the harness knows one input only."""

    def build(self, input_shape):
        super().build([input_shape, (input_shape[0], 3)])

    def call(self, inputs):
        places = ops.tile(np.array([[5, 0, 3]], "int32"), (ops.shape(inputs)[0], 1))
        return super().call([inputs, places])

    def compute_output_shape(self, input_shape):
        return super().compute_output_shape([input_shape, (input_shape[0], 3)])

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), "float32")


@pytest.fixture
def inputs(rng):
    vectors = rng.normal(size=(2, 4, 8)).astype("float32")
    return [vectors, np.array([[0, 7, 2], [3, 3, 6]], "int32")]


@pytest.mark.parametrize(("stride", "trainable"), [(1, 6), (2, 7)])
def test_harness(rng, tmp_path, stride, trainable):
    def make(dtype):
        return Alone(11, stride, dtype=dtype)

    vectors = rng.normal(size=(3, 6, 8)).astype("float32")
    check_layer(make, vectors, (3, 3, 11), tmp_path, trainable=trainable, dtype="float32")


def test_as_written_down(inputs):
    vectors, places = inputs
    head = HiddenTokenHead(5, stride=2)
    answer = np.asarray(head(inputs))
    for text in range(2):
        for number, place in enumerate(places[text]):
            offset = np.asarray(head.offsets)[place % 2]
            assert np.abs(offset).max() > 0
            x = np.asarray(head.hidden((vectors[text, place // 2] + offset)[None]))
            expected = np.asarray(head.guess(head.norm(x)))[0]
            np.testing.assert_allclose(answer[text, number], expected, atol=1e-5)
    x = np.linspace(-3, 3, 7, dtype="float32")
    expected = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    np.testing.assert_allclose(head.hidden.activation(x), expected, atol=1e-5)


def test_a_model_of_two_inputs(inputs, tmp_path):
    """With any number of positions and guesses; the mask of the vectors ends here."""
    tokens, places = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(9, 8, mask_zero=True)(tokens)
    logits = HiddenTokenHead(11)([vectors, places])
    assert getattr(logits, "_keras_mask", None) is None
    assert logits.shape == (None, None, 11) and logits.dtype == "float32"
    model = keras.Model([tokens, places], logits)
    for length, guesses in ((4, 2), (7, 3)):
        x = [np.ones((2, length), "int32"), np.full((2, guesses), length - 1, "int32")]
        answer = model.predict(x, verbose=0)
        assert answer.shape == (2, guesses, 11)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), answer)


def test_it_learns_what_stands_where(rng):
    """Two tokens a vector: only the learned offsets tell them apart."""
    tokens = rng.integers(0, 5, (64, 12)).astype("int32")
    vectors = np.eye(5, dtype="float32")[tokens].reshape(64, 6, 10)
    places = rng.integers(0, 12, (64, 4)).astype("int32")
    inputs = [keras.Input((None, 10)), keras.Input((None,), dtype="int32")]
    model = keras.Model(inputs, HiddenTokenHead(5, stride=2)(inputs))
    model.compile(
        optimizer=keras.optimizers.Adam(0.05),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    targets = np.take_along_axis(tokens, places, axis=1)
    model.fit([vectors, places], targets, batch_size=64, epochs=40, verbose=0)
    assert model.evaluate([vectors, places], targets, verbose=0)[1] > 0.95


def test_refusals(inputs):
    with pytest.raises(ValueError, match="at least 1, received 0 and 1"):
        HiddenTokenHead(0)
    with pytest.raises(ValueError, match="at least 1, received 5 and 0"):
        HiddenTokenHead(5, stride=0)
    with pytest.raises(ValueError, match="and places of shape"):
        HiddenTokenHead(5)(inputs[0])
    with pytest.raises(ValueError, match="and places of shape"):
        HiddenTokenHead(5)([inputs[0], inputs[0]])
