"""What the exports of a text classifier are proven on."""

import keras
import numpy as np
import tensorflow as tf

from dltemplates.export.parity import Request
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.portable_requests import SIZES, portable_requests
from dltemplates.export.savedmodel import CLASSIFY, EXAMPLES
from dltemplates.export.text_classifier import (
    TEXT,
    THRESHOLD,
    TOKENS,
    TOP_K,
    class_names,
    expected_probabilities,
    is_multi_label,
    sample_tokens,
    subword_encoder,
)

_CLEAR = 1e-4  # a lead that rounding cannot turn round

# What clients send sooner or later; every export must answer it as Python does.
EDGE_CASES = {
    "slang": "정말 재미있어요 ㅋㅋ".encode(),
    "plain ASCII": b"Not bad at all.",
    "emoji": "최고 👍🏽 👩‍👩‍👧 🇰🇷".encode(),
    "an empty text": b"",
    "white space": b" \t\n",
    "decomposed Hangul": "\u1112\u1161\u11ab\u1100\u1173\u11af".encode(),
    "10,000 characters": ("가나다라 " * 2_000).encode(),
    "cp949 bytes": "한글".encode("cp949"),
    "NUL": b"a\x00b",
    "line breaks": "첫째 줄\r\n둘째 줄".encode(),
}


def savedmodel_requests(model: keras.Model, texts: list[bytes]) -> list[Request]:
    """Real texts in batches of one, three and 64, unusual ones alone and all together."""
    asked = [*texts, *EDGE_CASES.values()]
    probabilities = expected_probabilities(model, asked)
    batches = {f"{size} texts": np.arange(size) % len(texts) for size in SIZES}
    batches |= {case: np.array([len(texts) + place]) for place, case in enumerate(EDGE_CASES)}
    batches["long and short texts together"] = np.arange(len(asked))
    requests = [
        _request(model, [asked[place] for place in chosen], probabilities[chosen], case)
        for case, chosen in batches.items()
    ]
    if subword_encoder(model) is None:
        examples = np.array([_example(text) for text in texts], object)
        answer = {"scores": -np.sort(-probabilities[: len(texts)], axis=1)[:, :TOP_K]}
        requests.append(Request(CLASSIFY, {EXAMPLES: examples}, answer, case="serialized examples"))
    return requests


def text_portable_requests(
    model: keras.Model, portable: PortableModel, texts: list[bytes]
) -> list[Request]:
    """Tokens of real texts and of unusual ones, as many as the network reads, the rest padding.

    At the end real texts with no more padding than they need, for formats that take any length.
    """
    (longest,) = portable.longest[TOKENS]

    def tokens(batch: list[bytes]) -> np.ndarray:
        return sample_tokens(model, batch)[:, :longest]

    def padded(batch: list[bytes]) -> dict[str, np.ndarray]:
        found = tokens(batch)
        return {TOKENS: np.pad(found, ((0, 0), (0, longest - found.shape[1])))}

    edges = {case: padded([text]) for case, text in EDGE_CASES.items()}
    edges["texts of a shorter batch"] = {TOKENS: tokens(sorted(texts, key=len)[:3])}
    return portable_requests(portable, padded(texts), edges)


def _request(
    model: keras.Model, texts: list[bytes], probabilities: np.ndarray, case: str
) -> Request:
    encoder = subword_encoder(model)
    if encoder is None:
        inputs = {TEXT: np.array([*texts, None], object)[:-1]}
    else:
        inputs = {TOKENS: encoder(texts)}
    expected = _expected(model, probabilities)
    return Request("serving_default", inputs, expected, case=case)


def _expected(model: keras.Model, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """The answer, with labels unless one of them would be decided by a last bit."""
    expected = {"probabilities": probabilities}
    names = np.array([name.encode() for name in class_names(model)], object)
    if is_multi_label(model):
        if np.abs(probabilities - THRESHOLD).min() > _CLEAR:
            expected["labels"] = np.where(probabilities >= THRESHOLD, names, b"")
        return expected
    ranked = np.sort(probabilities, axis=1)
    if (ranked[:, -1] - ranked[:, -2]).min() > _CLEAR:
        expected["label"] = names[probabilities.argmax(axis=1)]
    return expected


def _example(text: bytes) -> bytes:
    feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[text]))
    return tf.train.Example(features=tf.train.Features(feature={TEXT: feature})).SerializeToString()
