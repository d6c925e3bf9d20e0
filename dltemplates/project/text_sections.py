"""What a page says of a text classifier: beside others, class by class, and where it is wrong."""

import json
from typing import Any

import keras
import numpy as np
from markupsafe import Markup

from dltemplates.data.labelled_texts import same_texts
from dltemplates.data.text_data import TextData
from dltemplates.evaluation.marked_text import mark_legend, marked_text
from dltemplates.evaluation.report_page import (
    Section,
    code,
    details,
    figure,
    lead,
    note,
    paragraph,
    table,
)
from dltemplates.evaluation.text_comparison import Contender
from dltemplates.evaluation.text_mistakes import TextMistake
from dltemplates.project.text_class_sections import class_sections
from dltemplates.project.text_report import MODEL, TextReport, report_on

MOST = 10_000  # texts of a split that a page is made of
_SEED = 0
_BASELINE = 1_000_000  # characters of training, to which a baseline is fitted at once
_SHOWN, _MORE = 10, 20  # mistakes
_ERRORS, _TINY = 4.0, 1e-3  # standard errors, and what another machine may differ by


def text_sections(
    _project: Any, run: Any, model: keras.Model, data: TextData, _config: Any
) -> list[Section]:
    """The sections of a text classifier; all ask the model once.

    Of more than 10,000 texts a seeded sample is measured, and the page says so.
    """
    split = next(name for name in ("test", "validation", "train") if name in data.splits)
    count = len(data.splits[split])
    rows = None
    if count > MOST:
        rows = np.sort(np.random.default_rng(_SEED).choice(count, MOST, replace=False))
    measured = _measured(run, split, count)
    small = sum(map(len, data.train.texts)) <= _BASELINE
    report = report_on(model, data, split, baseline=small and measured is None, rows=rows)
    if measured is not None and not _same_model(measured, report):
        measured = None
    where = f"{len(report.texts):,} texts of the {split} split"
    if rows is not None:
        where += f", drawn from its {count:,} with seed {_SEED}"
    return [
        Section("What was learned", _comparison(report, measured, where, count)),
        *class_sections(report, where),
        Section("Worst mistakes", _mistakes(report, rows, where)),
        Section("Texts in two splits", _repeated(report, data)),
    ]


def _measured(run: Any, split: str, count: int) -> dict | None:
    """What `evaluate` found on these texts, if it fitted the linear baseline; else None."""
    try:
        found = json.loads((run.folder / "metrics.json").read_text("utf-8"))
        if found["split"] != split or found["items"] != count or not found["comparison"]["verdict"]:
            return None
        for each in found["comparison"]["contenders"]:
            Contender(**each)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found["comparison"]


def _same_model(measured: dict, report: TextReport) -> bool:
    """Whether the figures can be this model's on all texts, by those on the ones measured now."""
    before = next((row for row in measured["contenders"] if row["name"] == MODEL), None)
    share = report.comparison.contenders[-1].accuracy
    error = (share * (1.0 - share) / len(report.texts)) ** 0.5
    return before is not None and abs(before["accuracy"] - share) <= _ERRORS * error + _TINY


def _split_notes(split: str) -> list[Markup]:
    if split == "test":
        return []
    if split == "validation":
        words = (
            "There is no test split, so this is measured on validation texts, by which training "
        )
        words += "chose the weights: it flatters the model."
    else:
        words = (
            "Nothing was held out, so this is measured on the texts that were trained on. It says "
        )
        words += "nothing about other texts."
    return [note("Measured on other texts than it should be", words)]


def _comparison(report: TextReport, measured: dict | None, where: str, count: int) -> list[Markup]:
    several = report.comparison.multi_label
    found = report.comparison.as_dict()
    source, items = f"{where}.", len(report.texts)
    if measured is not None:
        found, items = measured, count
        source = (
            f"As evaluate measured on the {report.split} split. The rest of this page: {where}."
        )
    share, commonest = (found["contenders"][place]["accuracy"] for place in (-1, 0))
    words = f"It is right for {share:.1%} of {items:,} {report.split} texts; always the commonest "
    words += f"{'classes' if several else 'class'}, for {commonest:.1%}. "
    blocks = [lead(words + found["verdict"]), *_split_notes(report.split)]
    if not found["verdict"] and report.split != "train":  # which the baseline would know by heart
        blocks.append(
            paragraph(
                Markup(
                    "The linear baseline was not fitted for this page, which takes a while for so "
                    "many texts. {} fits it; then make this page again."
                ).format(code("evaluate"))
            )
        )
    accuracy, f1 = ("all classes right", "micro F1") if several else ("accuracy", "macro F1")
    rows = [
        [row["name"], f"{row['accuracy']:.2%}", f"{row['f1']:.4f}", f"{row['log_loss']:.4f}"]
        for row in found["contenders"]
    ]
    return [*blocks, table(["", accuracy, f1, "log loss"], rows, source)]


def _mistakes(report: TextReport, rows: np.ndarray | None, where: str) -> list[Markup]:
    if not report.mistakes:
        return [paragraph(f"No text is answered wrongly ({where}).")]
    explained = any(mistake.influence for mistake in report.mistakes)
    words = "The wrong answers that the model was surest of. Some of these labels may be wrong. "
    blocks = [paragraph(words)]
    if explained:
        blocks.append(mark_legend())
    else:
        blocks.append(paragraph("With these tokens it cannot be told which characters mattered."))
    shown = [_mistake(each, report.split, rows) for each in report.mistakes[: _SHOWN + _MORE]]
    blocks += shown[:_SHOWN]
    if len(shown) > _SHOWN:
        blocks.append(details(f"{len(shown) - _SHOWN} more", *shown[_SHOWN:]))
    return blocks


def _mistake(mistake: TextMistake, split: str, rows: np.ndarray | None) -> Markup:
    row = mistake.row if rows is None else int(rows[mistake.row])
    true, answered = (", ".join(names) or "none" for names in (mistake.true, mistake.answered))
    caption = f"true: {true} · answered: {answered} · probability of what is true: "
    caption += f"{mistake.probability:.2%} · {split} text {row:,}"
    return figure(marked_text(mistake), caption)


def _repeated(report: TextReport, data: TextData) -> list[Markup]:
    """How many texts are in this split and another, and what it says without them."""
    if not report.repeated:
        others = [name for name in data.splits if name != report.split]
        words = f"No text of the {report.split} split is in another."
        return [paragraph(words)] if others else []
    rows = [[f"{report.split} and {other}", count] for other, count in report.repeated.items()]
    blocks = [
        paragraph(
            "The same text in two splits flatters every figure on this page, the baselines' too."
        ),
        table(["splits", "texts in both"], rows),
    ]
    elsewhere = [text for name in report.repeated for text in data.splits[name].texts]
    known = set(same_texts(elsewhere))
    new = np.array([text not in known for text in same_texts(report.texts.texts)], bool)
    if 0 < new.sum() < len(new):
        right = _right(report)
        blocks.append(
            paragraph(
                f"The model is right on {right.mean():.2%} of the {len(new):,} texts measured "
                f"here, and on {right[new].mean():.2%} of the {new.sum():,} that are in no other."
            )
        )
    return blocks


def _right(report: TextReport) -> np.ndarray:
    """bool, `(texts,)`: whether all classes of a text are right."""
    labels, probabilities = report.texts.labels, report.probabilities
    if labels.ndim == 2:
        return ((probabilities >= 0.5) == (labels > 0)).all(axis=1)
    return np.asarray(probabilities.argmax(axis=1) == labels)
