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
from dltemplates.export.image_classifier import (
    BYTES,
    PIXELS,
    class_names,
    expected_probabilities,
)
from dltemplates.export.parity import Request
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
        contents: dict[int, bytes] = {}
        errors: dict[int, str] = {}
        for index, file in enumerate(files):
            try:
                contents[index] = file.read_bytes()
                decode_image(tf.constant(contents[index]), self.channels)
            except (OSError, tf.errors.OpError) as error:
                contents.pop(index, None)
                errors[index] = plain_reason(error)
        rows = iter(self.probabilities(list(contents.values()))) if contents else iter(())
        return [
            ImagePrediction(printable(str(file)), [], errors[index])
            if index in errors
            else ImagePrediction(printable(str(file)), self._top(next(rows), top_k))
            for index, file in enumerate(files)
        ]

    def _top(self, row: np.ndarray, top_k: int) -> list[tuple[str, float]]:
        return [(self.names[index], float(row[index])) for index in np.argsort(-row)[:top_k]]


class KerasPredictor(_Predictor):
    """Answers from a finished Keras model."""

    def __init__(self, model: keras.Model) -> None:
        self.names = class_names(model)
        self.channels = model.input_shape[-1]
        self._resize = model.get_layer("resizing")
        self._network = tf.function(keras.Model(self._resize.output, model.output))

    def probabilities(self, images: list[bytes]) -> np.ndarray:
        pixels = [
            self._resize(tf.cast(decode_image(tf.constant(image), self.channels), tf.float32))
            for image in images
        ]
        return self._network(tf.stack(pixels), training=False).numpy()


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


def parity_requests(model: keras.Model, images: list[bytes]) -> list[Request]:
    """Real image files, through both signatures, in batches of one, three and all."""
    probabilities = expected_probabilities(model, images)
    requests = []
    for size in {1, min(3, len(images)), len(images)}:
        batch = np.array([*images[:size], None], object)[:-1]
        requests.append(
            Request("serving_default", {BYTES: batch}, _answer(model, probabilities[:size]))
        )
    resize, channels = model.get_layer("resizing"), model.input_shape[-1]
    pixels = np.stack(
        [resize(tf.cast(decode_image(tf.constant(i), channels), tf.float32)) for i in images]
    )
    from_pixels = np.asarray(model(pixels, training=False))
    requests.append(Request(PIXELS, {PIXELS: pixels}, _answer(model, from_pixels)))
    return requests


def _answer(model: keras.Model, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    labels = np.array([name.encode() for name in class_names(model)], object)
    return {"probabilities": probabilities, "label": labels[probabilities.argmax(axis=1)]}
