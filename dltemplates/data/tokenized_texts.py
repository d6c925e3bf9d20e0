"""A divided text data set as tokens."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import tensorflow as tf

from dltemplates.data.subwords import SubwordEncoder
from dltemplates.data.text_batches import encode
from dltemplates.data.text_data import TextData
from dltemplates.layers import NormalizedText, SubwordVocabulary

_READ_WHOLE = 0.98  # of the training texts, where the length is `auto`
_LONGEST = 512


class TokenizedTexts:
    """The tokens of all texts, made once by the layer that the finished model will begin with.

    Args:
        data: The texts.
        layer: `CharacterTokens`, `ByteTokens`, `WordTokens` or `SubwordVocabulary`.
        length: Tokens of a text that the network reads, or `auto`: as many as 98 of 100 training
            texts have, at most 512.
        known: The tokens that a trained network tells apart, where there is one; else the texts
            say which are common.

    Attributes:
        data: The texts.
        layer: As given.
        class_names: In label order.
        splits: The tokens of each split, ragged int32 `(texts, None)`.
        length: Tokens that the network reads.
    """

    def __init__(
        self,
        data: TextData,
        layer: Any,
        length: int | Literal["auto"] = "auto",
        known: Sequence[int] | None = None,
    ) -> None:
        self.data = data
        self.layer = layer
        self._known = known
        self.class_names = data.class_names
        self.splits = {name: self.encode(texts.texts) for name, texts in data.splits.items()}
        if length == "auto":
            lengths = self.splits["train"].row_lengths().numpy()
            length = min(int(np.quantile(lengths, _READ_WHOLE, method="higher")), _LONGEST)
        self.length = int(length)

    def encode(self, texts: list[str]) -> tf.RaggedTensor:
        """The tokens of any texts, ragged int32 `(texts, None)`."""
        if isinstance(self.layer, SubwordVocabulary):
            return encode(texts, self._subwords)
        normalized = NormalizedText()
        return encode(texts, lambda batch: self.layer(normalized(batch)))

    def shortened(self, split: str) -> tf.RaggedTensor:
        """The tokens of a split that the network reads."""
        return self.splits[split][:, : self.length]

    @property
    def vocabulary_size(self) -> int:
        """Rows that an embedding of the tokens needs, padding and unknown among them."""
        if isinstance(self.layer, SubwordVocabulary):
            return self._subwords.vocabulary_size
        return self.layer.vocabulary_size

    @property
    def fingerprint(self) -> str:
        """A digest of what a token stands for: the kind of tokens and their vocabulary."""
        config = self.layer.get_config()
        told = {key: config[key] for key in ("vocabulary", "model_base64") if key in config}
        digest = hashlib.sha256(json.dumps([self.layer.tokenisation, told]).encode())
        return digest.hexdigest()[:16]

    def commonest(self, count: int) -> list[int]:
        """Up to `count` tokens of the training texts, the commonest first.

        Or those that a trained network knows, all of them and in its order.
        """
        if self._known is not None:
            return list(self._known)
        tokens, counts = np.unique(self.splits["train"].values.numpy(), return_counts=True)
        return tokens[np.argsort(-counts, kind="stable")[:count]].tolist()

    @property
    def _subwords(self) -> SubwordEncoder:
        return SubwordEncoder(self.layer.sentencepiece_model, self.layer.max_length)
