"""What the exports of an image classifier are proven on."""

import io

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from dltemplates.data.image_decoding import decode_image
from dltemplates.export.image_classifier import (
    BYTES,
    PIXELS,
    TOP_K,
    class_names,
    expected_probabilities,
)
from dltemplates.export.parity import Request
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.portable_requests import SIZES, portable_requests
from dltemplates.export.savedmodel import CLASSIFY, EXAMPLES

_CLEAR = 1e-4  # a lead that rounding cannot turn round


def savedmodel_requests(model: keras.Model, images: list[bytes]) -> list[Request]:
    """Real image files in batches of one, three and 64, unusual ones, and all signatures."""
    probabilities = expected_probabilities(model, images)
    requests = []
    for size in SIZES:
        chosen = np.arange(size) % len(images)
        batch = [images[index] for index in chosen]
        requests.append(_request(model, batch, probabilities[chosen], f"{size} image files"))
    for case, image in _edge_files().items():
        requests.append(_request(model, [image], expected_probabilities(model, [image]), case))
    examples = np.array([_example(image) for image in images], object)
    answer = {"scores": -np.sort(-probabilities, axis=1)[:, :TOP_K]}
    requests.append(Request(CLASSIFY, {EXAMPLES: examples}, answer, case="serialized examples"))
    pixels = sample_pixels(model, images)
    answer = {"probabilities": np.asarray(model(pixels, training=False))}
    requests.append(Request(PIXELS, {PIXELS: pixels}, answer, case="pixels"))
    return requests


def sample_pixels(model: keras.Model, images: list[bytes]) -> np.ndarray:
    """Image files at the network's size, float32, 0-255, `(images, height, width, channels)`."""
    resize, channels = model.get_layer("resizing"), model.input_shape[-1]
    return np.stack(
        [resize(tf.cast(decode_image(tf.constant(each), channels), tf.float32)) for each in images]
    )


def image_portable_requests(
    model: keras.Model, portable: PortableModel, images: list[bytes]
) -> list[Request]:
    """Real images, and black, white and noise."""
    pixels = sample_pixels(model, images)
    noise = np.random.default_rng(0).uniform(0.0, 255.0, pixels[:3].shape).astype("float32")
    edges = {
        "black": {PIXELS: np.zeros_like(pixels[:1])},
        "white": {PIXELS: np.full_like(pixels[:1], 255.0)},
        "noise": {PIXELS: noise},
    }
    return portable_requests(portable, {PIXELS: pixels}, edges)


def _request(
    model: keras.Model, images: list[bytes], probabilities: np.ndarray, case: str
) -> Request:
    expected = {"probabilities": probabilities}
    ranked = np.sort(probabilities, axis=1)
    if (ranked[:, -1] - ranked[:, -2]).min() > _CLEAR:
        labels = np.array([name.encode() for name in class_names(model)], object)
        expected["label"] = labels[probabilities.argmax(axis=1)]
    batch = np.array([*images, None], object)[:-1]  # NumPy would make fixed-length bytes of them
    return Request("serving_default", {BYTES: batch}, expected, case=case)


def _example(image: bytes) -> bytes:
    feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[image]))
    features = tf.train.Features(feature={BYTES: feature})
    return tf.train.Example(features=features).SerializeToString()


def _edge_files() -> dict[str, bytes]:
    """Images that clients send sooner or later, by what they are."""
    slope = np.linspace(0, 255, 4_000, dtype="uint8")
    huge = Image.fromarray(np.broadcast_to(slope, (3_000, 4_000)))
    turned = Image.Exif()
    turned[0x0112] = 6
    small = Image.fromarray(np.arange(40 * 30 * 3, dtype="uint8").reshape(40, 30, 3))
    return {
        "a black image": _file(Image.new("RGB", (32, 32)), "PNG"),
        "a white image": _file(Image.new("RGB", (32, 32), "white"), "PNG"),
        "one pixel": _file(Image.new("RGB", (1, 1), "red"), "PNG"),
        "a grayscale JPEG of 12 megapixels": _file(huge, "JPEG"),
        "a PNG with alpha": _file(small.convert("RGBA"), "PNG"),
        "a PNG with a palette": _file(small.convert("P"), "PNG"),
        "a photo that EXIF turns": _file(small, "JPEG", exif=turned),
        "a strip of 1 by 500 pixels": _file(Image.new("RGB", (500, 1), "blue"), "PNG"),
    }


def _file(image: Image.Image, kind: str, **options) -> bytes:
    contents = io.BytesIO()
    image.save(contents, kind, **options)
    return contents.getvalue()
