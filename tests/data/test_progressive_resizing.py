import numpy as np
import tensorflow as tf

from dltemplates.data.image_augmentation import Augmentation
from dltemplates.data.image_batches import training_batches
from dltemplates.data.image_data import load_images
from dltemplates.data.progressive_resizing import ProgressiveResizing


def test_smaller_first(rng):
    images = tf.constant(rng.integers(0, 256, (2, 8, 8, 3), "uint8"))
    resize = tf.function(ProgressiveResizing(size=4, steps=3))
    assert [resize(images, tf.constant(step)).shape[1] for step in range(5)] == [4, 4, 4, 8, 8]
    np.testing.assert_array_equal(resize(images, tf.constant(3)), images)


def test_it_averages_what_it_shrinks():
    board = np.indices((8, 8)).sum(axis=0) % 2 * 200
    images = tf.constant(board.astype("uint8")[None, :, :, None])
    smaller = ProgressiveResizing(size=4, steps=1)(images, tf.constant(0))
    assert smaller.dtype == tf.uint8
    np.testing.assert_allclose(smaller[:, 1:-1, 1:-1], 100, atol=1)


def test_in_batches():
    data = load_images("sample", size=16)
    batches = training_batches(
        data.train,
        10,
        32,
        seed=0,
        augment=Augmentation(),
        resize=ProgressiveResizing(size=12, steps=2),
    )
    assert batches.element_spec[0].shape.as_list() == [32, None, None, 3]
    assert [pixels.shape[1] for pixels, _ in batches.take(3)] == [12, 12, 16]
