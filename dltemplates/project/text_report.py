"""What a text classifier is worth, beside what it has to beat."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.errors import DataError
from dltemplates.evaluation.classification import ClassificationReport, classification_report
from dltemplates.evaluation.multilabel import MultiLabelReport, multilabel_report
from dltemplates.evaluation.one_vs_rest import class_probabilities
from dltemplates.evaluation.text_baseline import fit_text_baseline
from dltemplates.evaluation.text_comparison import TextComparison, compare_texts, constant_answers
from dltemplates.evaluation.text_mistakes import TextMistake, worst_mistakes, write_mistakes
from dltemplates.project.text_parts import BOTH, LINEAR, NETWORK, TextParts

log = logging.getLogger(__name__)

MODEL = "this model"
BASELINE = "linear baseline (TF-IDF, 1-4 chars)"
_PARTS = {LINEAR: "this model's linear part alone", NETWORK: "this model's network alone"}


@dataclass(frozen=True)
class TextReport:
    """A finished text classifier on one split.

    Attributes:
        split: Its name.
        report: The model's own figures.
        comparison: The model beside the others.
        mistakes: Its worst mistakes, worst first.
        repeated: By the name of another split, how many texts of the two are the same.
        texts: What was measured on.
        probabilities: The model's for them, `(texts, classes)`.
    """

    split: str
    report: ClassificationReport | MultiLabelReport
    comparison: TextComparison
    mistakes: list[TextMistake]
    repeated: dict[str, int]
    texts: LabelledTexts
    probabilities: np.ndarray

    def as_dict(self) -> dict:
        return {
            "split": self.split,
            **self.report.as_dict(),
            "comparison": self.comparison.as_dict(),
            "repeated": self.repeated,
        }

    def __str__(self) -> str:
        lines = [f"{self.split} split: {self.report}", "", str(self.comparison)]
        lines += [
            f"\n  {count:,} texts are in this split and in {other} too, which flatters every row."
            for other, count in self.repeated.items()
        ]
        return "\n".join(lines)

    @property
    def tables(self) -> dict[str, Callable[[Path], None]]:
        """What there is to write, by file name: each takes the path."""
        mistakes = partial(write_mistakes, mistakes=self.mistakes)
        if isinstance(self.report, MultiLabelReport):
            return {"classes.csv": self.report.write_classes, "mistakes.csv": mistakes}
        return {"confusion.csv": self.report.write_confusion, "mistakes.csv": mistakes}


def report_on(
    model: keras.Model,
    data: TextData,
    split: str,
    *,
    baseline: bool = True,
    rows: np.ndarray | None = None,
) -> TextReport:
    """Measures a finished model on a split.

    Args:
        model: The finished model of a run.
        data: The data that it was trained on.
        split: `train`, `validation` or `test`.
        baseline: Whether to fit the linear baseline, which takes a minute or so for a hundred
            thousand texts. On `train`, which it would know by heart, it is left out.
        rows: Which texts of the split to measure on; None for all.

    Raises:
        DataError: There is no such split, or the data have classes that the model does not know.
    """
    parts = TextParts(model)
    data = _with_classes(data, parts)
    texts = data.splits.get(split)
    if texts is None:
        raise DataError(f"There is no {split} split.", hint="Choose another with --split.")
    if rows is not None:
        texts = texts.take(rows)
    several, names = data.multi_label, data.class_names
    probabilities = {
        name: class_probabilities(logits, multi_label=several)
        for name, logits in parts.logits(texts.texts).items()
    }
    commonest = "classes" if several else "class"
    constant = f"always the commonest {commonest} of train"
    answers = {constant: constant_answers(data.train.labels, len(names), len(texts))}
    compared = baseline and split != "train"
    if compared:
        log.info("Fitting the linear baseline to %s texts.", f"{len(data.train):,}")
        linear = fit_text_baseline(
            data.train.texts, data.train.labels, len(names), multi_label=several
        )
        answers[BASELINE] = linear.predict(texts.texts)
    answers |= {_PARTS[name]: probabilities[name] for name in _PARTS if name in probabilities}
    answers[MODEL] = probabilities[BOTH]
    measure = multilabel_report if several else classification_report
    return TextReport(
        split,
        measure(texts.labels, probabilities[BOTH], names, "texts"),
        compare_texts(
            texts.labels, answers, names, model=MODEL, baseline=BASELINE if compared else ""
        ),
        worst_mistakes(
            texts.texts,
            texts.labels,
            probabilities[BOTH],
            names,
            parts.influence,
            read=parts.read,
        ),
        _repeated(data, split),
        texts,
        probabilities[BOTH],
    )


def _with_classes(data: TextData, parts: TextParts) -> TextData:
    """The texts, labelled by the places of the model's classes."""
    if data.multi_label != parts.multi_label:
        raise DataError(
            "Only one of the data and the run allows several classes a text.",
            hint="Set data.label_separator as it was when the run was trained.",
        )
    return data.with_classes(parts.names)


def _repeated(data: TextData, split: str) -> dict[str, int]:
    """By other split, how many texts are in both."""
    found = {}
    for pair, count in data.duplicates.items():
        names = pair.split(", ")
        if len(names) == 2 and split in names and count:
            found[names[names[0] == split]] = count
    return found
