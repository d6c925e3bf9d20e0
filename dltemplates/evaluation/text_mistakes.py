"""The texts that a classifier gets most wrong, and the characters that misled it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dltemplates.evaluation.one_vs_rest import multi_hot

_MARKED_SHARE = 0.2
_MOST_MARKED = 12
_TINY = 1e-12

Spans = list[tuple[int, int]]
Influence = list[tuple[int, int, float]]


@dataclass(frozen=True)
class TextMistake:
    """A text that was answered wrongly.

    Attributes:
        row: Its place in the split, from 0.
        text: As it was given, which should be as the model reads it.
        true: The names of its classes.
        answered: The names that were given.
        probability: The model's for what is true: of the class, or, where there can be several,
            of the one class that it is most wrong about.
        loss: Log loss of the text, in nats.
        influence: Start, end (in characters of `text`) and what each token added to the wrong
            answer, in logits; empty if unknown.
    """

    row: int
    text: str
    true: list[str]
    answered: list[str]
    probability: float
    loss: float
    influence: Influence

    def marked(self) -> str:
        """The text, with what spoke most for the wrong answer in 「」."""
        return mark(self.text, self.strongest())

    def strongest(self) -> Spans:
        """Where what spoke most for the wrong answer stands."""
        misleading = sorted((each for each in self.influence if each[2] > 0.0), key=_by_influence)
        count = min(_MOST_MARKED, max(1, round(_MARKED_SHARE * len(self.influence))))
        return [(start, end) for start, end, _ in misleading[:count]]


def worst_mistakes(
    texts: Sequence[str],
    labels: np.ndarray,
    probabilities: np.ndarray,
    class_names: Sequence[str],
    influence: Callable[[list[str], np.ndarray], list[Influence]] | None = None,
    *,
    read: Callable[[list[str]], list[str]] | None = None,
    count: int = 50,
) -> list[TextMistake]:
    """The wrong answers of highest log loss, worst first.

    Args:
        texts: The texts of a split.
        labels: Class indices `(texts,)`, or multi-hot rows `(texts, classes)`.
        probabilities: The model's, `(texts, classes)`.
        class_names: In the order of the last axis.
        influence: Gives, for some texts as the model reads them and a direction `(texts, classes)`
            in the space of logits, the spans of each text and what they added in that direction.
        read: From texts to those that the model reads; None where they are the same.
        count: How many to list at most.
    """
    multi_label = np.ndim(labels) == 2
    truth = multi_hot(labels, len(class_names)) > 0
    given = np.clip(np.where(truth, probabilities, 1.0 - probabilities), _TINY, 1.0)
    if multi_label:
        answers = probabilities >= 0.5
        losses = -np.log(given).sum(axis=1)
        worst = given.argmin(axis=1)
        sure = given.min(axis=1)
        direction = (
            np.eye(len(class_names))[worst] * np.where(_at(truth, worst), -1.0, 1.0)[:, None]
        )
    else:
        chosen = np.argmax(probabilities, axis=1)
        answers = np.eye(len(class_names), dtype=bool)[chosen]
        sure = _at(given, truth.argmax(axis=1))
        losses = -np.log(sure)
        direction = answers.astype("float64") - truth
    wrong = np.flatnonzero((answers != truth).any(axis=1))
    rows = wrong[np.argsort(-losses[wrong], kind="stable")][:count]
    chosen_texts = [texts[row] for row in rows]
    if read is not None:
        chosen_texts = read(chosen_texts)
    spans: list[Influence] = [[] for _ in rows]
    if influence is not None and len(rows):
        spans = influence(chosen_texts, direction[rows])
    return [
        TextMistake(
            int(row),
            text,
            _names(class_names, truth[row]),
            _names(class_names, answers[row]),
            float(sure[row]),
            float(losses[row]),
            added,
        )
        for row, text, added in zip(rows, chosen_texts, spans, strict=True)
    ]


def write_mistakes(path: Path, mistakes: Sequence[TextMistake]) -> None:
    """Writes mistakes as CSV, one a line; `influence` is JSON: `[[start, end, logits], …]`."""
    columns = "row true answered probability loss marked text influence".split()
    rows = [
        (
            each.row,
            ", ".join(each.true),
            ", ".join(each.answered),
            round(each.probability, 6),
            round(each.loss, 4),
            each.marked(),
            each.text,
            json.dumps([(start, end, round(added, 4)) for start, end, added in each.influence]),
        )
        for each in mistakes
    ]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, encoding="utf-8")


def mark(text: str, spans: Spans) -> str:
    """`text` with 「」 around `spans`; those that touch share one pair."""
    chosen = np.zeros(len(text) + 2, bool)
    for start, end in spans:
        chosen[start + 1 : end + 1] = True
    pieces = []
    for index in range(len(text) + 1):
        before, here = chosen[index], chosen[index + 1]
        pieces.append("「" if here and not before else "」" if before and not here else "")
        pieces.append(text[index : index + 1])
    return "".join(pieces)


def token_spans(tokenisation: str, text: str, tokens: np.ndarray) -> Spans:
    """Where each token of `text` stands in it, in characters; empty for an unknown tokenisation.

    Args:
        tokenisation: `character`, `byte` or `word`.
        text: As the model reads it.
        tokens: Its tokens, without padding.
    """
    if tokenisation == "character":
        return [(place, place + 1) for place in range(min(len(tokens), len(text)))]
    if tokenisation == "byte":
        sizes = [len(character.encode("utf-8", "replace")) for character in text]
        places = np.repeat(np.arange(len(text)), sizes)[: len(tokens)]
        return [(int(place), int(place) + 1) for place in places]
    if tokenisation == "word":
        return _word_spans(text)[: len(tokens)]
    return []


def _word_spans(text: str) -> Spans:
    spans, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        spans.append((start, start + len(word)))
        start += len(word)
    return spans


def _at(values: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return values[np.arange(len(values)), columns]


def _names(class_names: Sequence[str], chosen: np.ndarray) -> list[str]:
    return [class_names[int(index)] for index in np.flatnonzero(chosen)]


def _by_influence(added: tuple[int, int, float]) -> float:
    return -added[2]
