"""Batch normalisation that runs as one fused TensorFlow operation."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class BatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization`, fused under TensorFlow, with a momentum for short runs.

    Keras computes moments, subtraction and scaling as separate operations and, in mixed precision,
    in float32. On images (rank 4, channels last) this layer calls TensorFlow's fused kernel
    instead: the same result, float32 statistics, activations in the compute dtype. Everything else
    (other ranks and axes, masks, synchronised statistics, other backends) is Keras's own path.

    The default momentum is 0.9: at Keras's 0.99 the moving statistics are still near their initial
    values after a few hundred steps, and evaluation is at chance level.

    Args:
        momentum: Share of the moving statistics that a step keeps, in [0, 1).
        **kwargs: Every argument of `keras.layers.BatchNormalization`.

    Input and output shape:
        The same; fused for `(batch, height, width, channels)`.

    Reference:
        Ioffe and Szegedy, 2015, "Batch Normalization" (https://arxiv.org/abs/1502.03167).
    """

    def __init__(self, momentum: float = 0.9, **kwargs) -> None:
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"Expected `momentum` in [0, 1), received {momentum}.")
        super().__init__(momentum=momentum, **kwargs)

    def call(self, inputs, training=None, mask=None):
        if not self._fusable(inputs, mask):
            return super().call(inputs, training=training, mask=mask)
        learning = bool(training) and self.trainable
        outputs, mean, variance = _fused_batch_norm(
            inputs,
            self.gamma if self.scale else ops.ones_like(self.moving_mean),
            self.beta if self.center else ops.zeros_like(self.moving_mean),
            None if learning else self.moving_mean,
            None if learning else self.moving_variance,
            self.epsilon,
        )
        if learning:
            self._move(self.moving_mean, mean)
            # The fused kernel gives the unbiased variance; Keras keeps the biased one.
            count = ops.cast(ops.prod(ops.shape(inputs)[:-1]), variance.dtype)
            self._move(self.moving_variance, variance * ((count - 1.0) / count))
        return outputs

    def _fusable(self, inputs, mask) -> bool:
        return (
            keras.backend.backend() == "tensorflow"
            and len(inputs.shape) == 4
            and self.axis in (-1, 3)
            and mask is None
            and not (self.synchronized or self.renorm)
            and self.variable_dtype == "float32"
        )

    def _move(self, moving, batch) -> None:
        moving.assign(moving * self.momentum + batch * (1.0 - self.momentum))


def _fused_batch_norm(inputs, scale, offset, mean, variance, epsilon):
    import tensorflow as tf

    outputs, batch_mean, batch_variance = tf.compat.v1.nn.fused_batch_norm(
        inputs,
        ops.convert_to_tensor(scale),
        ops.convert_to_tensor(offset),
        mean=None if mean is None else ops.convert_to_tensor(mean),
        variance=None if variance is None else ops.convert_to_tensor(variance),
        epsilon=epsilon,
        is_training=mean is None,
    )
    return outputs, batch_mean, batch_variance
