"""A look into some of many image files: their sizes, their colours, and which are broken."""

import hashlib
import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from dltemplates.data.encoded_images import printable

_HEADERS, _PIXELS = 2_000, 300  # files of which so much is looked at
_PIXELS_SECONDS = 5.0  # large photos take long, and fewer of them tell enough
_LEAST_PIXELS = 20
_HASHED_BYTES = 256 * 2**20
_GREY = 2.0  # mean difference of channels, 0-255, that JPEG leaves in a grey image
_DECODED = {"JPEG", "PNG", "GIF", "BMP", "WEBP"}  # what training reads
_SIZE_SHARES = (1, 2, 5, 10, 20, 50, 100, 1000)


@dataclass
class ImageSample:
    """What was seen.

    Attributes:
        looked_at: How many files' headers were read.
        decoded: How many of them were decoded as a whole.
        sizes: int64, `(images, 2)`: width and height as they are shown.
        grey: Share of the decoded images that have no colour.
        broken: Unreadable files and why.
    """

    looked_at: int = 0
    decoded: int = 0
    sizes: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), "int64"))
    grey: float = 0.0
    broken: dict[str, str] = field(default_factory=dict)


def look_at_images(files: Sequence[str]) -> ImageSample:
    """Reads the headers of a spread of `files`, and decodes some of them as a whole."""
    headers = _spread(files, _HEADERS)
    whole = set(_spread(headers, _PIXELS))
    found = ImageSample(looked_at=len(headers))
    sizes: list[tuple[int, int]] = []
    grey: list[bool] = []
    started = time.monotonic()
    for file in headers:
        in_time = time.monotonic() - started < _PIXELS_SECONDS or len(grey) < _LEAST_PIXELS
        try:
            size, without_colour = _look(file, decode=file in whole and in_time)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            found.broken[printable(file)] = _reason(error)
            continue
        sizes.append(size)
        if without_colour is not None:
            grey.append(without_colour)
    found.sizes = np.array(sizes, "int64").reshape(-1, 2)
    found.decoded = len(grey)
    found.grey = float(np.mean(grey)) if grey else 0.0
    return found


def duplicates(files: Sequence[str]) -> tuple[dict[str, list[str]], float]:
    """Files that hold the same bytes, by their digest, and the share of all files looked at.

    Same files have the same size, so of many files those of some sizes are read: either all
    copies of a file are among them or none.
    """
    sizes: dict[int, list[str]] = {}
    for file in files:
        try:
            sizes.setdefault(os.stat(file).st_size, []).append(file)
        except OSError:
            continue
    alike = {size: group for size, group in sizes.items() if len(group) > 1 and size}
    share = _affordable(alike)
    groups: dict[str, list[str]] = {}
    for size, group in alike.items():
        if _hash(size) % share == 0:
            for file in group:
                groups.setdefault(_digest(file), []).append(file)
    return {key: group for key, group in groups.items() if key and len(group) > 1}, 1 / share


def _spread(files: Sequence[str], count: int) -> list[str]:
    places = np.unique(np.linspace(0, len(files) - 1, min(count, len(files))).astype("int64"))
    return [files[place] for place in places]


def _look(file: str, *, decode: bool) -> tuple[tuple[int, int], bool | None]:
    """Width and height of an image, and, if it is decoded, whether it has no colour."""
    if not os.path.isfile(file):
        raise OSError("is no file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file) as image:
            if image.format not in _DECODED:
                raise UnidentifiedImageError(f"is a file of the format {image.format}")
            width, height = image.size
            if image.getexif().get(0x0112, 1) >= 5:  # turned by a quarter
                width, height = height, width
            if not decode:
                return (width, height), None
            image.load()
            small = ImageOps.contain(image.convert("RGB"), (64, 64))
    pixels = np.asarray(small, "float32")
    return (width, height), bool(np.ptp(pixels, axis=-1).mean() < _GREY)


def _affordable(groups: dict[int, list[str]]) -> int:
    """One in how many sizes can be read."""
    for share in _SIZE_SHARES:
        amount = sum(
            size * len(group) for size, group in groups.items() if _hash(size) % share == 0
        )
        count = sum(len(group) for size, group in groups.items() if _hash(size) % share == 0)
        if amount <= _HASHED_BYTES and count <= 10 * _HEADERS:
            return share
    return _SIZE_SHARES[-1]


def _hash(size: int) -> int:
    return int.from_bytes(hashlib.blake2b(b"%d" % size, digest_size=4).digest(), "big")


def _digest(file: str) -> str:
    try:
        with open(file, "rb") as stream:
            return hashlib.file_digest(stream, "blake2b").hexdigest()
    except OSError:
        return ""


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError) and "format" not in str(error):
        return "is no image"
    if isinstance(error, Image.DecompressionBombError):
        return "has too many pixels"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
