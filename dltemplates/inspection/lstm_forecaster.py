"""What series speak for in the settings of `lstm-forecaster`."""

import math

from dltemplates.errors import DataError
from dltemplates.inspection.candidate import Candidate, Recommendation, names_setting, source
from dltemplates.inspection.periodicity import Cycle
from dltemplates.inspection.series_table import SeriesFinding
from dltemplates.inspection.words import few, few_in_korean, minutes, minutes_in_korean

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
_IN_KOREAN = {"YS": "연간", "YE": "연간", "QS": "분기", "QE": "분기", "MS": "월간", "ME": "월간",
              "W": "주간", "D": "일간", "B": "영업일"}  # fmt: skip
_CYCLES = {"hour": "한 시간", "day": "하루", "week": "한 주", "year": "한 해"}


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
        left_out = few_in_korean(list(found.left_out), 4)
        korean = f"숫자 열 전부. 뺀 열: {left_out}" if others else "미리 아는 열보다 먼저 끝나는 열"
        settings += names_setting("targets", columns.targets, reason, korean, found.path)
    if columns.known:
        reason = "these go on after the last value of the others, so they are known ahead"
        korean = "다른 열의 마지막 값보다 뒤까지 있으므로 미리 아는 열"
        settings += names_setting("known", columns.known, reason, korean, found.path)
    if columns.series_id:
        reason = f"times repeat, but not within a {columns.series_id}: a long table"
        korean = f"시각이 되풀이되지만 {columns.series_id}마다는 한 번씩: 긴 형식의 표"
        settings.append(Recommendation("series_id", columns.series_id, reason, korean))
    if columns.value:
        reason = "the likeliest of several numbers"
        korean = "여러 숫자 열 가운데 가장 그럴듯한 것"
        settings.append(Recommendation("value", columns.value, reason, korean))
    if columns.past:
        reason = "numbers beside the values; name here only what is measured with them"
        korean = "예측할 값 옆의 숫자 열. 함께 측정되는 것만 적을 것"
        settings += names_setting("past", columns.past, reason, korean, found.path)
    return settings


def _horizon(found: SeriesFinding) -> Recommendation | None:
    step = found.frequency.partition("-")[0]
    usual = _USUAL_HORIZONS.get(step, _HORIZON)
    fits = max(1, min(round(0.2 * found.length) - _FEWEST_ORIGINS, found.length // 8))
    if usual > fits:
        reason = f"{fits}: more would leave too little of {found.length:,} times to validate on"
        korean = f"{fits}: 더 길면 시각 {found.length:,}개에서 검증할 것이 거의 남지 않음"
        return Recommendation("horizon", fits, reason, korean)
    if usual == _HORIZON:
        return None
    reason = f"{usual}: usual for {_WORDS[step]} (as in the M4 competition); set what you need"
    korean = f"{usual}: {_IN_KOREAN[step]} 데이터에 흔한 길이(M4 대회). 필요한 대로 바꿀 것"
    return Recommendation("horizon", usual, reason, korean)


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
        whole = f"{cycle.rows}행 주기 {count}개" if count > 1 else "주기 하나"
        korean = f"{rows}: {whole}({_in_korean(cycle)}), 자기상관(autocorrelation)에서 찾음"
        return Recommendation("lookback", rows, reason, korean)
    if most >= _LOOKBACK:
        return None
    reason = f"{most}: half of what {found.length:,} times leave to train on"
    korean = f"{most}: 시각 {found.length:,}개 가운데 훈련에 남는 것의 절반"
    return Recommendation("lookback", most, reason, korean)


def _segment(cycles: list[Cycle], lookback: int) -> Recommendation | None:
    """The shortest cycle, or as many of it as keep the segments few."""
    fitting = [cycle for cycle in cycles if 2 * cycle.rows <= lookback]
    if fitting:
        rows = fitting[0].rows * math.ceil(lookback / fitting[0].rows / _MOST_SEGMENTS)
        if rows == _SEGMENT:
            return None
        of = f"{_called(fitting[0])}" if rows == fitting[0].rows else f"whole {fitting[0].name}s"
        reason = f"{rows}: {of}, found in the autocorrelation"
        times = "" if rows == fitting[0].rows else "의 배수"
        cycle = f"{_in_korean(fitting[0])}{times}"
        korean = f"{rows}: {cycle}, 자기상관(autocorrelation)에서 찾음"
        return Recommendation("segment", rows, reason, korean)
    if lookback >= 2 * _SEGMENT:
        return None
    rows = max(1, lookback // 4)
    reason, korean = f"{rows}: a quarter of the lookback", f"{rows}: lookback의 4분의 1"
    return Recommendation("segment", rows, reason, korean)


def _calendar(cycles: list[Cycle], lookback: int) -> Recommendation | None:
    """The place within cycles that the lookback does not show."""
    names = [c.name for c in cycles if c.rows > lookback and c.name in _CALENDAR]
    if not names:
        return None
    reason = f"the lookback is shorter than the cycle of a {names[-1]} that there is"
    korean = f"데이터에 있는 {_CYCLES[names[-1]]} 주기보다 lookback이 짧음"
    value = ",".join(_CALENDAR[name] for name in names)
    return Recommendation("calendar", value, reason, korean)


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
    korean = f"0.5: 검증할 예측이 {origins}개뿐이라 더 넓은 구간은 알 수 없음"
    return [Recommendation("coverage", 0.5, reason, korean)]


def _steps(segments: int, time_budget: float | None) -> list[Recommendation]:
    if time_budget is None:
        return []
    steps = max(100, round(time_budget / (_STEP_SECONDS * segments / 21)))
    if steps >= _STEPS:
        return []
    reason = f"{steps}: about {minutes(time_budget)} on two CPU cores"
    korean = f"{steps}: CPU 코어 두 개로 약 {minutes_in_korean(time_budget)}"
    return [Recommendation("steps", steps, reason, korean)]


def _called(cycle: Cycle) -> str:
    return f"a {cycle.name}" if cycle.name else f"{cycle.rows} rows"


def _in_korean(cycle: Cycle) -> str:
    return _CYCLES.get(cycle.name, f"{cycle.rows}행")
