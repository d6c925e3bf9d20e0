"""How large an image is, read from its file without decoding it."""

import io
from collections.abc import Iterable

import tensorflow as tf
from PIL import Image

from dltemplates.serving.request_error import RequestError, check_time, invalid

IMAGE_BYTES = "image_bytes"  # what exported image classifiers call such an input or feature
# TensorFlow decodes others too, whose size could not be told beforehand.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP")
_EXTENSION, _FRAME = 0x21, 0x2C  # blocks of a GIF


def check_images(images: Iterable[bytes], max_pixels: int, deadline: float) -> None:
    """Refuses images that would fill the memory once they are decoded.

    Args:
        images: Files, one an item of the batch.
        max_pixels: The largest that is taken, height times width; of a GIF, of all its frames.
        deadline: When the answer is of no use any more, of `time.monotonic()`.

    Raises:
        RequestError: One has more pixels, or is no image; or time is up.
    """
    for number, contents in enumerate(images):
        where = f"Input {IMAGE_BYTES!r}, element {number}"
        check_time(deadline)
        pixels = pixels_of(contents)
        if pixels is None:
            raise invalid(f"{where}: this is no image that can be read: {', '.join(_FORMATS)}.")
        if pixels > max_pixels:
            raise RequestError(
                422,
                f"{where}: the image has {pixels:,} pixels; at most {max_pixels:,} are taken.",
            )


def images_in(examples: Iterable[bytes]) -> list[bytes]:
    """The images in serialized `tf.train.Example`s; of what is none, nothing."""
    found: list[bytes] = []
    for contents in examples:
        example = tf.train.Example()
        try:
            example.ParseFromString(contents)
        except Exception:  # protobuf's DecodeError; the graph will refuse it
            continue
        if IMAGE_BYTES in example.features.feature:
            found += example.features.feature[IMAGE_BYTES].bytes_list.value
    return found


def pixels_of(contents: bytes) -> int | None:
    """Height times width, of which the first bytes of the file tell; None if it is no image."""
    try:
        with Image.open(io.BytesIO(contents), formats=_FORMATS) as image:
            pixels = image.width * image.height
            return max(pixels, _gif_pixels(contents)) if image.format == "GIF" else pixels
    except Image.DecompressionBombError:
        return 2 * (Image.MAX_IMAGE_PIXELS or 0) + 1
    except Exception:  # Pillow's readers raise whatever a damaged file provokes
        return None


def _gif_pixels(contents: bytes) -> int:
    """Pixels of all frames of a GIF, which have sizes of their own and are decoded together."""
    position, pixels = 13 + _palette(contents[10]), 0
    while position < len(contents) and contents[position] in (_EXTENSION, _FRAME):
        if contents[position] == _FRAME:
            sizes = contents[position + 5 : position + 9]
            pixels += int.from_bytes(sizes[:2], "little") * int.from_bytes(sizes[2:], "little")
            position += 11 + _palette(contents[position + 9])
        else:
            position += 2
        while size := contents[position]:  # what follows is in pieces of a stated size
            position += 1 + size
        position += 1
    return pixels


def _palette(flags: int) -> int:
    """Bytes of a palette, as the flags before it tell."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
