"""Answers for texts, from a run's Keras model or from an exported SavedModel."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.subwords import SubwordEncoder
from dltemplates.errors import ExportError
from dltemplates.export.text_classifier import (
    KIND,
    TEXT,
    THRESHOLD,
    TOKENS,
    class_names,
    in_pieces,
    is_multi_label,
    subword_encoder,
    text_spec,
)
from dltemplates.project.exported_model import load_export

_BATCH = 1_024  # texts; the graph divides them by their length


@dataclass(frozen=True)
class TextPrediction:
    """The answer for one text.

    Attributes:
        text: The text.
        classes: The likeliest classes with their probabilities, likeliest first.
        labels: The classes that it has, where a text can have several, in their order; else None.
    """

    text: str
    classes: list[tuple[str, float]]
    labels: list[str] | None = None

    def as_dict(self) -> dict:
        classes = [{"label": name, "probability": share} for name, share in self.classes]
        answer = classes[0] if self.labels is None else {"labels": self.labels}
        return {"text": self.text, **answer, "top": classes}


class _Predictor(ABC):
    """Ranks classes; a subclass knows the probabilities."""

    names: list[str]
    multi_label: bool
    _encoder: SubwordEncoder | None

    def predict(self, texts: Sequence[str | bytes], top_k: int) -> list[TextPrediction]:
        """Answers for `texts`, in their order."""
        rows = self.probabilities(texts)
        return [
            TextPrediction(_shown(text), self._top(row, top_k), self._labels(row))
            for text, row in zip(texts, rows, strict=True)
        ]

    def probabilities(self, texts: Sequence[str | bytes]) -> np.ndarray:
        """The probabilities `(len(texts), classes)`, float32."""
        contents = [_contents(text) for text in texts]
        batches = [contents[i : i + _BATCH] for i in range(0, len(contents), _BATCH)]
        answers = [
            self._answer(tf.constant(batch if self._encoder is None else self._encoder(batch)))
            for batch in batches
        ]
        return np.concatenate([np.zeros((0, len(self.names)), "float32"), *answers])

    @abstractmethod
    def _answer(self, inputs: tf.Tensor) -> np.ndarray:
        """The probabilities for a batch of strings, or of subword tokens."""

    def _top(self, row: np.ndarray, top_k: int) -> list[tuple[str, float]]:
        order = np.argsort(-row, kind="stable")[:top_k]
        return [(self.names[index], float(row[index])) for index in order]

    def _labels(self, row: np.ndarray) -> list[str] | None:
        if not self.multi_label:
            return None
        return [name for name, share in zip(self.names, row, strict=True) if share >= THRESHOLD]


class KerasPredictor(_Predictor):
    """Answers from a finished Keras model."""

    def __init__(self, model: keras.Model) -> None:
        self.names = class_names(model)
        self.multi_label = is_multi_label(model)
        self._encoder = subword_encoder(model)
        self._model = tf.function(
            lambda inputs: in_pieces(model, inputs, len(self.names)),
            input_signature=[text_spec(model)],
        )

    def _answer(self, inputs: tf.Tensor) -> np.ndarray:
        return self._model(inputs).numpy()


class ExportedPredictor(_Predictor):
    """Answers from a SavedModel, by TensorFlow alone; of subwords also by SentencePiece."""

    def __init__(self, folder: Path) -> None:
        self._loaded, metadata = load_export(folder, KIND)
        if metadata.get("kind", b"") != KIND.encode():
            raise ExportError("This is no exported text classifier.", where=folder)
        self.names = [name.decode() for name in metadata["class_names"]]
        self.multi_label = bool(metadata["multi_label"])
        self._encoder, self._input = None, TEXT
        if "subword_model" in metadata:
            self._input = TOKENS
            self._encoder = SubwordEncoder(
                bytes(metadata["subword_model"]), int(metadata["max_length"])
            )

    def _answer(self, inputs: tf.Tensor) -> np.ndarray:
        answer = self._loaded.signatures["serving_default"](**{self._input: inputs})
        return answer["probabilities"].numpy()


def _contents(text: str | bytes) -> bytes:
    """UTF-8; lone surrogates, which a string can hold and UTF-8 cannot, end as U+FFFD."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _shown(text: str | bytes) -> str:
    return _contents(text).decode("utf-8", "replace")
