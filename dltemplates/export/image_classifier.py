"""The signatures of an exported image classifier."""

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.image_decoding import decode_image
from dltemplates.errors import ExportError
from dltemplates.layers import ClassLabels

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


def image_classifier_archive(model: keras.Model, top_k: int = 5) -> keras.export.ExportArchive:
    """Prepares a SavedModel of a finished image classifier.

    Args:
        model: From pixels `(batch, None, None, channels)` through a layer called `resizing` to
            probabilities, ending in `ClassLabels`.
        top_k: How many of the likeliest classes the answer names.

    Returns:
        An archive with the signatures

        - `serving_default`: `image_bytes`, string `(batch,)`, each the bytes of an image file;
        - `pixels`: `pixels`, float32 `(batch, height, width, channels)`, 0-255, any size;
        - `metadata`: no input; `class_names`, string `(classes,)`, and `image_size`, int32 `(3,)`:
          height, width, channels.

        The first two answer `label` (string, `(batch,)`), `probabilities` (`(batch, classes)`),
        `top_labels` and `top_probabilities` (`(batch, top_k)`, likeliest first).
    """
    names = class_names(model)
    resize = model.get_layer("resizing")
    channels = model.input_shape[-1]
    network = keras.Model(resize.output, model.output)
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
        size = (resize.height, resize.width, channels)
        pixels = tf.map_fn(
            lambda contents: resize(tf.cast(decode_image(contents, channels), tf.float32)),
            image_bytes,
            fn_output_signature=tf.TensorSpec(size, tf.float32),
        )
        return answer(network(pixels, training=False))

    def from_pixels(pixels):
        return answer(model(pixels, training=False))

    def metadata():
        return {
            "class_names": tf.constant(names),
            "image_size": tf.constant([resize.height, resize.width, channels]),
        }

    archive.add_endpoint("serve", from_bytes, [tf.TensorSpec((None,), tf.string, name=BYTES)])
    archive.add_endpoint(
        PIXELS,
        from_pixels,
        [tf.TensorSpec((None, None, None, channels), tf.float32, name=PIXELS)],
    )
    archive.add_endpoint("metadata", metadata, [])
    return archive


def expected_probabilities(model: keras.Model, images: list[bytes]) -> np.ndarray:
    """What the Keras model says of image files, one by one, by the plainest route there is."""
    channels = model.input_shape[-1]
    rows = []
    for contents in images:
        pixels = decode_image(tf.constant(contents), channels).numpy().astype("float32")
        rows.append(np.asarray(model(pixels[None], training=False))[0])
    return np.stack(rows)
