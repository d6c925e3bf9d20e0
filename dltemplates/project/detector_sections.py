"""What a page says of an anomaly detector: beside others, in time, and at other thresholds."""

from typing import Any

import keras
from markupsafe import Markup

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.evaluation.anomaly_detection import AnomalyReport, DetectorMetrics
from dltemplates.evaluation.report_page import (
    Section,
    lead,
    paragraph,
    table,
)
from dltemplates.project.detector_report import has_test, report_on
from dltemplates.project.judged_test import JudgedTest, judge_test
from dltemplates.project.score_sections import score_sections
from dltemplates.project.threshold_section import number_cell, share_cell, threshold_section
from dltemplates.training.run_records import RunRecord

LEARNED = "What was learned"
_CLOSE = 1e-3
_STRONGEST = 3


def detector_sections(
    project: Any, run: Any, model: keras.Model, data: SensorData | TableData, config: Any
) -> list[Section]:
    """The sections of a detector of a log or a table; all ask the model once."""
    if not has_test(data):
        words = "There are no test rows in which anything was measured, so nothing can be said of "
        words += "what this run is worth. Set data.test_fraction above 0 and train again."
        return [Section(LEARNED, [lead(words)])]
    gap = getattr(config.alarm, "merge_gap", 0) if isinstance(data, SensorData) else 0
    judged = judge_test(model, data)
    report = _measured(run, judged) or report_on(model, data, gap, raw=judged.raw)
    per_day = data.rows_per_day if isinstance(data, SensorData) else None
    scores, guilty = score_sections(judged, gap)
    return [
        Section(LEARNED, _detectors(report)),
        scores,
        threshold_section(judged, gap, per_day),
        guilty,
    ]


def _measured(run: Any, judged: JudgedTest) -> AnomalyReport | None:
    """What `evaluate` found of this model at this threshold; None where it found nothing."""
    try:
        found = dict(RunRecord(run.folder).metrics)
        found.pop("verdict", None)
        metrics = {name: DetectorMetrics(**each) for name, each in found.pop("detectors").items()}
        report = AnomalyReport(**found, detectors=metrics)
        same = (
            report.rows == len(judged.raw)
            and abs(report.rate - judged.rate) <= _CLOSE * judged.rate
            and abs(metrics["network"].alarm_share - float(judged.alarm.mean())) <= _CLOSE
            and report.anomalous == (None if judged.labels is None else int(judged.labels.sum()))
        )
    except (KeyError, TypeError, AttributeError):
        return None
    return report if same else None


def _detectors(report: AnomalyReport) -> list[Markup]:
    """The figures of all, and what may be concluded."""
    series = report.buffer is not None
    verdict = report.verdict()
    blocks = [lead(verdict or _without_verdict(report))]
    title = f"{report.rows:,} test rows"
    if report.anomalous is None:
        plain = [[name, f"{each.alarm_share:.3%}"] for name, each in report.detectors.items()]
        blocks.append(table(["", "rows that alarm"], plain, f"{title}."))
        return [*blocks, *_left_out(report)]
    title += f", {report.anomalous:,} of them labelled anomalous"
    if series:
        title += f", in {report.events:,} event" + ("s" if report.events != 1 else "")
    title += f". Every threshold is set for a false-alarm rate of {report.rate:.3g}."
    header = ["", "AUROC", "AP", "found", "false"]
    rows = []
    for name, each in report.detectors.items():
        row: list[str | None] = [name, number_cell(each.auroc), number_cell(each.average_precision)]
        row += [share_cell(each.recall), share_cell(each.false_alarm_rate)]
        if series:
            row += [number_cell(each.vus_pr), number_cell(each.false_alarms_per_day, ".2f")]
            row.append(number_cell(each.median_delay, ".0f"))
        rows.append(row)
    if series:
        header += ["VUS-PR", "false a day", "delay, rows"]
    blocks += [paragraph(title), table(header, rows)]
    words = (
        f"found: share of {'events' if series else 'anomalous rows'} with an alarm; false: share "
    )
    words += "of normal rows that alarm"
    words += (
        "; false a day: false alarms, merged; delay: from an event's start to its first alarm. "
        if (series)
        else ". "
    )
    if report.anomalous:
        chance = report.anomalous / report.rows
        words += (
            f"Scores that say nothing have an AP of {chance:.3f}. Rows are never point-adjusted."
        )
    blocks.append(paragraph(words))
    return [*blocks, *_left_out(report)]


def _without_verdict(report: AnomalyReport) -> str:
    """What can be said where labels tell nothing, or there are none."""
    share = next(iter(report.detectors.values())).alarm_share
    words = f"{share:.2%} of {report.rows:,} test rows alarm. "
    if report.anomalous is None:
        return words + "The data have no labels, so what alarms are worth cannot be told."
    if not report.anomalous:
        return words + "None of them is labelled anomalous, so only false alarms can be told."
    return words + "All of them are labelled anomalous, so false alarms cannot be told."


def _left_out(report: AnomalyReport) -> list[Markup]:
    if not report.left_out:
        return []
    return [paragraph(f"{report.left_out:,} test rows without a measurement are left out.")]
