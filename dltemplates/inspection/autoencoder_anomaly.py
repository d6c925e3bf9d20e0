"""What logs and tables speak for in the settings of `autoencoder-anomaly`."""

from pathlib import Path

from dltemplates.inspection.candidate import Candidate, Recommendation, names_setting, source
from dltemplates.inspection.column_roles import is_called_anomaly
from dltemplates.inspection.feature_table import TableFinding
from dltemplates.inspection.sensor_log import LogFinding
from dltemplates.inspection.words import few, few_in_korean, minutes, minutes_in_korean

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
        Recommendation("kind", "table", kind, "table: 시각이 든 열이 없어 행끼리 무관하다고 봄"),
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
    korean = f"숫자 열 전부. 뺀 열: {few_in_korean(list(left_out), 4)}"
    return names_setting("columns", names, reason, korean, path)


def _label(label: str, anomalies: int) -> list[Recommendation]:
    if not label:
        return []
    named = is_called_anomaly(label)
    why = "by its name" if named else "since few rows have it"
    reason = f"0 and 1, of which 1 is an anomaly {why}: {anomalies:,} rows"
    seen = "열 이름을 보면" if named else "드문 쪽인"
    korean = f"0과 1로 된 열. {seen} 1이 이상: {anomalies:,}행"
    return [Recommendation("label", label, reason, korean)]


def _division(ends: tuple[int, int] | None) -> list[Recommendation]:
    if ends is None:
        return []
    reason = (
        f"{ends[1]}: the first labelled anomaly is there; the usual shares would be full of them"
    )
    training = f"{ends[0]}: three quarters of the {ends[1]:,} rows before the first anomaly"
    korean = f"{ends[1]}: 레이블이 있는 첫 이상의 자리. 보통의 비율로 나누면 이상이 많이 섞임"
    earlier = f"{ends[0]}: 첫 이상 앞에 있는 {ends[1]:,}행의 4분의 3"
    return [
        Recommendation("train_end", str(ends[0]), training, earlier),
        Recommendation("validation_end", str(ends[1]), reason, korean),
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
    korean = f"{steps}: CPU 코어 두 개로 약 {minutes_in_korean(time_budget)}"
    return [Recommendation("steps", steps, reason, korean)]
