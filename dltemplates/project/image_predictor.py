"""Answers for image files, from a run's Keras model or from an exported SavedModel."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.encoded_images import printable
from dltemplates.data.image_data import plain_reason
from dltemplates.data.image_decoding import decode_image
from dltemplates.errors import ExportError
from dltemplates.export.image_classifier import BYTES, class_names, from_image_bytes
from dltemplates.project.exported_model import load_export


@dataclass(frozen=True)
class ImagePrediction:
    """The answer for one file: the likeliest classes with their probabilities, or an error."""

    file: str
    classes: list[tuple[str, float]]
    error: str | None = None

    def as_dict(self) -> dict:
        if self.error is not None:
            return {"file": self.file, "error": self.error}
        classes = [{"label": name, "probability": share} for name, share in self.classes]
        return {"file": self.file, **classes[0], "top": classes}


class _Predictor(ABC):
    """Reads files and ranks classes; a subclass knows the probabilities."""

    names: list[str]
    channels: int

    @abstractmethod
    def probabilities(self, images: list[bytes]) -> np.ndarray:
        """The probabilities `(len(images), classes)` for image files that can be decoded."""

    def predict(self, files: list[Path], top_k: int) -> list[ImagePrediction]:
        """Answers for `files`, in their order. A file that cannot be read gets an error."""
        found, errors = self.answers([read_contents(file) for file in files])
        rows = iter(found)
        return [
            ImagePrediction(printable(str(file)), [], error)
            if error is not None
            else ImagePrediction(printable(str(file)), self._top(next(rows), top_k))
            for file, error in zip(files, errors, strict=True)
        ]

    def answers(self, contents: list[bytes | str]) -> tuple[np.ndarray, list[str | None]]:
        """Answers for what `read_contents` found.

        Returns:
            Probabilities, `(images that can be decoded, classes)`, and for each of `contents` why
            it cannot be, else None.
        """
        errors = [each if isinstance(each, str) else None for each in contents]
        images = [each for each in contents if isinstance(each, bytes)]
        if not images:
            return np.zeros((0, len(self.names)), "float32"), errors
        try:
            return self.probabilities(images), errors
        except tf.errors.OpError:  # one that cannot be decoded spoils the batch
            checked = [each if isinstance(each, str) else self._decoded(each) for each in contents]
            if checked == contents:
                raise
            return self.answers(checked)

    def _decoded(self, image: bytes) -> bytes | str:
        """The image, or why it cannot be decoded."""
        try:
            decode_image(tf.constant(image), self.channels)
        except tf.errors.OpError as error:
            return plain_reason(error)
        return image

    def _top(self, row: np.ndarray, top_k: int) -> list[tuple[str, float]]:
        return [(self.names[index], float(row[index])) for index in np.argsort(-row)[:top_k]]


def read_contents(file: str | Path) -> bytes | str:
    """The bytes of a file, or why it cannot be read."""
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        return plain_reason(error)


class KerasPredictor(_Predictor):
    """Answers from a finished Keras model."""

    def __init__(self, model: keras.Model) -> None:
        self.names = class_names(model)
        self.channels = model.input_shape[-1]
        self._answer = tf.function(
            from_image_bytes(model), input_signature=[tf.TensorSpec((None,), tf.string)]
        )

    def probabilities(self, images: list[bytes]) -> np.ndarray:
        return self._answer(tf.constant(images)).numpy()


class ExportedPredictor(_Predictor):
    """Answers from a SavedModel, by TensorFlow alone."""

    def __init__(self, folder: Path) -> None:
        self._loaded, metadata = load_export(folder, "image classifier")
        if "class_names" not in metadata:
            raise ExportError("This is no exported image classifier.", where=folder)
        self.names = [name.decode() for name in metadata["class_names"]]
        self.channels = int(metadata["image_size"][2])

    def probabilities(self, images: list[bytes]) -> np.ndarray:
        answer = self._loaded.signatures["serving_default"](**{BYTES: tf.constant(images)})
        return answer["probabilities"].numpy()
