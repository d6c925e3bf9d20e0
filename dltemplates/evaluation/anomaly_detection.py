"""An anomaly detector beside simple ones, all with thresholds set the same way."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from dltemplates.evaluation.anomaly_events import event_metrics, spans
from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.evaluation.vus import vus_pr

_RANKINGS = {"average_precision": "average precision", "vus_pr": "VUS-PR"}
_FAR_FROM = 2.0


@dataclass(frozen=True)
class DetectorMetrics:
    """One detector on the test rows. What cannot be told is None.

    The first three judge the ranking of the rows and know no threshold.

    Attributes:
        auroc: Probability that an anomalous row scores above a normal one.
        average_precision: Mean precision over recalls; scores that say nothing have the share of
            anomalous rows.
        vus_pr: See `dltemplates.evaluation.vus`; None for tables.
        recall: Share of labelled events with an alarm within; of anomalous rows in a table.
        false_alarm_rate: Share of normal rows that alarm.
        false_alarms_per_day: Merged alarms without an anomalous row, in a day of normal rows; None
            for tables.
        median_delay: Rows from the start of an event to its first alarm, of those found; None for
            tables.
        alarm_share: Share of all rows that alarm.
    """

    auroc: float | None
    average_precision: float | None
    vus_pr: float | None
    recall: float | None
    false_alarm_rate: float | None
    false_alarms_per_day: float | None
    median_delay: float | None
    alarm_share: float


@dataclass(frozen=True)
class AnomalyReport:
    """Detectors on the same test rows.

    Attributes:
        rows: Number of test rows.
        anomalous: How many are labelled anomalous; None without labels.
        events: In how many runs; in a table the same number. None without labels.
        rate: The false-alarm rate that every threshold was set for.
        buffer: The widest buffer of VUS-PR, in rows; None for tables.
        rows_per_day: Rows of a day; None for tables.
        caution: What to know of the first detector's threshold; empty if nothing.
        left_out: How many more test rows there are, without a single measurement.
        detectors: By name, the one in question first, then the baselines.
    """

    rows: int
    anomalous: int | None
    events: int | None
    rate: float
    buffer: int | None
    rows_per_day: float | None
    caution: str
    left_out: int
    detectors: dict[str, DetectorMetrics]

    def as_dict(self) -> dict:
        """Everything, with the verdict."""
        return {**asdict(self), "verdict": self.verdict()}

    def verdict(self) -> str:
        """Whether the first detector ranks rows better than the others, in plain words.

        Empty without other detectors, and where the labels tell nothing.
        """
        (name, ours), *others = self.detectors.items()
        if not others or ours.average_precision is None:
            return ""
        lost: list[str] = []
        won: list[str] = []
        for metric, title in _RANKINGS.items():
            left = getattr(ours, metric)
            if left is None:
                continue
            best, theirs = max(others, key=lambda other: getattr(other[1], metric))
            right = getattr(theirs, metric)
            compared = f"{best} by {title} ({left:.3f} against {right:.3f})"
            (won if left > right else lost).append(compared)
        if lost:
            return f"The {name} does not beat {', nor '.join(lost)}."
        return f"The {name} beats every baseline: {', and '.join(won)}."

    def __str__(self) -> str:
        lines = [self._title()]
        if self.anomalous is None:
            lines += [f"  {'':20} {'alarms in':>10}"]
            lines += [
                f"  {name[:20]:20} {each.alarm_share:10.3%}"
                for name, each in self.detectors.items()
            ]
            lines.append("  Without labels nothing else can be told.")
            return "\n".join([*lines, *filter(None, [self.caution])])
        lines.append(
            f"  {'':20} {'AUROC':>7} {'AP':>7} {'VUS-PR':>7} {'found':>7} {'false':>8} "
            f"{'a day':>7} {'delay':>7}"
        )
        for name, each in self.detectors.items():
            lines.append(
                f"  {name[:20]:20} {_number(each.auroc)} {_number(each.average_precision)} "
                f"{_number(each.vus_pr)} {_number(each.recall, '7.1%')} "
                f"{_number(each.false_alarm_rate, '8.3%')} "
                f"{_number(each.false_alarms_per_day, '7.2f')} {_number(each.median_delay, '7.1f')}"
            )
        return "\n".join([*lines, *self._legend(), *filter(None, [self.caution, self.verdict()])])

    def write_csv(self, path: Path) -> None:
        """Writes the metrics as CSV: a row a detector."""
        rows = {name: asdict(each) for name, each in self.detectors.items()}
        table = pd.DataFrame.from_dict(rows, orient="index")
        table.to_csv(path, index_label="detector", encoding="utf-8")

    def _title(self) -> str:
        title = f"{self.rows:,} rows"
        if self.anomalous is not None:
            title += f", {self.anomalous:,} of them anomalous"
        if self.anomalous and self.buffer is not None:
            title += f", in {self.events:,} event{'s' if self.events != 1 else ''}"
        if self.left_out:
            title += f" ({self.left_out:,} more without a measurement are left out)"
        return f"{title}; thresholds for a false-alarm rate of {self.rate:.3g}"

    def _legend(self) -> list[str]:
        lines = []
        if self.anomalous:
            what = "anomalous rows" if self.buffer is None else "events"
            lines.append(
                f"  found: share of {what} with an alarm; false: share of normal rows that alarm."
            )
            if self.buffer is not None:
                lines.append(
                    "  a day: false alarms, merged; delay: median rows from an event's start to "
                    "its first alarm."
                )
            lines.append(
                "  Rows are counted as they are, never point-adjusted; scores that say nothing "
                f"have an AP of {self.anomalous / self.rows:.3f}."
            )
        else:
            lines.append("  No test row is labelled anomalous: only false alarms can be told.")
        (name, first), *_ = self.detectors.items()
        if first.false_alarm_rate is not None and first.false_alarm_rate > _FAR_FROM * self.rate:
            lines.append(
                f"  The {name} alarms {first.false_alarm_rate / self.rate:.1f} times as often as "
                "asked in normal test rows: they differ from the held-out ones."
            )
        return lines


def anomaly_report(
    detectors: Mapping[str, tuple[np.ndarray | NormalScores, np.ndarray]],
    labels: np.ndarray | None,
    rate: float,
    *,
    rows_per_day: float | None = None,
    buffer: int | None = None,
    merge_gap: int = 0,
    left_out: int = 0,
) -> AnomalyReport:
    """Compares detectors by their raw scores.

    A detector's threshold comes from its scores of held-out normal rows alone, never from labels.

    Args:
        detectors: Raw scores of held-out normal rows, or their distribution, and of test rows, by
            name: the detector in question first, then the baselines; in the order of time where
            there is one.
        labels: 1 for anomalous test rows, 0 for normal ones; None where there are none.
        rate: False-alarm rate.
        rows_per_day: Rows of a day; None for tables.
        buffer: Widest buffer of VUS-PR, in rows; None for tables, whose rows are no series.
        merge_gap: At most so many rows without an alarm lie within an alarm.
        left_out: How many test rows are not among these, since nothing was measured in them.

    Raises:
        DataError: The held-out scores of the first detector cannot tell the rate.
        ValueError: There is no detector, or scores and labels are not equally many.
    """
    if not detectors:
        raise ValueError("Expected at least one detector, received none.")
    counts = {len(test) for _, test in detectors.values()}
    if len(counts | ({len(labels)} if labels is not None else set())) > 1:
        raise ValueError(f"Expected scores for each of the test rows, received {sorted(counts)}.")
    normal = {
        name: known if isinstance(known, NormalScores) else NormalScores.fit(known)
        for name, (known, _) in detectors.items()
    }
    first = next(iter(normal.values()))
    first.check_rate(rate)
    anomalous = None if labels is None else np.asarray(labels) != 0
    metrics = {
        # A baseline whose own scores cannot tell the rate is compared all the same.
        name: _metrics(
            np.asarray(test, "float64"),
            normal[name].tail_probability(test) <= rate,
            anomalous,
            rows_per_day,
            buffer,
            merge_gap,
        )
        for name, (_, test) in detectors.items()
    }
    return AnomalyReport(
        rows=counts.pop(),
        anomalous=None if anomalous is None else int(anomalous.sum()),
        events=None if anomalous is None else len(_events(anomalous, buffer)),
        rate=rate,
        buffer=buffer,
        rows_per_day=rows_per_day,
        caution=first.caution(rate),
        left_out=left_out,
        detectors=metrics,
    )


def _metrics(
    scores: np.ndarray,
    alarms: np.ndarray,
    anomalous: np.ndarray | None,
    rows_per_day: float | None,
    buffer: int | None,
    merge_gap: int,
) -> DetectorMetrics:
    share = float(alarms.mean())
    if anomalous is None:
        return DetectorMetrics(None, None, None, None, None, None, None, share)
    found = event_metrics(anomalous, alarms, merge_gap, _events(anomalous, buffer))
    both = 0 < anomalous.sum() < len(anomalous)
    days = None if rows_per_day is None else (~anomalous).sum() / rows_per_day
    return DetectorMetrics(
        auroc=float(roc_auc_score(anomalous, scores)) if both else None,
        average_precision=float(average_precision_score(anomalous, scores)) if both else None,
        vus_pr=vus_pr(anomalous, scores, buffer) if both and buffer is not None else None,
        recall=found.recall,
        false_alarm_rate=found.false_alarm_rate,
        false_alarms_per_day=float(found.false_events / days) if days else None,
        median_delay=None if buffer is None else found.median_delay,
        alarm_share=share,
    )


def _events(anomalous: np.ndarray, buffer: int | None) -> list[range]:
    """Runs of anomalous rows; each row of a table for itself."""
    if buffer is not None:
        return spans(anomalous)
    return [range(row, row + 1) for row in np.flatnonzero(anomalous).tolist()]


def _number(value: float | None, form: str = "7.3f") -> str:
    return f"{'-':>{form.split('.')[0]}}" if value is None else f"{value:{form}}"
