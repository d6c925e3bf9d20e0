"""The signatures of an exported image classifier."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.image_decoding import decode_image
from dltemplates.errors import ExportError
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.savedmodel import CLASSIFY, example_spec
from dltemplates.layers import ClassLabels

KIND = "image classifier"
TOP_K = 5
BYTES = "image_bytes"
PIXELS = "pixels"


def class_names(model: keras.Model) -> list[str]:
    """The names that a finished classifier carries in its last layer.

    Raises:
        ExportError: The model is no finished classifier of a project.
    """
    last = model.layers[-1]
    if not isinstance(last, ClassLabels) or "resizing" not in {
        layer.name for layer in model.layers
    }:
        raise ExportError(
            "This is no finished image classifier: it does not go from a layer called resizing to "
            f"ClassLabels, but ends in {last.name!r}.",
            hint="Use a run of this project.",
        )
    return last.names


def image_classifier_archive(model: keras.Model, top_k: int = TOP_K) -> keras.export.ExportArchive:
    """Prepares a SavedModel of a finished image classifier.

    Args:
        model: From pixels `(batch, None, None, channels)` through a layer called `resizing` to
            probabilities, ending in `ClassLabels`.
        top_k: How many of the likeliest classes the answer names.

    Returns:
        An archive with the signatures

        - `serving_default`: `image_bytes`, string `(batch,)`, each the bytes of an image file;
        - `pixels`: `pixels`, float32 `(batch, height, width, channels)`, 0-255, any size;
        - `classify`: `inputs`, string `(batch,)`, serialized `tf.train.Example`s with a feature
          `image_bytes`; it answers `classes` and `scores`, `(batch, top_k)`, likeliest first;
        - `metadata`: no input; `kind`, string, `class_names`, string `(classes,)`, and
          `image_size`, int32 `(3,)`: height, width, channels.

        The first two answer `label` (string, `(batch,)`), `probabilities` (`(batch, classes)`),
        `top_labels` and `top_probabilities` (`(batch, top_k)`, likeliest first).
    """
    names = class_names(model)
    resize = model.get_layer("resizing")
    channels = model.input_shape[-1]
    probabilities_of = from_image_bytes(model)
    archive = keras.export.ExportArchive()
    archive.track(model)
    count = min(top_k, len(names))

    def answer(probabilities):
        labels = tf.constant(names)
        top = tf.math.top_k(probabilities, count)
        return {
            "label": tf.gather(labels, top.indices[:, 0]),
            "probabilities": probabilities,
            "top_labels": tf.gather(labels, top.indices),
            "top_probabilities": top.values,
        }

    def from_bytes(image_bytes):
        return answer(probabilities_of(image_bytes))

    def from_pixels(pixels):
        return answer(model(pixels, training=False))

    def classify(inputs):
        features = {BYTES: tf.io.FixedLenFeature((), tf.string)}
        answered = from_bytes(tf.io.parse_example(inputs, features)[BYTES])
        return {"classes": answered["top_labels"], "scores": answered["top_probabilities"]}

    def metadata():
        return {
            "kind": tf.constant(KIND),
            "class_names": tf.constant(names),
            "image_size": tf.constant([resize.height, resize.width, channels]),
        }

    archive.add_endpoint("serve", from_bytes, [tf.TensorSpec((None,), tf.string, name=BYTES)])
    archive.add_endpoint(
        PIXELS,
        from_pixels,
        [tf.TensorSpec((None, None, None, channels), tf.float32, name=PIXELS)],
    )
    archive.add_endpoint(CLASSIFY, classify, [example_spec()])
    archive.add_endpoint("metadata", metadata, [])
    return archive


def from_image_bytes(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """What takes image files, string `(batch,)`, to the probabilities of a finished classifier."""
    resize = model.get_layer("resizing")
    channels = model.input_shape[-1]
    network = keras.Model(resize.output, model.output)

    def probabilities(image_bytes: tf.Tensor) -> tf.Tensor:
        size = (resize.height, resize.width, channels)
        pixels = tf.map_fn(
            lambda contents: resize(tf.cast(decode_image(contents, channels), tf.float32)),
            image_bytes,
            fn_output_signature=tf.TensorSpec(size, tf.float32),
        )
        return network(pixels, training=False)

    return probabilities


def expected_probabilities(model: keras.Model, images: list[bytes]) -> np.ndarray:
    """What the Keras model says of image files, one by one, by the plainest route there is."""
    channels = model.input_shape[-1]
    rows = []
    for contents in images:
        pixels = decode_image(tf.constant(contents), channels).numpy().astype("float32")
        rows.append(np.asarray(model(pixels[None], training=False))[0])
    return np.stack(rows)


def portable_image_classifier(model: keras.Model) -> PortableModel:
    """From pixels `(batch, height, width, channels)`, 0-255, at the network's size, on."""
    resize, channels = model.get_layer("resizing"), model.input_shape[-1]
    size = (resize.height, resize.width, channels)
    inputs = keras.Input(size, name=PIXELS)
    network = keras.Model(resize.output, model.output)
    fit = (
        "crop"
        if resize.crop_to_aspect_ratio
        else "pad"
        if resize.pad_to_aspect_ratio
        else "stretch"
    )
    about = {
        "kind": KIND,
        "class_names": class_names(model),
        "image_size": list(size),
        "fit": fit,
        "interpolation": resize.interpolation,
        "antialias": resize.antialias,
    }
    colours = "gray" if channels == 1 else "RGB"
    return PortableModel(
        keras.Model(inputs, {"probabilities": network(inputs)}),
        {},
        about,
        f"Image files are decoded and resized outside: {size[0]} by {size[1]} pixels ({fit}, "
        f"{resize.interpolation}, antialiased), {colours}, 0-255, float32.",
    )
