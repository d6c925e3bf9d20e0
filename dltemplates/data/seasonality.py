"""How many rows a season has, by the step between rows."""

import pandas as pd

_BY_NAME = {"B": 5, "MS": 12, "ME": 12, "QS": 4, "QE": 4}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def usual_season(frequency: str) -> int:
    """Rows in the cycle that series of this frequency usually have; 1 where there is none.

    A day for steps from a minute to below a day, an hour for shorter ones, a week for days, a year
    for weeks, months and quarters.

    Args:
        frequency: As pandas writes it, such as `h` or `15min`.
    """
    name = frequency.partition("-")[0]
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name == "W":
        return 52
    offset = pd.tseries.frequencies.to_offset(frequency)
    try:
        step = pd.Timedelta(offset).total_seconds()
    except ValueError:  # years, or several months
        return 1
    if step == _DAY:
        return 7
    if step == 7 * _DAY:
        return 52
    cycle = _HOUR if step < _MINUTE else _DAY
    return round(cycle / step) if step < cycle and cycle % step == 0 else 1
