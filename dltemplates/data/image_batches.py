"""Batches of images for `model.fit` and `model.evaluate`."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import PARALLEL, plain_options, shuffled_places
from dltemplates.data.image_data import ImageSplit

Augment = Callable[..., tuple[tf.Tensor, tf.Tensor]]


def training_batches(
    split: ImageSplit,
    classes: int,
    batch_size: int,
    *,
    seed: int,
    augment: Augment,
    class_weights: np.ndarray | None = None,
    resize: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None,
    first_step: int = 0,
) -> tf.data.Dataset:
    """An endless stream of shuffled, augmented batches; use it with `steps_per_epoch`.

    Every pass shows each image once, in an order that `seed` and the number of the pass decide; a
    batch may reach across two passes. Batch number n is the same whenever it is asked for, so
    `first_step` goes on where a run stopped. One iterator serves the whole run: nothing is torn
    down or filled again between epochs.

    Args:
        split: The training images.
        classes: Number of classes.
        batch_size: Images a batch.
        seed: Decides order and augmentation.
        augment: See `dltemplates.data.image_augmentation.Augmentation`.
        class_weights: Weight of each class in the loss; None for equal weights.
        resize: Resizes augmented images, given the number of the batch; see
            `dltemplates.data.progressive_resizing.ProgressiveResizing`.
        first_step: Number of the first batch.

    Returns:
        Batches of pixels (uint8, `(batch_size, size, size, channels)`), class probabilities
        (float32, `(batch_size, classes)`) and, with `class_weights`, sample weights.
    """
    count = len(split)
    labels = tf.constant(split.labels)
    weights = None if class_weights is None else tf.constant(class_weights, tf.float32)

    def places(step):
        """Image index and pass of every place in the batch number `step`."""
        return shuffled_places(step, batch_size, count, seed)

    def finish(images, step, index, epoch):
        targets = tf.one_hot(tf.gather(labels, index), classes)
        step_seed = tf.stack([tf.constant(seed, tf.int64), step])
        images, targets = augment(images, targets, index, epoch, step_seed)
        if resize is not None:
            images = resize(images, step)
        if weights is None:
            return images, targets
        return images, targets, tf.linalg.matvec(targets, weights)

    steps = tf.data.Dataset.range(first_step, np.iinfo("int64").max)
    if split.pixels is not None:
        pixels = split.tensor()

        def batch(step):
            index, epoch = places(step)
            return finish(tf.gather(pixels, index), step, index, epoch)

        batches = steps.map(batch, num_parallel_calls=PARALLEL)
    else:
        batches = (
            steps.map(lambda step: (step, *places(step)))
            .flat_map(lambda step, index, epoch: _one_by_one(step, index, epoch, batch_size))
            .map(
                lambda step, index, epoch: (split.load(index), step, index, epoch),
                num_parallel_calls=PARALLEL,
            )
            .batch(batch_size, drop_remainder=True)
            .map(
                lambda images, step, index, epoch: finish(images, step[0], index, epoch),
                num_parallel_calls=PARALLEL,
            )
        )
    return batches.prefetch(2).with_options(plain_options())


def evaluation_batches(split: ImageSplit, classes: int, batch_size: int) -> tf.data.Dataset:
    """Every image once, in order: pixels and one-hot labels; the last batch may be smaller."""
    labels = tf.constant(split.labels)
    if split.pixels is not None:
        pixels = split.tensor()
        count = len(split)

        def batch(start):
            chosen = slice(start, tf.minimum(start + batch_size, count))
            return pixels[chosen], tf.one_hot(labels[chosen], classes)

        batches = tf.data.Dataset.range(0, count, batch_size).map(
            batch, num_parallel_calls=PARALLEL
        )
    else:
        batches = (
            tf.data.Dataset.range(len(split))
            .map(
                lambda index: (split.load(index), tf.one_hot(labels[index], classes)),
                num_parallel_calls=PARALLEL,
            )
            .batch(batch_size)
        )
    return batches.prefetch(2).with_options(plain_options())


def largest_batch(size: int) -> int:
    """Images of `size` by `size` pixels that a step has memory for: 512 up to 32, then fewer."""
    return max(32, 512 * 32**2 // max(size, 32) ** 2)


def balancing_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Weights in inverse proportion to each class's frequency; their mean over images is 1."""
    counts = np.bincount(labels, minlength=classes)
    return len(labels) / (classes * np.maximum(counts, 1))


def _one_by_one(step, index, epoch, batch_size):
    return tf.data.Dataset.from_tensor_slices((tf.fill((batch_size,), step), index, epoch))
