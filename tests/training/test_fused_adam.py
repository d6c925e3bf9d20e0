import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.training.fused_adam import FusedAdamW

ON_TENSORFLOW = keras.backend.backend() == "tensorflow"


def weights_after(optimizer_class, gradients, start, **settings):
    variables = [keras.Variable(values) for values in start]
    optimizer = optimizer_class(0.01, weight_decay=0.1, **settings)
    for step in gradients:
        optimizer.apply([ops.convert_to_tensor(each) for each in step], variables)
    return [np.asarray(variable) for variable in variables]


@pytest.mark.parametrize(
    "settings", [{}, {"use_ema": True}, {"global_clipnorm": 0.5}, {"amsgrad": True}]
)
def test_equals_adamw_of_keras(settings, rng):
    start = [rng.normal(size=shape).astype("float32") for shape in ((40, 8), (8,))]
    gradients = [
        [rng.normal(size=values.shape).astype("float32") for values in start] for _ in range(5)
    ]
    expected = weights_after(keras.optimizers.AdamW, gradients, start, **settings)
    found = weights_after(FusedAdamW, gradients, start, **settings)
    for one, other, before in zip(found, expected, start, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        assert not np.allclose(one, before)


@pytest.mark.skipif(not ON_TENSORFLOW, reason="other backends have no gradients of rows")
def test_gradients_of_rows_count_like_whole_ones(rng):
    import tensorflow as tf

    start = rng.normal(size=(5, 3)).astype("float32")
    rows, places = rng.normal(size=(4, 3)).astype("float32"), [1, 3, 1, 1]
    whole = np.zeros_like(start)
    np.add.at(whole, places, rows)
    found, expected = keras.Variable(start), keras.Variable(start)
    for variable, gradient in (
        (found, tf.IndexedSlices(tf.constant(rows), tf.constant(places), tf.constant([5, 3]))),
        (expected, tf.constant(whole)),
    ):
        optimizer = FusedAdamW(0.01)
        optimizer.apply([gradient], [variable])
        optimizer.apply([gradient], [variable])
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_trains_a_table_inside_a_compiled_model_and_comes_back(jit_compile, rng, tmp_path):
    keras.utils.set_random_seed(0)
    tokens = rng.integers(0, 50, (128, 6)).astype("int32")
    targets = (tokens == 7).any(axis=1).astype("float32")[:, None]
    model = keras.Sequential(
        [
            keras.layers.Embedding(50, 8),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = FusedAdamW(0.05, use_ema=True)
    model.compile(optimizer, "binary_crossentropy", steps_per_execution=4, jit_compile=jit_compile)
    model.fit(tokens, targets, batch_size=32, epochs=20, verbose=0)
    assert model.evaluate(tokens, targets, verbose=0) < 0.1
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(again.optimizer, FusedAdamW)
    np.testing.assert_array_equal(
        again.predict(tokens, verbose=0), model.predict(tokens, verbose=0)
    )
    again.fit(tokens, targets, verbose=0)
