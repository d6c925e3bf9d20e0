"""The checks that every layer passes."""

import keras
import numpy as np
from keras import ops

from dltemplates.training.model_file import read_model


def check_layer(
    make,
    inputs: np.ndarray,
    output_shape: tuple[int, ...],
    tmp_path,
    *,
    trainable: int,
    non_trainable: int = 0,
    dtype: str | None = None,
) -> None:
    """Checks one layer under `float32` and `mixed_bfloat16`.

    Shapes (computed, symbolic and real agree), number of weights, serialisation, eager and symbolic
    use, finite gradients to every trainable weight, saving and loading, and export.

    Args:
        make: Builds a fresh layer; takes `dtype`.
        inputs: A batch of at least two.
        output_shape: Shape of the layer's answer to `inputs`.
        trainable: Number of trainable weights.
        non_trainable: Number of other weights.
        dtype: Of the answer; None for the layer's compute dtype.
    """
    for policy in ("float32", "mixed_bfloat16"):
        layer = make(dtype=policy)
        tolerance = 1e-5 if policy == "float32" else 3e-2
        eager = layer(inputs)
        assert tuple(eager.shape) == output_shape
        assert tuple(layer.compute_output_shape(inputs.shape)) == output_shape
        assert keras.backend.standardize_dtype(eager.dtype) == (dtype or layer.compute_dtype)
        assert len(layer.trainable_weights) == trainable
        assert len(layer.non_trainable_weights) == non_trainable

        twin = make(dtype=policy).__class__.from_config(layer.get_config())
        assert twin.get_config() == layer.get_config()
        twin.build(inputs.shape)
        twin.set_weights(layer.get_weights())
        _same(twin(inputs), eager, tolerance)

        symbol = keras.Input(inputs.shape[1:])
        model = keras.Model(symbol, layer(symbol))
        assert model.output_shape == (None, *output_shape[1:])
        expected = model.predict(inputs, verbose=0)
        _same(expected, eager, tolerance)

        path = tmp_path / f"{policy}.keras"
        model.save(path)
        loaded = read_model(path)
        _same(loaded.predict(inputs, verbose=0), expected, 0.0)
        if keras.backend.backend() == "tensorflow":
            _check_export(model, inputs, expected, tmp_path / policy, tolerance)
        if trainable:
            _check_gradients(layer, inputs)


def _check_gradients(layer, inputs) -> None:
    """One step of training changes every trainable weight, to something finite."""
    symbol = keras.Input(inputs.shape[1:])
    flat = keras.layers.Flatten()(layer(symbol))
    model = keras.Model(symbol, keras.layers.Dense(1, dtype="float32")(flat))
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    before = [ops.convert_to_numpy(weight).copy() for weight in layer.trainable_weights]
    model.train_on_batch(inputs, np.arange(len(inputs), dtype="float32")[:, None])
    for old, weight in zip(before, layer.trainable_weights, strict=True):
        new = ops.convert_to_numpy(weight)
        assert np.isfinite(new).all(), weight.path
        assert not np.array_equal(old, new), weight.path


def _check_export(model, inputs, expected, path, tolerance) -> None:
    import tensorflow as tf

    model.export(str(path), verbose=False)
    loaded = tf.saved_model.load(str(path))  # kept: its variables go when it goes
    _same(loaded.serve(inputs), expected, tolerance)


def _same(actual, expected, tolerance: float) -> None:
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(actual, "float32")),
        ops.convert_to_numpy(ops.cast(expected, "float32")),
        rtol=tolerance,
        atol=tolerance,
    )
