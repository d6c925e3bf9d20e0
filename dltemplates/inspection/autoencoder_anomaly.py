"""What logs and tables speak for in the settings of `autoencoder-anomaly`."""

from pathlib import Path

from dltemplates.inspection.candidate import Candidate, Recommendation, names_setting, source
from dltemplates.inspection.column_roles import is_called_anomaly
from dltemplates.inspection.feature_table import TableFinding
from dltemplates.inspection.sensor_log import LogFinding
from dltemplates.inspection.words import few, minutes

TEMPLATE = "autoencoder-anomaly"

_LOG_STEPS, _LOG_SECONDS = 300, 4  # of a short log, on a CPU core (benchmarks/RESULTS.md)
_TABLE_STEPS, _TABLE_SECONDS = 1_500, 10


def recommend_for_log(found: LogFinding, time_budget: float | None = None) -> Candidate:
    """The settings for a log.

    Args:
        found: The log.
        time_budget: Seconds that training may take on two CPU cores; None: the usual steps.
    """
    settings = [
        *source(found),
        *_columns(found.sensors, found.left_out, found.path),
        *_label(found.label, found.anomalies),
        *_division(found.division),
        *_log_steps(time_budget),
    ]
    because = "Sensors in the order of time"
    because += ", with a column that marks anomalies." if found.label else "."
    return Candidate(TEMPLATE, because, found, tuple(settings))


def recommend_for_table(found: TableFinding, time_budget: float | None = None) -> Candidate:
    """The settings for a table; see `recommend_for_log`."""
    kind = "table: rows stand alone, for no column holds their times"
    settings = [
        Recommendation("kind", "table", kind),
        *source(found),
        *_columns(found.features, {**found.left_out, **_target(found)}, found.path),
        *_label(found.label, found.anomalies),
        *_table_steps(time_budget),
    ]
    because = "Rows that stand alone"
    because += ", with a column that marks anomalies." if found.label else "."
    return Candidate(TEMPLATE, because, found, tuple(settings))


def _target(found: TableFinding) -> dict[str, str]:
    return {found.target: "seems to be a result"} if found.target else {}


def _columns(names: list[str], left_out: dict[str, str], path: Path) -> list[Recommendation]:
    if not left_out:
        return []
    others = few([f"{name} ({why})" for name, why in left_out.items()], 4)
    reason = f"all columns of numbers but {others}"
    return names_setting("columns", names, reason, path)


def _label(label: str, anomalies: int) -> list[Recommendation]:
    if not label:
        return []
    why = "by its name" if is_called_anomaly(label) else "since few rows have it"
    reason = f"0 and 1, of which 1 is an anomaly {why}: {anomalies:,} rows"
    return [Recommendation("label", label, reason)]


def _division(ends: tuple[int, int] | None) -> list[Recommendation]:
    if ends is None:
        return []
    reason = (
        f"{ends[1]}: the first labelled anomaly is there; the usual shares would be full of them"
    )
    training = f"{ends[0]}: three quarters of the {ends[1]:,} rows before the first anomaly"
    return [
        Recommendation("train_end", str(ends[0]), training),
        Recommendation("validation_end", str(ends[1]), reason),
    ]


def _log_steps(time_budget: float | None) -> list[Recommendation]:
    if time_budget is None or time_budget >= 2_000 / _LOG_STEPS * _LOG_SECONDS:
        return []
    return _steps(max(50, round(time_budget / _LOG_SECONDS * _LOG_STEPS)), time_budget)


def _table_steps(time_budget: float | None) -> list[Recommendation]:
    if time_budget is None or time_budget >= _TABLE_SECONDS:
        return []
    return _steps(max(50, round(time_budget / _TABLE_SECONDS * _TABLE_STEPS)), time_budget)


def _steps(steps: int, time_budget: float) -> list[Recommendation]:
    reason = f"{steps}: about {minutes(time_budget)} on two CPU cores"
    return [Recommendation("steps", steps, reason)]
