"""A series cut into segments, each a token."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class SegmentEmbedding(keras.layers.Layer):
    """Projects each segment of a window to one vector.

    A recurrent layer then takes a step a segment instead of a step a row: it is faster by the
    length of a segment, and remembers further back. A lookback that is no multiple of the segment
    is padded in front by its first row.

    Args:
        units: Width of a token.
        segment: Rows in a segment.
        dropout: Share of each token's values that is dropped in training, in [0, 1).
        activation: Applied to the projection; a name or a function, None for none.

    Input shape:
        `(batch, lookback)` or `(batch, lookback, features)`, the lookback fixed.

    Output shape:
        `(batch, segments, units)`; segments is lookback / segment, rounded up.

    Raises:
        ValueError: On units or a segment below 1, a dropout outside [0, 1), or inputs of another
            rank or of unknown lookback.

    Reference:
        Lin et al., 2023, "SegRNN: Segment Recurrent Neural Network for Long-Term Time Series
        Forecasting" (https://arxiv.org/abs/2308.11200).
    """

    def __init__(
        self, units: int, segment: int, dropout: float = 0.0, activation="relu", **kwargs
    ) -> None:
        super().__init__(**kwargs)
        if units < 1 or segment < 1:
            raise ValueError(
                f"Expected `units` and `segment` of at least 1, received {units} and {segment}."
            )
        if not 0.0 <= dropout < 1.0:
            raise ValueError(f"Expected `dropout` in [0, 1), received {dropout}.")
        self.units = units
        self.segment = segment
        self.activation = keras.activations.get(activation)
        self.dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, input_shape) -> None:
        if len(input_shape) not in (2, 3) or input_shape[1] is None:
            raise ValueError(
                "Expected inputs of shape (batch, lookback) or (batch, lookback, features), with a "
                f"fixed lookback, received {tuple(input_shape)}."
            )
        features = input_shape[2] if len(input_shape) == 3 else 1
        self.kernel = self.add_weight(
            shape=(self.segment * features, self.units), initializer="glorot_uniform", name="kernel"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, inputs, training=None):
        lookback = inputs.shape[1]
        segments = math.ceil(lookback / self.segment)
        missing = segments * self.segment - lookback
        if missing:
            first = ops.repeat(inputs[:, :1], missing, axis=1)
            inputs = ops.concatenate([first, inputs], axis=1)
        flat = ops.reshape(inputs, (-1, segments, self.kernel.shape[0]))
        tokens = self.activation(ops.matmul(flat, self.kernel) + self.bias)
        return self.dropout(tokens, training=training)

    def compute_output_shape(self, input_shape):
        return input_shape[0], math.ceil(input_shape[1] / self.segment), self.units

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "units": self.units,
            "segment": self.segment,
            "dropout": self.dropout.rate,
            "activation": keras.activations.serialize(self.activation),
        }
