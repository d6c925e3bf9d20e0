"""Encoded images to pixels, inside the TensorFlow graph.

Training, `predict` and the exported SavedModel all decode with this one function, so that a server
sees the pixels that training saw: JPEG (its EXIF orientation applied), PNG of any depth, palette or
alpha, GIF (first frame), BMP without a palette, and still WebP.
"""

import keras
import tensorflow as tf

MAX_PIXELS = 178_956_970
"""Largest image that is decoded, height times width: Pillow's limit against decompression bombs."""

_HEAD = 65_536  # EXIF stands in the first segment of a JPEG, and a segment is shorter than this


def decode_image(contents: tf.Tensor, channels: int) -> tf.Tensor:
    """Decodes one image.

    Args:
        contents: A scalar string, the bytes of an image file.
        channels: 3 for RGB, 1 for grayscale.

    Returns:
        Pixels 0-255, uint8, of shape `(height, width, channels)`.

    Raises:
        tf.errors.InvalidArgumentError: The bytes are no image, are cut off, or hold more than
            `MAX_PIXELS` pixels.
    """
    height, width = _stated_shape(contents)
    small = tf.debugging.assert_less_equal(
        height * width, tf.constant(MAX_PIXELS, tf.int64), message="Image has too many pixels"
    )
    colours = tf.debugging.assert_equal(
        _has_bmp_palette(contents), False, message="BMP has a palette"
    )
    with tf.control_dependencies([check for check in (small, colours) if check is not None]):
        image = tf.io.decode_image(contents, channels=3, expand_animations=False)
    image.set_shape((None, None, 3))
    image = _orient(image, exif_orientation(contents))
    if channels == 1:
        image = tf.image.rgb_to_grayscale(image)
    return image


def resizing(size: int, fit: str) -> keras.layers.Layer:
    """The layer that brings an image to `size` by `size` pixels.

    Args:
        size: Height and width of the result, in pixels.
        fit: `crop` cuts what does not fit a square, `pad` adds black bars, `stretch` distorts.
    """
    return keras.layers.Resizing(
        size,
        size,
        antialias=True,
        crop_to_aspect_ratio=fit == "crop",
        pad_to_aspect_ratio=fit == "pad",
        dtype="float32",
        name="resizing",
    )


def decode_and_resize(contents: tf.Tensor, channels: int, resize: keras.layers.Layer) -> tf.Tensor:
    """Decodes one image and brings it to size; uint8, rounded to whole pixel values."""
    image = decode_image(contents, channels)
    size = (resize.height, resize.width)

    def resized():
        pixels = resize(tf.cast(image, tf.float32))
        return tf.cast(tf.clip_by_value(tf.round(pixels), 0.0, 255.0), tf.uint8)

    fits = tf.reduce_all(tf.shape(image)[:2] == size)
    return tf.ensure_shape(tf.cond(fits, lambda: image, resized), (*size, channels))


def exif_orientation(contents: tf.Tensor) -> tf.Tensor:
    """Reads the EXIF orientation of a JPEG: an int32 scalar, 1 to 8; 1 where there is none."""
    head = tf.strings.substr(contents, 0, _HEAD)
    is_jpeg = tf.equal(tf.strings.substr(contents, 0, 2), b"\xff\xd8")
    return tf.cond(is_jpeg, lambda: _jpeg_orientation(head), lambda: tf.constant(1))


def _jpeg_orientation(head: tf.Tensor) -> tf.Tensor:
    data = tf.pad(tf.cast(tf.io.decode_raw(head, tf.uint8), tf.int32), [(0, 16)])
    last = tf.size(data) - 16
    found = tf.ones((last,), tf.bool)
    for offset, byte in enumerate(b"Exif\0\0"):
        found &= data[offset : last + offset] == byte
    start = tf.cast(tf.argmax(tf.concat([found, [True]], 0), output_type=tf.int32), tf.int32)
    return tf.cond(start < last, lambda: _tiff_orientation(data, start + 6), lambda: tf.constant(1))


def _tiff_orientation(data: tf.Tensor, start: tf.Tensor) -> tf.Tensor:
    last = tf.size(data) - 4

    def byte(position):
        return tf.gather(data, tf.clip_by_value(position, 0, last))

    little = byte(start) == ord("I")

    def short(position):
        low, high = byte(position), byte(position + 1)
        return tf.where(little, low + 256 * high, 256 * low + high)

    # An offset past the head cannot be read; clipping also keeps it from overflowing.
    directory = start + tf.where(little, short(start + 4), short(start + 6))
    count = tf.minimum(short(directory), 512)
    entries = directory + 2 + 12 * tf.range(count)
    values = tf.where(short(entries) == 0x0112, short(entries + 8), 0)
    orientation = tf.reduce_max(tf.concat([values, [0]], 0))
    return tf.where((orientation >= 1) & (orientation <= 8), orientation, 1)


def _orient(image: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    def among(*values):
        return tf.reduce_any(orientation == tf.constant(values))

    def apply():
        turned = tf.cond(orientation >= 5, lambda: tf.transpose(image, (1, 0, 2)), lambda: image)
        mirrored = tf.cond(among(2, 3, 6, 7), lambda: turned[:, ::-1], lambda: turned)
        return tf.cond(among(3, 4, 7, 8), lambda: mirrored[::-1], lambda: mirrored)

    oriented = tf.cond(orientation > 1, apply, lambda: image)
    oriented.set_shape((None, None, 3))
    return oriented


def _has_bmp_palette(contents: tf.Tensor) -> tf.Tensor:
    """Whether this is a BMP below 24 bits a pixel, whose indices TensorFlow would take for gray."""
    head = tf.io.decode_raw(tf.strings.substr(contents, 0, 30), tf.uint8)
    head = tf.pad(head, [(0, 30 - tf.size(head))], constant_values=255)
    return tf.reduce_all(head[:2] == tf.constant(list(b"BM"), tf.uint8)) & (head[28] < 24)


def _stated_shape(contents: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Height and width as the file's first bytes state them; zeros where they cannot be read."""
    head = tf.strings.substr(contents, 0, 32)
    data = tf.cast(tf.io.decode_raw(head, tf.uint8), tf.int64)
    data = tf.pad(data, [(0, 32 - tf.size(data))])

    def number(positions):
        total = tf.constant(0, tf.int64)
        for position in positions:  # most significant byte first
            total = 256 * total + data[position]
        return total

    def starts(prefix, at=0):
        return tf.reduce_all(data[at : at + len(prefix)] == tf.constant(list(prefix), tf.int64))

    def jpeg():
        shape = tf.cast(tf.image.extract_jpeg_shape(contents), tf.int64)
        return shape[0], shape[1]

    def webp():
        lossy = (number([29, 28]) % 2**14, number([27, 26]) % 2**14)
        bits = number([24, 23, 22, 21])
        lossless = (bits // 2**14 % 2**14 + 1, bits % 2**14 + 1)
        extended = (number([29, 28, 27]) + 1, number([26, 25, 24]) + 1)
        return tf.cond(
            starts(b"VP8X", 12),
            lambda: extended,
            lambda: tf.cond(starts(b"VP8L", 12), lambda: lossless, lambda: lossy),
        )

    nothing = tf.constant(0, tf.int64)
    return tf.case(
        [
            (starts(b"\xff\xd8"), jpeg),
            (starts(b"\x89PNG"), lambda: (number([20, 21, 22, 23]), number([16, 17, 18, 19]))),
            (starts(b"GIF8"), lambda: (number([9, 8]), number([7, 6]))),
            (starts(b"RIFF") & starts(b"WEBP", 8), webp),
        ],
        default=lambda: (nothing, nothing),
    )
