"""A model applied to every window of a series."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class SlidingWindows(keras.layers.Wrapper):
    """Applies a model to each window of a series: the one that ends at each row.

    The windows are made a batch at a time, so a long series needs no more memory than a short one.

    Args:
        layer: A layer or model, from `(windows, length, features)` to `(windows, values)`.
        length: Rows in a window.
        batch_size: Windows that it sees at once; all, where there are fewer.

    Input shape:
        `(batch, time, features)`, the time of any length from `length` on.

    Output shape:
        `(batch, time - length + 1, values)`; the first window ends at row `length - 1`.

    Raises:
        ValueError: On a length or batch size below 1, or inputs of another rank or known to be too
            short.
    """

    def __init__(self, layer, length: int, batch_size: int = 512, **kwargs) -> None:
        super().__init__(layer, **kwargs)
        if length < 1 or batch_size < 1:
            raise ValueError(
                "Expected `length` and `batch_size` of at least 1, "
                f"received {length} and {batch_size}."
            )
        self.length = length
        self.batch_size = batch_size

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or (input_shape[1] or self.length) < self.length:
            raise ValueError(
                f"Expected inputs of shape (batch, time, features) of {self.length} rows or more, "
                f"received {tuple(input_shape)}."
            )
        super().build((None, self.length, input_shape[2]))

    def call(self, inputs, training=None):
        rows, features = ops.shape(inputs)[1], inputs.shape[2]
        each = rows - self.length + 1  # windows of a series
        count = ops.shape(inputs)[0] * each
        flat = ops.reshape(inputs, (-1, features))
        within = ops.arange(self.length)
        together = ops.minimum(count, self.batch_size)  # one window alone shall not take as long

        def answers(first):
            # The last batch is filled up with its last window.
            window = ops.minimum(first + ops.arange(together), count - 1)
            start = window // each * rows + window % each
            windows = ops.take(flat, start[:, None] + within, axis=0)
            return self.layer(windows, training=training)

        batches = ops.map(answers, ops.arange(0, count, together))
        answered = ops.reshape(batches, (-1, batches.shape[-1]))[:count]
        return ops.reshape(answered, (-1, each, batches.shape[-1]))

    def compute_output_shape(self, input_shape):
        batch, time, features = input_shape
        values = self.layer.compute_output_shape((None, self.length, features))[-1]
        return batch, None if time is None else time - self.length + 1, values

    def compute_output_spec(self, inputs, training=None):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype)

    def get_config(self) -> dict:
        return {**super().get_config(), "length": self.length, "batch_size": self.batch_size}
