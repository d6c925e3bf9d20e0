"""Small pictures for a page, as PNG."""

import io

import matplotlib
import numpy as np
from PIL import Image

_LARGEST = 128  # pixels, of a thumbnail
_SMALLEST = 96  # of one with an overlay, which is smooth


def thumbnail(pixels: np.ndarray) -> bytes:
    """`pixels`, uint8 `(height, width, 1 or 3)`, no larger than 128 by 128."""
    picture = _picture(pixels)
    picture.thumbnail((_LARGEST, _LARGEST))
    return _png(picture)


def overlay(pixels: np.ndarray, heat: np.ndarray) -> bytes:
    """The image in grey, with `heat`, `(rows, columns)` from 0 to 1, as colour upon it."""
    picture = _picture(pixels)
    side = min(max(_SMALLEST, *picture.size), _LARGEST)
    grey = np.asarray(picture.convert("L").resize((side, side)), "float32")[..., None]
    warm = Image.fromarray((255 * heat).astype("uint8")).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    share = np.asarray(warm, "float32") / 255
    colour = matplotlib.colormaps["inferno"](share)[..., :3] * 255
    strength = 0.25 + 0.5 * share[..., None]
    return _png(Image.fromarray((grey * (1 - strength) + colour * strength).astype("uint8")))


def _picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
