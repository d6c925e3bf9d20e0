"""A frozen first convolution that decorrelates image patches."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class WhiteningConv2D(keras.layers.Layer):
    """Projects each image patch on the eigenvectors of the patches' covariance, at unit variance.

    The kernel is fitted once by `adapt` and then frozen; only the bias trains. Each eigenvector is
    there with both signs, so that a following rectifier loses nothing. The network starts from
    decorrelated inputs, which saves it the first part of training.

    Args:
        kernel_size: Height and width of a patch, in pixels.
        strides: Step between patches, in pixels.
        epsilon: Added to the eigenvalues, in squared input units, so that flat directions (which
            hold noise) are not blown up.
        use_bias: Whether to add a trainable bias.

    Input shape:
        `(batch, height, width, channels)`, any float dtype, best standardised.

    Output shape:
        `(batch, new_height, new_width, 2 * kernel_size**2 * channels)`, without padding.

    Raises:
        ValueError: On a size below 1, or images in `adapt` of another rank or smaller than a patch.

    Reference:
        Jordan, 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU"
        (https://arxiv.org/abs/2404.00498), after Page, 2018, "How to Train Your ResNet".
    """

    def __init__(
        self,
        kernel_size: int = 2,
        strides: int = 1,
        epsilon: float = 5e-4,
        use_bias: bool = True,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        if kernel_size < 1 or strides < 1:
            raise ValueError(
                "Expected `kernel_size` and `strides` of at least 1, "
                f"received {kernel_size} and {strides}."
            )
        self.kernel_size = kernel_size
        self.strides = strides
        self.epsilon = epsilon
        self.use_bias = use_bias

    def build(self, input_shape) -> None:
        channels = input_shape[-1]
        patch = self.kernel_size**2 * channels
        self.kernel = self.add_weight(
            shape=(self.kernel_size, self.kernel_size, channels, 2 * patch),
            initializer="glorot_uniform",
            trainable=False,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(shape=(2 * patch,), initializer="zeros", name="bias")

    def adapt(self, images) -> None:
        """Fits the kernel to `images`, of shape `(count, height, width, channels)`."""
        images = np.asarray(ops.convert_to_numpy(images), "float32")
        size = self.kernel_size
        if images.ndim != 4 or min(images.shape[1:3]) < size:
            raise ValueError(
                f"Expected images of shape (count, height, width, channels), each at least "
                f"{size} pixels high and wide, received shape {images.shape}."
            )
        if not self.built:
            self.build(images.shape)
        windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
        patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, size * size * images.shape[-1])
        values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False, dtype="float64"))
        order = np.argsort(values)[::-1]
        scaled = vectors[:, order] / np.sqrt(values[order] + self.epsilon)
        kernel = scaled.reshape(size, size, images.shape[-1], -1)
        self.kernel.assign(np.concatenate([kernel, -kernel], axis=-1).astype("float32"))

    def call(self, inputs):
        outputs = ops.conv(
            inputs,
            ops.cast(self.kernel, self.compute_dtype),
            strides=self.strides,
            padding="valid",
            data_format="channels_last",
        )
        if self.bias is None:
            return outputs
        return outputs + ops.cast(self.bias, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape

        def steps(length):
            return None if length is None else (length - self.kernel_size) // self.strides + 1

        return batch, steps(height), steps(width), 2 * self.kernel_size**2 * channels

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "epsilon": self.epsilon,
            "use_bias": self.use_bias,
        }
