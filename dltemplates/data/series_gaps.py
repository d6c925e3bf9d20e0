"""What is missing in series, and which series nothing can be learnt from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dltemplates.errors import DataError

_SHOWN = 5


@dataclass(frozen=True)
class Gaps:
    """What is missing between the first and the last value of one series."""

    name: str
    missing: int
    rows: int
    longest: tuple[int, int]  # first row, and the row after its last

    @property
    def share(self) -> float:
        return self.missing / self.rows

    def describe(self, times: pd.DatetimeIndex, whose: str = "") -> str:
        start, stop = self.longest
        return (
            f"{self.missing:,} of {self.rows:,} values of {whose or repr(self.name)} are missing "
            f"({self.share:.1%}); the longest gap has {stop - start:,}, from {times[start]} to "
            f"{times[stop - 1]}"
        )


def check_series(
    names: list[str],
    values: np.ndarray,
    times: pd.DatetimeIndex,
    *,
    missing_limit: float,
    where: str,
) -> list[str]:
    """Refuses series that are empty, constant or too full of gaps; describes the gaps of others.

    What is missing before a series' first value and after its last is no gap: it began later, or
    ended earlier.

    Args:
        names: What each series is called.
        values: float, `(series, rows)`; NaN is missing.
        times: The times of the rows.
        missing_limit: The largest share that may be missing in a series; 1: nothing is refused but
            what has no value at all, as suits series that are only forecast from.
        where: What messages call the source.

    Returns:
        Sentences for the record.
    """
    observed = ~np.isnan(values)
    empty = ~observed.any(axis=1)
    if missing_limit < 1.0 or empty.all():
        _refuse(names, empty, "without a single value", where)
        _refuse_constant(names, values, where)
    return check_gaps(names, observed, times, missing_limit=missing_limit, where=where)


def check_gaps(
    names: list[str],
    observed: np.ndarray,
    times: pd.DatetimeIndex,
    *,
    missing_limit: float,
    where: str,
    noun: str = "series",
) -> list[str]:
    """Refuses series too full of gaps; describes the gaps of others.

    Args:
        names: What each series is called.
        observed: bool, `(series, rows)`: where there is a value.
        times: The times of the rows.
        missing_limit: The largest share that may be missing in a series.
        where: What messages call the source.
        noun: What messages call a series.

    Returns:
        Sentences for the record.
    """
    found = [_gaps(name, line) for name, line in zip(names, observed, strict=True) if line.any()]
    crossed = [gaps for gaps in found if gaps.share > missing_limit]
    if crossed:
        worst = max(crossed, key=lambda gaps: gaps.share)
        more = f"; {_counted(len(crossed) - 1, f'other {noun}')} likewise" if crossed[1:] else ""
        raise DataError(
            f"{worst.describe(times)}{more}. At most {missing_limit:.0%} may be.",
            where=where,
            hint=f"Fill them in, leave the {noun} or the time out, or raise data.missing_limit; "
            f"if the rows are not meant to be {times.freqstr} apart, set data.frequency.",
        )
    return _sentences(found, observed, times, noun)


def longest_run(flags: np.ndarray) -> tuple[int, int]:
    """First index and the one after the last of the longest run of True; equal if there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype("int8"), [0]])))
    if not len(edges):
        return 0, 0
    starts, stops = edges[::2], edges[1::2]
    index = int(np.argmax(stops - starts))
    return int(starts[index]), int(stops[index])


def _gaps(name: str, observed: np.ndarray) -> Gaps:
    places = np.flatnonzero(observed)
    first, last = int(places[0]), int(places[-1])
    start, stop = longest_run(~observed[first : last + 1])
    rows = last + 1 - first
    return Gaps(name, rows - len(places), rows, (first + start, first + stop))


def _refuse_constant(names: list[str], values: np.ndarray, where: str) -> None:
    low, high = np.nanmin(values, axis=1), np.nanmax(values, axis=1)
    known = [f"{name} (always {value:g})" for name, value in zip(names, low, strict=True)]
    _refuse(known, low == high, "that never change", where)


def _refuse(names: list[str], wrong: np.ndarray, what: str, where: str) -> None:
    chosen = [names[index] for index in np.flatnonzero(wrong)]
    if not chosen:
        return
    more = f" and {len(chosen) - _SHOWN:,} more" if len(chosen) > _SHOWN else ""
    raise DataError(
        f"{len(chosen):,} series {what}: {', '.join(chosen[:_SHOWN])}{more}.",
        where=where,
        hint="Name the others with data.targets, or remove these from the data.",
    )


def _sentences(
    found: list[Gaps], observed: np.ndarray, times: pd.DatetimeIndex, noun: str
) -> list[str]:
    with_gaps = sorted((gaps for gaps in found if gaps.missing), key=lambda gaps: -gaps.missing)
    shown = [f"{gaps.describe(times)}." for gaps in with_gaps[:_SHOWN]]
    if len(with_gaps) > _SHOWN:
        shown.append(f"Values of {_counted(len(with_gaps) - _SHOWN, f'more {noun}')} are missing.")
    if len(with_gaps) > 1 and (observed == observed[0]).all():  # rows that the source lacks
        shown = [f"{with_gaps[0].describe(times, f'each of {_counted(len(observed), noun)}')}."]
    later, earlier = int((~observed[:, 0]).sum()), int((~observed[:, -1]).sum())
    of = f"of {_counted(len(observed), noun)}"
    if later:
        shown.append(f"{later:,} {of} begin after {times[0]}.")
    if earlier:
        end = times[observed.shape[1] - 1]
        shown.append(f"{earlier:,} {of} end before {end}.")
    return shown


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 or noun.endswith('series') else 's'}"
