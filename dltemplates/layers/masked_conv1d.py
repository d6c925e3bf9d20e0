"""A convolution over texts of different lengths."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class MaskedConv1D(keras.layers.Layer):
    """Convolves a sequence without seeing its padding, and hands on the mask at the new rate.

    Masked inputs count as zeros, like what lies outside the sequence. The windows are placed from
    the first position on, so that the answer for a text does not depend on how much padding its
    batch has; Keras's "same" moves the windows with the length.

    Args:
        filters: Width of the output.
        kernel_size: Positions a window sees, at least `strides`.
        strides: Positions from one window to the next; each window is centred on as many.
        activation: Applied to the output; a name or a function, None for none.

    Input shape:
        `(batch, length, units)`, the units fixed.

    Output shape:
        `(batch, ceil(length / strides), filters)`. A position is masked when all `strides` inputs
        that it stands for are.

    Raises:
        ValueError: On filters or strides below 1, a kernel smaller than the strides, or inputs of
            another rank or of unknown width.

    Reference:
        Kim, 2014, "Convolutional Neural Networks for Sentence Classification"
        (https://arxiv.org/abs/1408.5882); strided over characters as in Clark et al., 2022,
        "CANINE" (https://arxiv.org/abs/2103.06874).
    """

    def __init__(
        self, filters: int, kernel_size: int, strides: int = 1, activation=None, **kwargs
    ) -> None:
        super().__init__(**kwargs)
        if filters < 1 or strides < 1:
            raise ValueError(
                f"Expected `filters` and `strides` of at least 1, received {filters} and {strides}."
            )
        if kernel_size < strides:
            raise ValueError(
                "Expected `kernel_size` of at least `strides`, so that no position is left out, "
                f"received {kernel_size} and {strides}."
            )
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.convolution = keras.layers.Conv1D(
            filters, kernel_size, strides, activation=activation, dtype=self.dtype_policy
        )
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or input_shape[2] is None:
            raise ValueError(
                "Expected inputs of shape (batch, length, units), with fixed units, "
                f"received {tuple(input_shape)}."
            )
        self.convolution.build((input_shape[0], None, input_shape[2]))

    def call(self, inputs, mask=None):
        if mask is not None:
            inputs = inputs * ops.cast(mask, inputs.dtype)[..., None]
        before = (self.kernel_size - self.strides) // 2
        after = self.kernel_size - 1 - before  # as many windows as ceil(length / strides)
        return self.convolution(ops.pad(inputs, ((0, 0), (before, after), (0, 0))))

    def compute_mask(self, inputs, mask=None):
        if mask is None or self.strides == 1:
            return mask
        last = self.strides - 1
        kept = mask[:, :: self.strides]
        padded = ops.pad(ops.cast(mask, "int32"), ((0, 0), (0, last)))
        for place in range(1, self.strides):
            # As many as are in `kept`, whose number is not known while a model is put together.
            shifted = padded[:, place : place - last or None : self.strides]
            kept = ops.logical_or(kept, shifted > 0)
        return kept

    def compute_output_shape(self, input_shape):
        batch, length, _ = input_shape
        return batch, None if length is None else -(-length // self.strides), self.filters

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "activation": keras.activations.serialize(self.convolution.activation),
        }
