"""What series speak for in the settings of `lstm-forecaster`."""

import math

from dltemplates.errors import DataError
from dltemplates.inspection.candidate import Candidate, Recommendation, names_setting, source
from dltemplates.inspection.periodicity import Cycle
from dltemplates.inspection.series_table import SeriesFinding
from dltemplates.inspection.words import few, minutes

TEMPLATE = "lstm-forecaster"

_LOOKBACK, _HORIZON, _SEGMENT, _STEPS = 504, 96, 24, 1_500  # the template's defaults
_STEP_SECONDS = 36 / 1_500  # of 21 segments, on two CPU cores (benchmarks/RESULTS.md)
_MOST_SEGMENTS = 64  # beyond, the recurrent layers are not unrolled, and slow
_CLEAR = 0.3  # correlation of a year that the lookback is fitted to, though the default has room
_FEWEST_ORIGINS = 10  # in validation, for intervals of 90 % to be calibrated on
_FEWEST_FOR_HALF = 2  # for intervals of 50 %
# What the M4 competition asked for at each step of time.
_USUAL_HORIZONS = {
    "YS": 6,
    "YE": 6,
    "QS": 8,
    "QE": 8,
    "MS": 18,
    "ME": 18,
    "W": 13,
    "D": 14,
    "B": 14,
}
_CALENDAR = {"day": "hour", "week": "weekday", "year": "yearday"}
_WORDS = {"YS": "years", "YE": "years", "QS": "quarters", "QE": "quarters", "MS": "months",
          "ME": "months", "W": "weeks", "D": "days", "B": "working days"}  # fmt: skip


def recommend(found: SeriesFinding, time_budget: float | None = None) -> Candidate:
    """The settings for these series.

    Args:
        found: The series.
        time_budget: Seconds that training may take on two CPU cores; None: the usual steps.
    """
    horizon = _horizon(found)
    ahead = horizon.value if horizon else _HORIZON
    lookback = _lookback(found, int(ahead))
    back = int(lookback.value) if lookback else _LOOKBACK
    segment = _segment(found.cycles, back)
    length = int(segment.value) if segment else _SEGMENT
    chosen = [lookback, horizon, segment, _calendar(found.cycles, back)]
    settings = [
        *source(found),
        *_columns(found),
        *(each for each in chosen if each),
        *_coverage(found, int(ahead)),
        *_steps(math.ceil(back / length), time_budget),
    ]
    return Candidate(TEMPLATE, "Numbers in the order of time.", found, tuple(settings))


def _columns(found: SeriesFinding) -> list[Recommendation]:
    columns = found.columns
    settings = []
    if columns.targets:
        others = [f"{name} ({why})" for name, why in found.left_out.items()]
        reason = (
            f"all columns of numbers but {few(others, 4)}"
            if others
            else ("the columns that end before those known ahead")
        )
        settings += names_setting("targets", columns.targets, reason, found.path)
    if columns.known:
        reason = "these go on after the last value of the others, so they are known ahead"
        settings += names_setting("known", columns.known, reason, found.path)
    if columns.series_id:
        reason = f"times repeat, but not within a {columns.series_id}: a long table"
        settings.append(Recommendation("series_id", columns.series_id, reason))
    if columns.value:
        settings.append(Recommendation("value", columns.value, "the likeliest of several numbers"))
    if columns.past:
        reason = "numbers beside the values; name here only what is measured with them"
        settings += names_setting("past", columns.past, reason, found.path)
    return settings


def _horizon(found: SeriesFinding) -> Recommendation | None:
    step = found.frequency.partition("-")[0]
    usual = _USUAL_HORIZONS.get(step, _HORIZON)
    fits = max(1, min(round(0.2 * found.length) - _FEWEST_ORIGINS, found.length // 8))
    if usual > fits:
        reason = f"{fits}: more would leave too little of {found.length:,} times to validate on"
        return Recommendation("horizon", fits, reason)
    if usual == _HORIZON:
        return None
    reason = f"{usual}: usual for {_WORDS[step]} (as in the M4 competition); set what you need"
    return Recommendation("horizon", usual, reason)


def _lookback(found: SeriesFinding, horizon: int) -> Recommendation | None:
    """A whole number of the longest cycle, where the default is none or does not fit."""
    most = max(1, (round(0.6 * found.length) - horizon) // 2)
    cycle = found.cycles[-1] if found.cycles else None
    if cycle and cycle.rows <= most:
        if most >= _LOOKBACK and _LOOKBACK % cycle.rows == 0:
            return None
        count = max(1, min(most, _LOOKBACK) // cycle.rows)
        rows = count * cycle.rows
        yearly = cycle.name == "year" and cycle.correlation >= _CLEAR
        if most >= _LOOKBACK and not yearly:  # of shorter cycles, whole ones were no better
            return None
        whole = f"{count} cycles of {cycle.rows}" if count > 1 else "one cycle"
        reason = f"{rows}: {whole} ({_called(cycle)}), found in the autocorrelation"
        return Recommendation("lookback", rows, reason)
    if most >= _LOOKBACK:
        return None
    reason = f"{most}: half of what {found.length:,} times leave to train on"
    return Recommendation("lookback", most, reason)


def _segment(cycles: list[Cycle], lookback: int) -> Recommendation | None:
    """The shortest cycle, or as many of it as keep the segments few."""
    fitting = [cycle for cycle in cycles if 2 * cycle.rows <= lookback]
    if fitting:
        rows = fitting[0].rows * math.ceil(lookback / fitting[0].rows / _MOST_SEGMENTS)
        if rows == _SEGMENT:
            return None
        of = f"{_called(fitting[0])}" if rows == fitting[0].rows else f"whole {fitting[0].name}s"
        return Recommendation("segment", rows, f"{rows}: {of}, found in the autocorrelation")
    if lookback >= 2 * _SEGMENT:
        return None
    rows = max(1, lookback // 4)
    return Recommendation("segment", rows, f"{rows}: a quarter of the lookback")


def _calendar(cycles: list[Cycle], lookback: int) -> Recommendation | None:
    """The place within cycles that the lookback does not show."""
    names = [c.name for c in cycles if c.rows > lookback and c.name in _CALENDAR]
    if not names:
        return None
    reason = f"the lookback is shorter than the cycle of a {names[-1]} that there is"
    return Recommendation("calendar", ",".join(_CALENDAR[name] for name in names), reason)


def _coverage(found: SeriesFinding, horizon: int) -> list[Recommendation]:
    """Intervals that as few origins as validation has can tell."""
    origins = len(found.series) * (round(0.2 * found.length) - horizon + 1)
    if origins >= _FEWEST_ORIGINS - 1:
        return []
    if origins < _FEWEST_FOR_HALF:
        raise DataError(
            f"{found.length:,} times are too few to train on, validate and test.",
            where=found.path,
            hint="Give a longer series.",
        )
    reason = f"0.5: validation has {origins} forecasts only, too few to tell wider intervals"
    return [Recommendation("coverage", 0.5, reason)]


def _steps(segments: int, time_budget: float | None) -> list[Recommendation]:
    if time_budget is None:
        return []
    steps = max(100, round(time_budget / (_STEP_SECONDS * segments / 21)))
    if steps >= _STEPS:
        return []
    reason = f"{steps}: about {minutes(time_budget)} on two CPU cores"
    return [Recommendation("steps", steps, reason)]


def _called(cycle: Cycle) -> str:
    return f"a {cycle.name}" if cycle.name else f"{cycle.rows} rows"
