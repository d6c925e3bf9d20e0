"""The parts of a finished text classifier, each asked for itself."""

from collections.abc import Iterator, Sequence

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from dltemplates.evaluation.text_mistakes import Influence, token_spans
from dltemplates.evaluation.token_influence import token_influence
from dltemplates.export.text_classifier import class_names, is_multi_label, subword_encoder

NETWORK, LINEAR, BOTH = "network", "linear", "both"

_BATCH = 32
_EXPLAINED_AT_ONCE = 16


class TextParts:
    """Asks the network and the linear part of a finished model, together and alone.

    The parts are found by the names of their layers: `tokens` makes tokens, or takes them where
    they are SentencePiece's; `network` is a model from tokens to logits; `linear`, a
    `NGramLinear`, and `blend`, a `LogitBlend` of the network's logits and those of `linear`,
    may both be absent; `probabilities` takes the logits.

    Args:
        model: A finished text classifier.

    Attributes:
        names: The classes, in the order of the last axis.
        multi_label: Whether a text can have several.
        weights: What the logits of network and linear part count.

    Raises:
        ExportError: The model is no finished text classifier of a project.
    """

    def __init__(self, model: keras.Model) -> None:
        self.names, self.multi_label = class_names(model), is_multi_label(model)
        layers = {layer.name: layer for layer in model.layers}
        self._tokens = layers["tokens"]
        self._network = layers.get(NETWORK)
        self._linear = layers.get(LINEAR) if "blend" in layers else None
        outputs = {BOTH: layers["probabilities"].input}
        self.weights = (1.0, 0.0)
        if "blend" in layers and self._linear is None:
            self.weights = (float(ops.convert_to_numpy(layers["blend"].weights[0])[0]), 0.0)
        self._read = layers["first_tokens"].length if "first_tokens" in layers else None
        if self._linear is not None:
            blend = layers["blend"]
            outputs[LINEAR] = self._linear.output
            outputs[NETWORK] = next(x for x in blend.input if x is not self._linear.output)
            network, linear = ops.convert_to_numpy(blend.weights[0])
            if blend.input[0] is self._linear.output:
                network, linear = linear, network
            self.weights = (float(network), float(linear))
        self._logits = tf.function(keras.Model(model.input, outputs), reduce_retracing=True)
        self._reading = keras.Model(model.input, [self._tokens.input, self._tokens.output])
        self._encoder = subword_encoder(model)

    def logits(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """The logits of each part, float32 `(texts, classes)`, `both` among them."""
        found: dict[str, np.ndarray] = {}
        order = np.argsort([len(text) for text in texts], kind="stable")
        for rows in _pieces(order, _BATCH):
            answers = self._logits(self._inputs([texts[row] for row in rows]), training=False)
            for name, logits in answers.items():
                values = ops.convert_to_numpy(logits)
                if name not in found:
                    found[name] = np.zeros((len(texts), values.shape[1]), "float32")
                found[name][rows] = values
        return found

    def read(self, texts: Sequence[str]) -> list[str]:
        """The texts as the model reads them."""
        if self._encoder is not None:
            return list(texts)
        read: list[str] = []
        for rows in _pieces(np.arange(len(texts)), _BATCH):
            strings, _ = self._reading(self._inputs([texts[row] for row in rows]))
            read += [text.decode("utf-8", "replace") for text in strings.numpy()]
        return read

    def influence(self, texts: list[str], direction: np.ndarray) -> list[Influence]:
        """Where each token of a text stands, and what it added in a direction, in logits.

        Args:
            texts: As the model reads them.
            direction: `(texts, classes)`.

        Returns:
            For each text: start, end, in characters, and logits; empty where tokens have no place
            in the text.
        """
        spans: list[Influence] = []
        for rows in _pieces(np.arange(len(texts)), _EXPLAINED_AT_ONCE):
            some = [texts[row] for row in rows]
            _, tokens = self._reading(self._inputs(some))
            tokens = ops.convert_to_numpy(tokens)
            added = token_influence(
                tokens,
                direction[rows],
                network=self._network,
                linear=self._linear,
                weights=self.weights,
                read=self._read,
            )
            kind = getattr(self._tokens, "tokenisation", "")
            spans += [
                _merged(token_spans(kind, text, row[row > 0]), each)
                for text, row, each in zip(some, tokens, added, strict=True)
            ]
        return spans

    def _inputs(self, texts: list[str]) -> tf.Tensor:
        if self._encoder is None:
            return tf.constant([text.encode("utf-8", "replace") for text in texts])
        return tf.constant(self._encoder(texts))


def _pieces(rows: np.ndarray, count: int) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), count):
        yield rows[start : start + count]


def _merged(spans: list[tuple[int, int]], added: np.ndarray) -> Influence:
    """Tokens of the same place, such as the bytes of a character, as one."""
    total: dict[tuple[int, int], float] = {}
    for span, each in zip(spans, added, strict=False):  # padding has no span
        total[span] = total.get(span, 0.0) + float(each)
    return [(start, end, each) for (start, end), each in total.items()]
