"""One version of an exported model, in memory."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from dltemplates.serving import json_answer
from dltemplates.serving.signature import Signature, read_signatures

METADATA = "metadata"


class LoadedModel:
    """A SavedModel in a session of its own, as TensorFlow Serving has it.

    A session is loaded and asked with fewer Python instructions than a `tf.function`, stops at a
    deadline, and gives its memory back once nobody holds it.

    Args:
        folder: The version's folder, with `saved_model.pb`.
        version: Its number.

    Raises:
        OSError, ValueError, RuntimeError, tf.errors.OpError: It is no SavedModel, or is damaged.
    """

    def __init__(self, folder: Path, version: int) -> None:
        self.folder = folder
        self.version = version
        self._graph = tf.Graph()
        with self._graph.as_default():
            config = tf.compat.v1.ConfigProto()
            config.gpu_options.allow_growth = True
            self._session = tf.compat.v1.Session(graph=self._graph, config=config)
            meta_graph = tf.compat.v1.saved_model.load(self._session, ["serve"], str(folder))
        self._graph.finalize()
        self.signatures = read_signatures(meta_graph.signature_def)

    def run(
        self, signature: Signature, arrays: dict[str, np.ndarray], seconds: float | None = None
    ) -> dict[str, np.ndarray]:
        """The outputs of a signature.

        Args:
            signature: One of this model's.
            arrays: All its inputs; strings are bytes in arrays of objects.
            seconds: How long it may take.

        Raises:
            tf.errors.OpError: The graph refuses the inputs, or it takes longer.
        """
        fetches = {name: info.tensor for name, info in signature.outputs.items()}
        feeds = {info.tensor: arrays[name] for name, info in signature.inputs.items()}
        options = None
        if seconds is not None:
            options = tf.compat.v1.RunOptions(timeout_in_ms=max(1, int(seconds * 1000)))
        outputs = self._session.run(fetches, feeds, options=options)
        return {name: _array(value) for name, value in outputs.items()}

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the model says of itself: Python values by name; none if it says nothing.

        Bytes that are no text, such as a vocabulary model, are left out.
        """
        signature = self.signatures.get(METADATA)
        if signature is None or signature.inputs:
            return {}
        values = {name: _plain(array) for name, array in self.run(signature, {}).items()}
        return {name: value for name, value in values.items() if value is not None}


def _array(value: Any) -> np.ndarray:
    """What a session gives, as an array; it gives a single string as bytes."""
    return np.array(value, object) if isinstance(value, bytes) else np.asarray(value)


def _plain(array: np.ndarray) -> Any:
    if array.dtype != object:
        return json_answer.numbers(array)
    try:
        texts = [contents.decode() for contents in array.reshape(-1)]
    except UnicodeDecodeError:
        return None
    return texts if array.ndim else texts[0]
