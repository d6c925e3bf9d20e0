import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data.image_augmentation import Augmentation


@pytest.fixture
def batch(rng):
    images = tf.constant(rng.integers(0, 256, (64, 16, 12, 3), "uint8"))
    labels = tf.one_hot(np.arange(64) % 5, 5)
    return images, labels, tf.range(64, dtype=tf.int64), tf.zeros((64,), tf.int64)


def augment(augmentation, batch, seed=0, epoch=0):
    images, labels, index, epochs = batch
    return augmentation(images, labels, index, epochs + epoch, tf.constant([7, seed], tf.int64))


ALL = [
    Augmentation(mirror=True, shift=0.1),
    Augmentation(mirror=True, shift=0.1, rotation=15, zoom=0.2),
    Augmentation(brightness=0.2, contrast=0.3, erase=0.5),
    Augmentation(mix="mixup"),
    Augmentation(mix="cutmix"),
]


@pytest.mark.parametrize("augmentation", ALL)
def test_shapes_types_repeatability_and_effect(batch, augmentation):
    images, labels = augment(augmentation, batch)
    assert images.shape == batch[0].shape and images.dtype == tf.uint8
    np.testing.assert_allclose(tf.reduce_sum(labels, axis=1), 1.0, atol=1e-6)
    again, _ = augment(augmentation, batch)
    other, _ = augment(augmentation, batch, seed=1, epoch=1)
    np.testing.assert_array_equal(images, again)
    assert (images.numpy() != other.numpy()).mean() > 0.1
    assert (images.numpy() != batch[0].numpy()).mean() > 0.05


def test_none_changes_nothing(batch):
    images, labels = augment(Augmentation(), batch)
    np.testing.assert_array_equal(images, batch[0])
    np.testing.assert_array_equal(labels, batch[1])


def test_mirror_alternates_between_passes_and_splits_the_images(batch):
    first, _ = augment(Augmentation(mirror=True), batch, epoch=0)
    second, _ = augment(Augmentation(mirror=True), batch, epoch=1)
    third, _ = augment(Augmentation(mirror=True), batch, epoch=2, seed=9)
    np.testing.assert_array_equal(second, first[:, :, ::-1])
    np.testing.assert_array_equal(third, first)
    kept = (first.numpy() == batch[0].numpy()).all(axis=(1, 2, 3)).mean()
    assert 0.25 < kept < 0.75


def test_shift_moves_whole_pixels_and_reflects_the_edge(batch):
    images, _ = augment(Augmentation(shift=0.125), batch)
    original = batch[0].numpy()
    padded = np.pad(original, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    seen = set()
    for image, source in zip(images.numpy(), padded, strict=True):
        places = [
            (y, x)
            for y in range(5)
            for x in range(5)
            if (image == source[y : y + 16, x : x + 12]).all()
        ]
        assert places, "not a shift of the image"
        seen.add(places[0])
    assert len(seen) > 6


def test_both_ways_of_moving_agree(batch):
    """With a vanishing rotation the resampled image is the gathered one."""
    exact, _ = augment(Augmentation(mirror=True, shift=0.125), batch)
    resampled, _ = augment(Augmentation(mirror=True, shift=0.125, rotation=1e-4), batch)
    gap = exact.numpy().astype(int) - resampled.numpy().astype(int)
    assert np.abs(gap[:, 2:-2, 2:-2]).max() <= 1


def test_mixup_blends_images_as_it_blends_labels(batch):
    images, labels = augment(Augmentation(mix="mixup"), batch)
    original, partner = batch[0].numpy().astype(float), np.roll(batch[0], 1, axis=0).astype(float)
    share = labels.numpy()[np.arange(64), np.arange(64) % 5][:, None, None, None]
    np.testing.assert_allclose(images, share * original + (1 - share) * partner, atol=1.0)


def test_cutmix_labels_are_the_shares_of_the_area(batch):
    images, labels = augment(Augmentation(mix="cutmix"), batch)
    kept = (images.numpy() == batch[0].numpy()).all(axis=-1).mean(axis=(1, 2))
    share = labels.numpy()[np.arange(64), np.arange(64) % 5]
    np.testing.assert_allclose(kept, share, atol=0.02)
