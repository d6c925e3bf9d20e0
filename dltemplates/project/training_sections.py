"""How a training went: its curves, and what they say."""

import json

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.advice import Change
from dltemplates.evaluation.charts import line_chart
from dltemplates.evaluation.findings import Finding, label
from dltemplates.evaluation.report_page import Section, code, figure, join, note, paragraph
from dltemplates.evaluation.run_history import VALIDATION
from dltemplates.project.run_record import RunRecord


def diagnosis_section(findings: list[Finding]) -> Section:
    return Section("Diagnosis", [_finding(finding) for finding in findings])


def curves_section(record: RunRecord) -> Section:
    """Loss, every metric, and the learning rate, with the epoch whose weights were kept."""
    history, marks = record.history, _chosen(record)
    blocks = []
    for name in history.pairs:
        pair = {"training": name, "validation": VALIDATION + name}
        lines = {
            words: (history.epochs, np.where(np.isfinite(history[column]), history[column], np.nan))
            for words, column in pair.items()
            if column in history
        }
        title = label(name).removeprefix("the ").capitalize()
        chart = line_chart(lines, title=title, x_label="epoch", y_label=title.lower(), marks=marks)
        blocks.append(figure(chart, f"{title} after each epoch."))
    if "learning_rate" in history:
        line = {"learning rate": (history.epochs, history["learning_rate"])}
        chart = line_chart(line, title="Learning rate", x_label="epoch", y_label="learning rate")
        blocks.append(figure(chart, "Learning rate at the end of each epoch."))
    if blocks:
        blocks.insert(0, paragraph(_said_of_curves(record)))
    return Section("Curves", blocks)


def _chosen(record: RunRecord) -> dict[int, str]:
    best = record.done.get("best_epoch")
    if not isinstance(best, int) or best not in record.history.epochs:
        return {}
    return {best: f"kept: epoch {best}"}


def _said_of_curves(record: RunRecord) -> str:
    best = record.done.get("best_epoch")
    words = (
        "Training figures are means over an epoch, while the network changes; validation is "
        "measured at its end."
    )
    if best == 0:
        return f"The network of before training was the best, and was kept. {words}"
    if record.done and best is None:
        return f"The weights of the last epoch were kept. {words}"
    return words


def _finding(finding: Finding) -> Markup:
    blocks = [finding.words, f"Evidence: {finding.evidence}"]
    if finding.advice:
        blocks.append(f"What to do: {finding.advice}")
    if finding.changes:
        changes = Markup(", or ").join(map(_change, finding.changes))
        blocks.append(Markup("In {}: {}.").format(code("config.toml"), changes))
    return note(finding.name, *blocks, good=finding.good)


def _change(change: Change) -> Markup:
    now, to = (json.dumps(value, ensure_ascii=False) for value in (change.now, change.to))
    return join([Markup("{} (now {})").format(code(f"{change.key} = {to}"), code(now))])
