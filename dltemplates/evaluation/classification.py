"""Metrics of a classifier, beside the simplest baseline."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

from dltemplates.columns import align, cut

_BINS = 15
_NAME = 40  # columns of a class's name


@dataclass(frozen=True)
class ClassMetrics:
    """One class: precision, recall and F1 are fractions, `support` counts its items."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ClassificationReport:
    """A classifier on one split.

    Attributes:
        items: Number of items.
        accuracy: Fraction right.
        top5_accuracy: Fraction whose class is among the five likeliest; None below six classes.
        log_loss: Mean cross-entropy, in nats.
        macro_f1: Mean F1 over classes.
        calibration_error: Expected calibration error, 15 bins of equal width: how far confidence is
            from accuracy (Guo et al., 2017, https://arxiv.org/abs/1706.04599).
        majority_accuracy: What always answering the commonest class would reach.
        classes: Metrics of each class.
        confusion: Counts, `confusion[true][predicted]`.
        unit: What an item is called, in the plural.
    """

    items: int
    accuracy: float
    top5_accuracy: float | None
    log_loss: float
    macro_f1: float
    calibration_error: float
    majority_accuracy: float
    classes: dict[str, ClassMetrics]
    confusion: list[list[int]]
    unit: str = "images"

    def as_dict(self) -> dict:
        """The figures, but not the confusion counts, which grow with the square of the classes."""
        left_out = ("confusion", "unit")
        return {name: value for name, value in asdict(self).items() if name not in left_out}

    def __str__(self) -> str:
        lines = [
            f"{self.items:,} {self.unit}",
            f"  accuracy           {self.accuracy:8.2%}   (always the commonest class: "
            f"{self.majority_accuracy:.2%})",
        ]
        if self.top5_accuracy is not None:
            lines.append(f"  top-5 accuracy     {self.top5_accuracy:8.2%}")
        lines += [
            f"  macro F1           {self.macro_f1:8.4f}",
            f"  log loss           {self.log_loss:8.4f}",
            f"  calibration error  {self.calibration_error:8.4f}",
            "",
        ]
        rows = [["class", "precision", "recall", "F1", self.unit]]
        rows += [
            [
                cut(name, _NAME),
                f"{each.precision:.4f}",
                f"{each.recall:.4f}",
                f"{each.f1:.4f}",
                f"{each.support:,}",
            ]
            for name, each in self.classes.items()
        ]
        return "\n".join([*lines, *(f"  {line}" for line in align(rows, right=" rrrr"))])

    def write_confusion(self, path: Path) -> None:
        """Writes the confusion counts as CSV: a row a true class, a column a predicted one."""
        names = list(self.classes)
        table = pd.DataFrame(self.confusion, index=pd.Index(names, name="true"), columns=names)
        table.to_csv(path, encoding="utf-8")


def classification_report(
    labels: np.ndarray, probabilities: np.ndarray, class_names: list[str], unit: str = "images"
) -> ClassificationReport:
    """Compares `probabilities`, `(items, classes)`, with the true class indices `labels`.

    `unit` is what an item is called in the report's text, in the plural.
    """
    count = len(class_names)
    indices = np.arange(count)
    probabilities = probabilities.astype("float64")
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=indices, zero_division=0.0
    )
    top5 = None
    if count > 5:
        best = np.argpartition(-probabilities, 5, axis=1)[:, :5]
        top5 = float((best == labels[:, None]).any(axis=1).mean())
    return ClassificationReport(
        items=len(labels),
        accuracy=float((predicted == labels).mean()),
        top5_accuracy=top5,
        log_loss=float(log_loss(labels, probabilities, labels=indices)),
        macro_f1=float(f1.mean()),
        calibration_error=calibration_error(labels, probabilities),
        majority_accuracy=float(np.bincount(labels).max() / len(labels)),
        classes={
            name: ClassMetrics(float(p), float(r), float(f), int(n))
            for name, p, r, f, n in zip(class_names, precision, recall, f1, support, strict=True)
        },
        confusion=confusion_matrix(labels, predicted, labels=indices).tolist(),
        unit=unit,
    )


@dataclass(frozen=True)
class ConfidenceBin:
    """Items whose top class got about the same probability: its mean, the fraction right, and their
    share of all items."""

    confidence: float
    accuracy: float
    share: float


def confidence_bins(labels: np.ndarray, probabilities: np.ndarray) -> list[ConfidenceBin]:
    """Items by the probability of their top class, in those of 15 equal bins that have any."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    members = [bins == b for b in np.unique(bins)]
    return [
        ConfidenceBin(float(confidence[m].mean()), float(right[m].mean()), float(m.mean()))
        for m in members
    ]


def calibration_error(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Expected calibration error of the top class, 15 bins of equal width."""
    bins = confidence_bins(labels, probabilities)
    return float(sum(abs(each.accuracy - each.confidence) * each.share for each in bins))


def likely_share(share: float, items: int) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence if `share` of `items` were found.

    Reference:
        Wilson, 1927, "Probable Inference, the Law of Succession, and Statistical Inference".
    """
    z = 1.96
    middle = (share + z**2 / (2 * items)) / (1 + z**2 / items)
    spread = z / (1 + z**2 / items) * (share * (1 - share) / items + (z / (2 * items)) ** 2) ** 0.5
    return max(0.0, middle - spread), min(1.0, middle + spread)
