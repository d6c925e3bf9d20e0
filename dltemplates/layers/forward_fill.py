"""Missing values of a series, filled from what was last observed."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class ForwardFill(keras.layers.Layer):
    """Replaces what is not a finite number by the last finite value before it in time.

    Where nothing finite came before, the first finite value of the series is taken; a series
    without any becomes zeros.

    Input shape:
        `(batch, time, ...)`, such as `(batch, time, series)`, the time fixed; NaN or infinite where
        missing.

    Output shape:
        The same, all finite.

    Raises:
        ValueError: On inputs without a time axis of known length.
    """

    def build(self, input_shape) -> None:
        if len(input_shape) < 2 or not input_shape[1]:
            raise ValueError(
                "Expected inputs of shape (batch, time, ...), with a fixed time of at least 1, "
                f"received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        missing = ops.full_like(inputs, float("nan"))
        observed = ops.isfinite(inputs)
        values = ops.where(observed, inputs, missing)
        first = ops.argmax(ops.cast(observed, "int32"), axis=1, keepdims=True)
        first = ops.take_along_axis(values, first, axis=1)
        # Each pass doubles how far a value reaches. `ops.associative_scan` does the same with six
        # times the operations, and takes seconds to trace.
        reach = 1
        while reach < inputs.shape[1]:
            earlier = ops.concatenate([missing[:, :reach], values[:, :-reach]], axis=1)
            values = ops.where(ops.isnan(values), earlier, values)
            reach *= 2
        values = ops.where(ops.isnan(values), first, values)
        return ops.where(ops.isnan(values), ops.zeros_like(values), values)

    def compute_output_shape(self, input_shape):
        return input_shape
