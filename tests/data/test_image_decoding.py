"""Every kind of image file that users have, against Pillow."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from dltemplates.data.image_decoding import (
    MAX_PIXELS,
    decode_and_resize,
    decode_image,
    exif_orientation,
    resizing,
)


@pytest.fixture
def picture(rng) -> Image.Image:
    """A smooth picture, higher than wide, that no turn or mirror leaves the same."""
    coarse = Image.fromarray(rng.integers(0, 255, (5, 4, 3), "uint8"))
    return coarse.resize((40, 56), Image.Resampling.BICUBIC)


def encode(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pillow(contents: bytes, mode: str = "RGB") -> np.ndarray:
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(contents))).convert(mode))


def assert_close(contents: bytes, tolerance: int) -> None:
    decoded = decode_image(tf.constant(contents), 3).numpy().astype(int)
    expected = pillow(contents).astype(int)
    assert decoded.shape == expected.shape
    assert np.abs(decoded - expected).max() <= tolerance


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("endian", ["<", ">"])
def test_exif_orientation(picture, orientation, endian):
    exif = Image.Exif()
    exif.endian = endian
    exif[0x010F] = "A maker before it"
    exif[0x0112] = orientation
    contents = encode(picture, "JPEG", exif=exif, quality=95)
    assert int(exif_orientation(tf.constant(contents))) == orientation
    assert_close(contents, 8)


def test_no_exif_is_upright(picture):
    for contents in (encode(picture, "JPEG"), encode(picture, "PNG"), b"", b"\xff\xd8Exif\0\0MM"):
        assert int(exif_orientation(tf.constant(contents))) == 1


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 90}, 12),
        ("JPEG", {"quality": 90}, 8),
        ("JPEG", {"quality": 90, "progressive": True}, 8),
    ],
)
def test_formats(picture, kind, options, tolerance):
    assert_close(encode(picture, kind, **options), tolerance)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA"])
def test_png_colour_modes(picture, mode):
    assert_close(encode(picture.convert(mode), "PNG"), 1)


def test_gif_palette_and_first_frame(picture):
    frames = [picture.convert("P"), ImageOps.mirror(picture).convert("P")]
    assert_close(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]), 1)


def test_cmyk_jpeg(picture):
    assert_close(encode(picture.convert("CMYK"), "JPEG", quality=95), 8)


def test_sixteen_bits_keep_the_upper_eight():
    values = (np.arange(4096).reshape(64, 64) * 16).astype("uint16")
    decoded = decode_image(tf.constant(encode(Image.fromarray(values), "PNG")), 1).numpy()
    np.testing.assert_allclose(decoded[..., 0].astype(int), values // 256, atol=1)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "WEBP", "JPEG"])
def test_grayscale(picture, kind):
    contents = encode(picture, kind)
    decoded = decode_image(tf.constant(contents), 1).numpy()
    assert decoded.shape == (56, 40, 1)
    np.testing.assert_allclose(decoded[..., 0], pillow(contents, "L"), atol=8)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(kind):
    side = 16_000 if kind == "WEBP" else 20_000
    if kind == "JPEG":  # only the header states the size, so a small file will do
        contents = bytearray(encode(Image.new("RGB", (8, 8)), kind))
        frame = contents.index(b"\xff\xc0")
        contents[frame + 5 : frame + 9] = side.to_bytes(2, "big") * 2
    elif kind == "WEBP":
        contents = bytearray(encode(Image.new("RGBA", (8, 8)), kind, lossless=True))
        bits = (side - 1) | (side - 1) << 14
        start = contents.index(b"VP8L") + 9
        contents[start : start + 4] = bits.to_bytes(4, "little")
    else:
        contents = encode(Image.new("L", (side, side)), kind)
    assert side * side > MAX_PIXELS
    with pytest.raises(tf.errors.InvalidArgumentError, match="too many pixels"):
        decode_image(tf.constant(bytes(contents)), 3)


@pytest.mark.parametrize("mode", ["P", "1", "L"])
def test_a_bmp_with_a_palette_is_refused_rather_than_misread(picture, mode):
    with pytest.raises(tf.errors.InvalidArgumentError, match="BMP has a palette"):
        decode_image(tf.constant(encode(picture.convert(mode), "BMP")), 3)


def test_damaged_files_raise(picture):
    whole = encode(picture, "JPEG")
    for contents in (b"", b"hello", whole[: len(whole) // 2], encode(picture, "PNG")[:200]):
        with pytest.raises(tf.errors.InvalidArgumentError):
            decode_image(tf.constant(contents), 3)


def test_resizing_keeps_the_pixels_of_an_image_that_fits(picture):
    square = picture.resize((32, 32))
    contents = tf.constant(encode(square, "PNG"))
    decoded = decode_and_resize(contents, 3, resizing(32, "crop"))
    np.testing.assert_array_equal(decoded, np.asarray(square))


def test_fit():
    """A white image with black left and right quarters, 32 high and 64 wide."""
    pixels = np.full((32, 64, 3), 255, "uint8")
    pixels[:, :16] = pixels[:, 48:] = 0
    contents = tf.constant(encode(Image.fromarray(pixels), "PNG"))
    crop = decode_and_resize(contents, 3, resizing(16, "crop")).numpy()
    pad = decode_and_resize(contents, 3, resizing(16, "pad")).numpy()
    stretch = decode_and_resize(contents, 3, resizing(16, "stretch")).numpy()
    assert crop.min() > 200  # the middle square is all white
    assert pad[:3].max() == 0 and pad[8, 8].min() > 200  # black bars above and below
    assert stretch[0, 8].min() > 200 and stretch[0, 0].max() < 60
