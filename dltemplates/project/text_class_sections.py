"""The parts of a page that show what a text classifier does with each class, and how sure it is."""

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.chart_grids import heat_map, reliability_chart
from dltemplates.evaluation.classification import (
    ClassificationReport,
    ClassMetrics,
    confidence_bins,
)
from dltemplates.evaluation.multilabel import LabelMetrics, MultiLabelReport
from dltemplates.evaluation.report_page import Section, details, figure, paragraph, table
from dltemplates.project.text_report import TextReport

_SQUARE = 24  # classes that a heat map has room for
_PAIRS = 15
_CLASSES = 30
_CALIBRATED, _FAR_OFF = 0.02, 0.05


def class_sections(report: TextReport, where: str) -> list[Section]:
    """What is taken for what, the figures of each class, and whether probabilities can be believed.

    Args:
        report: What was measured.
        where: On which texts.
    """
    return [
        Section("Classes", _classes(report, where)),
        Section("Calibration", _calibration(report)),
    ]


def _classes(report: TextReport, where: str) -> list[Markup]:
    """What is taken for what, and the figures of each class."""
    measures = report.report
    blocks: list[Markup] = []
    if isinstance(measures, ClassificationReport):
        blocks += _confusion(measures)
    header = ["class", "precision", "recall", "F1", "texts"]
    if isinstance(measures, MultiLabelReport):
        header.insert(4, "average precision")
    rows = []
    classes: dict[str, ClassMetrics | LabelMetrics] = {**measures.classes}
    for name, each in sorted(classes.items(), key=lambda pair: pair[1].f1):
        row = [name, f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}", each.support]
        if isinstance(each, LabelMetrics):
            average = each.average_precision
            row.insert(4, None if average is None else f"{average:.3f}")
        rows.append(row)
    blocks.append(table(header, rows[:_CLASSES], f"Each class, the weakest first. {where}."))
    if len(rows) > _CLASSES:
        blocks.append(
            details(f"{len(rows) - _CLASSES:,} classes more", table(header, rows[_CLASSES:]))
        )
    return blocks


def _confusion(measures: ClassificationReport) -> list[Markup]:
    names, counts = list(measures.classes), np.array(measures.confusion)
    if len(names) <= _SQUARE:
        grid = heat_map(
            counts,
            names,
            names,
            title="What texts of each class were taken for",
            row_label="true",
            column_label="answered",
        )
        return [figure(grid, "Texts of each class, in rows, by what they were taken for.")]
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:_PAIRS]
    places = [divmod(int(place), len(names)) for place in order]
    rows = [[names[true], names[answered], int(wrong[true, answered])] for true, answered in places]
    rows = [row for row in rows if row[2]]
    return [table(["true", "answered", "texts"], rows, "The commonest confusions.")] if rows else []


def _calibration(report: TextReport) -> list[Markup]:
    """Whether probabilities are to be believed; of several classes, each yes or no counts."""
    labels, probabilities, what = report.texts.labels, report.probabilities, "answers"
    if isinstance(report.report, MultiLabelReport):
        yes = probabilities.ravel()
        labels, probabilities = labels.ravel(), np.stack([1.0 - yes, yes], axis=1)
        what = "answers, a yes or no for each text and class,"
    bins = confidence_bins(labels, probabilities)
    error = sum(abs(each.accuracy - each.confidence) * each.share for each in bins)
    excess = sum((each.confidence - each.accuracy) * each.share for each in bins)
    share = sum(each.accuracy * each.share for each in bins)
    words = f"The {what} are right in {share:.1%} of cases, at a mean confidence of "
    words += f"{share + excess:.1%}. "
    if error < _CALIBRATED:
        words += "Probabilities can be taken at their word."
    elif abs(excess) < error / 2:
        words += "Some probabilities are too high and others too low."
    elif 0 < excess < _FAR_OFF:
        words += "The model is a little surer than it should be."
    elif excess > 0:
        words += "The model is surer than it should be: read its probabilities as an order only."
    else:
        words += "The model is more often right than it says."
    words += f" Expected calibration error: {error:.4f}."
    chart = reliability_chart(bins, title="Confidence against the share that is right")
    caption = "On the diagonal confidence is right; below it, too high. A dot's area is its share."
    return [paragraph(words), figure(chart, caption)]
