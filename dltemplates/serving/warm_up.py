"""The first question to a model, asked before anybody waits for the answer."""

import io
import logging

import numpy as np
import tensorflow as tf
from PIL import Image

from dltemplates.serving.image_size import IMAGE_BYTES
from dltemplates.serving.json_request import DEFAULT_SIGNATURE
from dltemplates.serving.loaded_model import LoadedModel
from dltemplates.serving.signature import TensorInfo

log = logging.getLogger(__name__)


def warm_up(model: LoadedModel) -> None:
    """Asks a model about a small input of its default signature, so that the first request is fast.

    Of a model that takes something else, nothing comes of it.
    """
    signature = model.signatures.get(DEFAULT_SIGNATURE)
    if signature is None or any(info.shape is None for info in signature.inputs.values()):
        return
    window = int(model.metadata.get("window") or 1)
    inputs = {name: small_input(info, window) for name, info in signature.inputs.items()}
    try:
        for _ in range(2):  # the second is what a graph is optimised for
            model.run(signature, inputs)
    except (ValueError, TypeError, tf.errors.OpError) as error:
        log.debug("Warming up version %d: %s", model.version, error)


def small_input(info: TensorInfo, window: int) -> np.ndarray:
    """The smallest batch that an input takes; `window` long where a length is open."""
    shape = info.shape or ()
    sizes = [size or (1 if axis == 0 else window) for axis, size in enumerate(shape)]
    if info.dtype == tf.string:
        return np.full(sizes, _image() if info.name == IMAGE_BYTES else b"a", object)
    return np.zeros(sizes, tf.as_dtype(info.dtype).as_numpy_dtype)


def _image() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 32)).save(file, "JPEG")
    return file.getvalue()
