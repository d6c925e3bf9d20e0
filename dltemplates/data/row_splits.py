"""The division of a grid's rows into training, validation and test, in the order of time."""

import pandas as pd

from dltemplates.errors import DataError

SPLITS = ("train", "validation", "test")

# Of a detector: rows to learn what is normal from, and scores to set a threshold by.
FEWEST_TRAINING = 20
FEWEST_HELD_OUT = 20

Boundary = int | str


def split_rows(
    times: pd.DatetimeIndex,
    *,
    validation_fraction: float = 0.2,
    test_fraction: float = 0.2,
    train_end: Boundary = "",
    validation_end: Boundary = "",
    test_end: Boundary = "",
    gap: int = 0,
    where: str = "",
) -> dict[str, range]:
    """Divides the rows of `times`; what comes later in time never precedes in the splits.

    Each end is the first row that its split no longer has: a row number, or a time, or empty for
    what the fractions say (for `test_end`: the last row and all before it).

    Args:
        times: The times of the rows.
        validation_fraction: Share of the rows up to `test_end` for validation.
        test_fraction: Likewise for the test.
        train_end: Where training ends.
        validation_end: Where validation ends.
        test_end: Where the test ends; rows from there on are not used.
        gap: Rows left out between one split and the next, at the beginning of the later one.
        where: What messages call the source.

    Returns:
        The rows that each split may forecast; an empty range where its share is 0.

    Raises:
        DataError: An end is no row and no time, the ends are not in order, or the shares leave
            nothing for training.
    """
    return divide_rows(
        len(times),
        validation_fraction=validation_fraction,
        test_fraction=test_fraction,
        train_end=_row(train_end, times, "train_end"),
        validation_end=_row(validation_end, times, "validation_end"),
        test_end=_row(test_end, times, "test_end"),
        gap=gap,
        where=where,
    )


def divide_rows(
    rows: int,
    *,
    validation_fraction: float,
    test_fraction: float,
    train_end: int | None = None,
    validation_end: int | None = None,
    test_end: int | None = None,
    gap: int = 0,
    where: str = "",
) -> dict[str, range]:
    """As `split_rows`, with the ends as counts of rows; None for what the fractions say.

    Raises:
        DataError: The shares are none or leave nothing for training, or the ends are not in order.
    """
    shares = {"validation": validation_fraction, "test": test_fraction}
    if any(not 0 <= share < 1 for share in shares.values()):
        raise DataError(
            f"Expected shares from 0 to below 1, received {validation_fraction:g} and "
            f"{test_fraction:g}.",
            where="data.validation_fraction, data.test_fraction",
        )
    last = rows if test_end is None else test_end
    cut = last - round(test_fraction * last) if validation_end is None else validation_end
    share = round(validation_fraction * last)
    end = cut - share if train_end is None else train_end
    if cut > 0 and end == cut - share <= 0:
        raise DataError(
            f"Nothing is left for training: of {last:,} rows, the last {last - cut:,} are for the "
            f"test and {share:,} before them for validation.",
            where="data.validation_fraction, data.test_fraction",
            hint="Together they must stay well below 1 "
            f"(now {validation_fraction:g} + {test_fraction:g}), or set data.train_end.",
        )
    if not 0 < end <= cut <= last <= rows:
        raise DataError(
            f"The splits do not follow each other: training ends at row {end:,}, validation at "
            f"{cut:,}, the test at {last:,}; there are {rows:,} rows.",
            where=where,
            hint="Check data.train_end, data.validation_end and data.test_end, and the fractions.",
        )
    return {
        "train": range(0, end),
        "validation": range(min(end + gap, cut), cut),
        "test": range(min(cut + gap, last), last),
    }


def row_number(value: Boundary, rows: int, name: str, hint: str) -> int | None:
    """The row number that `value` is; None where it is none.

    Raises:
        DataError: It is a number, but not from 1 to `rows`.
    """
    text = str(value).strip()
    if not text.lstrip("-").isdigit():
        return None
    row = int(text)
    if 0 < row <= rows:
        return row
    raise DataError(
        f"There is no row {row:,}; there are {rows:,}.", where=f"data.{name}", hint=hint
    )


def _row(value: Boundary, times: pd.DatetimeIndex, name: str) -> int | None:
    """The row that `value` means: the first at that time or later; None if it is empty."""
    text = str(value).strip()
    if not text:
        return None
    row = row_number(value, len(times), name, "Give a row number, or a time such as 2017-06-26.")
    if row is not None:
        return row
    try:
        time = pd.Timestamp(text)
        if time is pd.NaT:
            raise ValueError
    except ValueError:
        raise DataError(
            f"{text!r} is neither a row number nor a time.",
            where=f"data.{name}",
            hint=f"For instance {times[len(times) // 2]}.",
        ) from None
    if times.tz is not None:
        time = time.tz_localize(times.tz) if time.tz is None else time.tz_convert(times.tz)
    elif time.tz is not None:
        raise DataError(
            f"{text!r} has a time zone, the data have none.",
            where=f"data.{name}",
            hint="Leave the zone out.",
        )
    return int(times.searchsorted(time))
