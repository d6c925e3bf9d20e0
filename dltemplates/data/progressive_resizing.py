"""Smaller images in the first part of a run."""

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class ProgressiveResizing:
    """Shrinks training images until a step is reached.

    A step costs less on smaller images, and what is learned on them holds for larger ones. It needs
    a network that takes images of any size.

    Attributes:
        size: Height and width of the smaller images, in pixels.
        steps: Steps that see them.

    Reference:
        Howard, 2018, "Training Imagenet in 3 hours for $25"
        (https://www.fast.ai/posts/2018-04-30-dawnbench-fastai.html).
    """

    size: int
    steps: int

    def __call__(self, images: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
        """Pixels 0-255, uint8, `(batch, height, width, channels)`, as batch number `step` has them.

        The answer's height and width are known only when it is computed.
        """
        images = tf.cond(step < self.steps, lambda: self._shrink(images), lambda: images)
        return tf.ensure_shape(images, (images.shape[0], None, None, images.shape[-1]))

    def _shrink(self, images: tf.Tensor) -> tf.Tensor:
        smaller = tf.image.resize(images, (self.size, self.size), antialias=True)
        return tf.cast(tf.round(smaller), tf.uint8)
