import io
import struct
import zlib

import pytest
import tensorflow as tf
from PIL import Image

from dltemplates.serving.image_size import check_images, images_in, pixels_of
from dltemplates.serving.request_error import RequestError
from tests.serving.small_models import image_file


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_sizes_are_read_from_the_head_of_a_file(kind):
    assert pixels_of(image_file(30, 20, kind)) == 600


def test_an_image_is_not_decoded_for_its_size():
    contents = image_file(3, 3)
    header = b"IHDR" + struct.pack(">II", 9_000, 8_000) + contents[24:29]
    lying = contents[:12] + header + struct.pack(">I", zlib.crc32(header)) + contents[33:]
    assert pixels_of(lying) == 72_000_000


def test_all_frames_of_a_gif_count():
    frames = [Image.new("P", (30, 20), color) for color in range(5)]
    for number, frame in enumerate(frames):
        frame.putpixel((number, number), 99)
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], comment=b"hello")
    pixels = pixels_of(file.getvalue())
    assert 600 < pixels <= 5 * 600  # Pillow writes only what changed
    lying = bytearray(image_file(30, 20, "GIF"))
    frame = lying.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 30, 20))
    lying[frame + 5 : frame + 9] = struct.pack("<HH", 65_535, 65_535)
    assert pixels_of(bytes(lying)) > 178_000_000  # Pillow's own limit, where none is set


@pytest.mark.parametrize("contents", [b"", b"GIF89a", b"\xff\xd8\xff", b"no image", b"\x89PNG\r\n"])
def test_what_is_no_image_is_refused(contents):
    with pytest.raises(RequestError, match="element 1: this is no image that can be read") as error:
        check_images([image_file(3, 3), contents], 100, float("inf"))
    assert error.value.status == 400


def test_files_cut_anywhere_are_images_or_none():
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP"):
        whole = image_file(9, 9, kind)
        for length in range(len(whole)):
            assert pixels_of(whole[:length]) in (None, 81)


def test_images_within_examples_are_found():
    image = image_file(3, 3)
    values = tf.train.BytesList(value=[image, b"x"])
    features = {"image_bytes": tf.train.Feature(bytes_list=values), "y": tf.train.Feature()}
    example = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
    assert images_in([example, b"\xff no example"]) == [image, b"x"]
