"""Random changes to whole batches of training images.

Every draw depends only on the seed, the number of the batch and the place in it (stateless
operations), so a run that is resumed sees what it would have seen. Batches, because per-image
augmentation starves training.
"""

import math
from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Augmentation:
    """What may happen to a training image. The defaults change nothing.

    Attributes:
        mirror: Show each image mirrored in every other pass, starting at random (alternating flip,
            Jordan, 2024, https://arxiv.org/abs/2404.00498).
        shift: Largest shift in either direction, as a fraction of the image; edges are reflected.
        rotation: Largest rotation either way, in degrees.
        zoom: Largest change of scale, as a fraction.
        brightness: Largest change of brightness, as a fraction of the full range.
        contrast: Largest change of contrast, as a fraction.
        erase: Probability that a random rectangle, up to half as high and wide as the image, is
            filled with gray (random erasing, Zhong et al., 2017, https://arxiv.org/abs/1708.04896).
        mix: `mixup` (Zhang et al., 2017, https://arxiv.org/abs/1710.09412), `cutmix` (Yun et al.,
            2019, https://arxiv.org/abs/1905.04899), or `none`.
        mix_alpha: Parameter of the Beta distribution that the share of a mixture is drawn from.
    """

    mirror: bool = False
    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    erase: float = 0.0
    mix: str = "none"
    mix_alpha: float = 1.0

    def __call__(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        index: tf.Tensor,
        epoch: tf.Tensor,
        seed: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Changes a batch.

        Args:
            images: Pixels 0-255, uint8, `(batch, height, width, channels)`.
            labels: Class probabilities, float32, `(batch, classes)`.
            index: Which training image each is, int64, `(batch,)`.
            epoch: Which pass over the data each belongs to, int64, `(batch,)`.
            seed: Two integers, other ones for every batch.

        Returns:
            Images and labels of the same shapes and types.
        """
        seeds = iter(tf.unstack(tf.random.experimental.stateless_split(seed, 6)))
        images = self._move(images, index, epoch, next(seeds))
        images = self._light(images, next(seeds))
        if self.erase:
            images = _erase(images, self.erase, next(seeds))
        if self.mix == "mixup":
            return _mixup(images, labels, self.mix_alpha, next(seeds))
        if self.mix == "cutmix":
            return _cutmix(images, labels, self.mix_alpha, next(seeds))
        return images, labels

    def _move(self, images, index, epoch, seed):
        """Mirror, shift, rotation and zoom, in one step."""
        if not (self.mirror or self.shift or self.rotation or self.zoom):
            return images
        count = tf.shape(images)[0]
        height, width = images.shape[1:3]
        draws = tf.random.stateless_uniform((4, count), seed, -1.0, 1.0)
        mirrored = _mirrored(index, epoch) if self.mirror else tf.zeros((count,), tf.bool)
        shift_y = tf.round(draws[0] * self.shift * height)
        shift_x = tf.round(draws[1] * self.shift * width)
        if not (self.rotation or self.zoom):
            return _shift(images, mirrored, shift_y, shift_x)
        angle = draws[2] * (self.rotation * math.pi / 180.0)
        return _turn(images, mirrored, shift_y, shift_x, angle, 1.0 + draws[3] * self.zoom)

    def _light(self, images, seed):
        if not (self.brightness or self.contrast):
            return images
        draws = tf.random.stateless_uniform((2, tf.shape(images)[0], 1, 1, 1), seed, -1.0, 1.0)
        pixels = tf.cast(images, tf.float32)
        mean = tf.reduce_mean(pixels, axis=(1, 2), keepdims=True)
        pixels = mean + (pixels - mean) * (1.0 + draws[0] * self.contrast)
        return _to_bytes(pixels + draws[1] * (255.0 * self.brightness))


def _mirrored(index: tf.Tensor, epoch: tf.Tensor) -> tf.Tensor:
    """Whether each image is mirrored in this pass: every other time, first by a hashed coin."""
    hashed = tf.cast(index, tf.uint32) * tf.constant(2654435769, tf.uint32)
    coin = tf.cast(tf.bitwise.right_shift(hashed, 31), tf.int64)
    return (coin + epoch) % 2 == 1


def _shift(images, mirrored, shift_y, shift_x):
    """Mirror and whole-pixel shift by one gather, several times as fast as resampling."""
    batch = tf.shape(images)[0]
    height, width, channels = images.shape[1:]
    rows = _reflect(tf.range(height) + tf.cast(shift_y, tf.int32)[:, None], height)
    columns = _reflect(tf.range(width) + tf.cast(shift_x, tf.int32)[:, None], width)
    columns = tf.where(mirrored[:, None], width - 1 - columns, columns)
    first = tf.range(batch) * (height * width)
    places = (first[:, None] + rows * width)[:, :, None] + columns[:, None, :]
    pixels = tf.gather(tf.reshape(images, (-1, channels)), places)
    return tf.ensure_shape(pixels, images.shape)


def _reflect(place, length):
    """Brings places outside `[0, length)` back in, as a mirror at the edge pixel would."""
    place = tf.abs(place)
    return tf.where(place >= length, 2 * (length - 1) - place, place)


def _turn(images, mirrored, shift_y, shift_x, angle, scale):
    height, width = images.shape[1:3]
    side = tf.where(mirrored, -1.0, 1.0)
    cosine, sine = tf.cos(angle) / scale, tf.sin(angle) / scale
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    zeros = tf.zeros_like(angle)
    from_output = [  # rows of the map from output to input coordinates, x first
        side * cosine,
        -side * sine,
        middle_x + side * (shift_x - cosine * middle_x + sine * middle_y),
        sine,
        cosine,
        middle_y + shift_y - (sine * middle_x + cosine * middle_y),
        zeros,
        zeros,
    ]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack(from_output, axis=1),
        output_shape=(height, width),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


def _erase(images, rate, seed):
    seed, gate_seed = tf.unstack(tf.random.experimental.stateless_split(seed, 2))
    gate = tf.random.stateless_uniform((tf.shape(images)[0], 1, 1, 1), gate_seed) < rate
    box = _boxes(
        images, tf.random.stateless_uniform((2, tf.shape(images)[0]), seed, 0.1, 0.5), seed
    )
    return tf.where(gate & box, tf.constant(128, tf.uint8), images)


def _mixup(images, labels, alpha, seed):
    share = _beta(tf.shape(images)[0], alpha, seed)
    pixels = tf.cast(images, tf.float32)
    weight = share[:, None, None, None]
    pixels = weight * pixels + (1.0 - weight) * tf.roll(pixels, 1, axis=0)
    return _to_bytes(pixels), _blend(labels, share)


def _cutmix(images, labels, alpha, seed):
    side = tf.sqrt(1.0 - _beta(tf.shape(images)[0], alpha, seed))
    box = _boxes(images, tf.stack([side, side]), seed)
    share = 1.0 - tf.reduce_mean(tf.cast(box, tf.float32), axis=(1, 2, 3))
    return tf.where(box, tf.roll(images, 1, axis=0), images), _blend(labels, share)


def _blend(labels, share):
    # The batch is in random order, so its neighbour is a random partner.
    return share[:, None] * labels + (1.0 - share[:, None]) * tf.roll(labels, 1, axis=0)


def _beta(count, alpha, seed):
    draws = tf.random.stateless_gamma((2, count), seed, alpha)
    return draws[0] / (draws[0] + draws[1])


def _boxes(images, sides, seed):
    """A mask `(batch, height, width, 1)` of rectangles; `sides` are fractions, `(2, batch)`."""
    centres = tf.random.stateless_uniform(tf.shape(sides), seed + 1)

    def inside(axis, length):
        place = (tf.range(length, dtype=tf.float32) + 0.5) / length
        return tf.abs(place[None] - centres[axis][:, None]) < sides[axis][:, None] / 2

    rows, columns = inside(0, images.shape[1]), inside(1, images.shape[2])
    return (rows[:, :, None] & columns[:, None, :])[..., None]


def _to_bytes(pixels):
    return tf.cast(tf.clip_by_value(tf.round(pixels), 0.0, 255.0), tf.uint8)
