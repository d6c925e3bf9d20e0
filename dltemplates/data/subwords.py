"""Subwords by SentencePiece: training a model of them, and encoding texts with it."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dltemplates.errors import DataError

_UNKNOWN = 1
_LONGEST = 1_000_000  # bytes of one text; SentencePiece skips longer ones
_ENOUGH = 500_000  # texts to train on; more take memory and change little


def train_subwords(texts: Iterable[str], size: int = 8_000) -> bytes:
    """Trains a SentencePiece unigram model: 0 is padding, 1 unknown, from 2 on its pieces.

    It brings its own normalisation (NFKC, white space made one space), so that whoever loads the
    model needs nothing else. The same texts give the same model.

    Args:
        texts: The training texts. Of more than half a million, some are drawn.
        size: Pieces at most; fewer where the texts do not yield them.

    Returns:
        The model file. In base64 it is what `layers.SubwordVocabulary` keeps.

    Raises:
        DataError: SentencePiece is not installed, or the texts hold nothing to learn from.

    Reference:
        Kudo, 2018, "Subword Regularization: Improving Neural Network Translation Models with
        Multiple Subword Candidates" (https://arxiv.org/abs/1804.10959), for the unigram model.
    """
    sentencepiece = _sentencepiece()
    written = io.BytesIO()
    lines = [line for line in map(_plain, texts) if line]
    if not lines:
        raise DataError("There is no text to learn subwords from: all are empty.")
    sentencepiece.set_random_generator_seed(0)
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_writer=written,
            model_type="unigram",
            vocab_size=size,
            hard_vocab_limit=False,
            pad_id=0,
            unk_id=_UNKNOWN,
            bos_id=-1,
            eos_id=-1,
            max_sentence_length=_LONGEST,
            input_sentence_size=_ENOUGH,
            shuffle_input_sentence=True,
            num_threads=1,  # sums of several threads differ in their last bits
            minloglevel=2,
        )
    except RuntimeError as error:
        raise DataError(
            f"SentencePiece cannot learn {size} subwords from these texts: {_last_words(error)}",
            hint="Choose another size, or take tokens of characters.",
        ) from error
    return written.getvalue()


class SubwordEncoder:
    """Makes tokens of texts with a SentencePiece model. It can stand where a tokens layer does.

    Args:
        model: The model file, as `train_subwords` returns it.
        max_length: Tokens that are kept of a text, from its beginning.

    Raises:
        DataError: SentencePiece is not installed, or `model` is none of its models, or not one
            with 0 for padding and 1 for unknown.
    """

    def __init__(self, model: bytes, max_length: int) -> None:
        sentencepiece = _sentencepiece()
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            raise DataError("This is no SentencePiece model.") from error
        if (self._processor.pad_id(), self._processor.unk_id()) != (0, _UNKNOWN):
            raise DataError(
                "This SentencePiece model does not have 0 for padding and 1 for unknown.",
                hint="Train it with pad_id=0, unk_id=1, bos_id=-1, eos_id=-1.",
            )
        self.max_length = max_length

    @property
    def vocabulary_size(self) -> int:
        """How many tokens there are, padding and unknown among them."""
        return self._processor.vocab_size()

    def __call__(self, texts: Sequence[str | bytes] | Any) -> np.ndarray:
        """Makes the tokens of `texts`, strings or UTF-8 in a sequence or tensor.

        Returns:
            int32 `(texts, length)`, 0 at the ends. A text without pieces, such as an empty one, is
            one unknown token, so that no row is all padding.
        """
        plain = [_plain(text) for text in np.asarray(texts, object)]
        rows = [row[: self.max_length] or [_UNKNOWN] for row in self._processor.encode(plain)]
        tokens = np.zeros((len(rows), max(map(len, rows), default=1)), "int32")
        for place, row in zip(tokens, rows, strict=True):
            place[: len(row)] = row
        return tokens


def _plain(text: str | bytes) -> str:
    """Valid Unicode in one line; NUL and what is no UTF-8 become U+FFFD."""
    contents = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return " ".join(contents.decode("utf-8", "replace").replace("\0", "\ufffd").split())


def _last_words(error: Exception) -> str:
    return str(error).strip().rpartition("] ")[2].strip() or "it gives no reason."


def _sentencepiece() -> Any:
    try:
        import sentencepiece
    except ImportError:
        raise DataError(
            "Subword tokens need SentencePiece, which is not installed.",
            hint='Install it: pip install "dltemplates[subword]"',
        ) from None
    return sentencepiece
