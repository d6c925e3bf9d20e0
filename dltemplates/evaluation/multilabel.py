"""Metrics of a classifier whose items can have several classes, or none."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support

THRESHOLD = 0.5


@dataclass(frozen=True)
class LabelMetrics:
    """One class, asked for itself.

    Precision, recall, F1 and average precision are fractions, `support` counts the items that have
    the class. Average precision, the mean precision over recall, needs no threshold; it is None
    where no item has the class. By chance it would be the share of items that have the class.
    """

    precision: float
    recall: float
    f1: float
    average_precision: float | None
    support: int


@dataclass(frozen=True)
class MultiLabelReport:
    """A classifier on one split; a class is answered where its probability is 0.5 or more.

    Attributes:
        items: Number of items.
        subset_accuracy: Fraction of items all of whose classes are right.
        micro_f1: F1 over all pairs of item and class.
        macro_f1: Mean F1 over classes.
        average_precision: Mean over the classes that some item has.
        log_loss: Mean cross-entropy of a pair of item and class, in nats.
        majority_subset_accuracy: What always answering the commonest set of classes would reach.
        all_classes_micro_f1: What always answering every class would reach.
        classes: Metrics of each class.
        unit: What an item is called, in the plural.
    """

    items: int
    subset_accuracy: float
    micro_f1: float
    macro_f1: float
    average_precision: float
    log_loss: float
    majority_subset_accuracy: float
    all_classes_micro_f1: float
    classes: dict[str, LabelMetrics]
    unit: str = "texts"

    def as_dict(self) -> dict:
        return {name: value for name, value in asdict(self).items() if name != "unit"}

    def __str__(self) -> str:
        lines = [
            f"{self.items:,} {self.unit}, each with any number of classes",
            f"  all classes right  {self.subset_accuracy:8.2%}   (always the commonest set of "
            f"classes: {self.majority_subset_accuracy:.2%})",
            f"  micro F1           {self.micro_f1:8.4f}   (always every class: "
            f"{self.all_classes_micro_f1:.4f})",
            f"  macro F1           {self.macro_f1:8.4f}",
            f"  average precision  {self.average_precision:8.4f}",
            f"  log loss           {self.log_loss:8.4f}",
            "",
            f"  {'class':24} {'precision':>9} {'recall':>9} {'F1':>9} {'avg prec':>9} "
            f"{self.unit:>9}",
        ]
        for name, each in self.classes.items():
            average = "-" if each.average_precision is None else f"{each.average_precision:.4f}"
            lines.append(
                f"  {name[:24]:24} {each.precision:9.4f} {each.recall:9.4f} {each.f1:9.4f} "
                f"{average:>9} {each.support:9,}"
            )
        return "\n".join(lines)

    def write_classes(self, path: Path) -> None:
        """Writes the metrics of each class as CSV."""
        rows = {name: asdict(each) for name, each in self.classes.items()}
        table = pd.DataFrame.from_dict(rows, orient="index")
        table.to_csv(path, encoding="utf-8", index_label="class")


def multilabel_report(
    labels: np.ndarray, probabilities: np.ndarray, class_names: list[str], unit: str = "texts"
) -> MultiLabelReport:
    """Compares `probabilities` with `labels`, 0 and 1, both `(items, classes)`.

    `unit` is what an item is called in the report's text, in the plural.
    """
    truth = np.asarray(labels) > 0
    probabilities = np.asarray(probabilities, "float64")
    predicted = probabilities >= THRESHOLD
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, average=None, zero_division=0.0
    )
    averages = [
        float(average_precision_score(truth[:, index], probabilities[:, index]))
        if truth[:, index].any()
        else None
        for index in range(len(class_names))
    ]
    present = [average for average in averages if average is not None]
    _, sets = np.unique(truth, axis=0, return_counts=True)
    return MultiLabelReport(
        items=len(truth),
        subset_accuracy=float((truth == predicted).all(axis=1).mean()),
        micro_f1=_micro_f1(truth, predicted),
        macro_f1=float(f1.mean()),
        average_precision=float(np.mean(present)) if present else 0.0,
        log_loss=_log_loss(truth, probabilities),
        majority_subset_accuracy=float(sets.max() / len(truth)),
        all_classes_micro_f1=_micro_f1(truth, np.ones_like(truth)),
        classes={
            name: LabelMetrics(float(p), float(r), float(f), average, int(n))
            for name, p, r, f, average, n in zip(
                class_names, precision, recall, f1, averages, support, strict=True
            )
        },
        unit=unit,
    )


def _micro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    return float(f1_score(truth, predicted, average="micro", zero_division=0.0))


def _log_loss(truth: np.ndarray, probabilities: np.ndarray) -> float:
    tiny = np.finfo("float32").eps
    given = np.where(truth, probabilities, 1.0 - probabilities)
    return float(-np.log(np.clip(given, tiny, 1.0)).mean())
