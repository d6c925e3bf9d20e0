"""A sensor log ready for a detector: divided in time, scaled, and cut into windows on demand."""

from dataclasses import replace
from typing import Literal

import numpy as np

from dltemplates.data.learned_columns import LearnedColumns, Scaling
from dltemplates.data.row_splits import FEWEST_HELD_OUT, FEWEST_TRAINING, Boundary, split_rows
from dltemplates.data.sensor_levels import spread_within, wanders
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.standard_scale import StandardScale
from dltemplates.data.window_features import filled_at_front, filled_forward
from dltemplates.errors import DataError

_VALUES = 128  # of a window


class SensorData:
    """A sensor log divided into training, validation and test, whose windows are made when asked.

    A window is named by its *end*, the row that it judges: it has that row and the `window - 1`
    before it. Training rows fit the network; validation rows, held out and normal, calibrate its
    scores. Nothing after the training rows has a part in the scaling.

    Labels choose no weight, epoch or threshold. But with `exclude_labelled`, rows labelled as
    anomalies have no part in training and validation: no training window has one, and none is in
    the statistics or calibrates.

    Args:
        log: The log.
        window: Rows that a window has; `auto` for what suits the number of rows for training and
            validation, see `usual_window`.
        validation_fraction: See `split_rows`.
        test_fraction: See `split_rows`.
        train_end: See `split_rows`.
        validation_end: See `split_rows`.
        test_end: See `split_rows`.
        exclude_labelled: Whether rows labelled 1 are left out of training and validation.
        learned: The sensors of a trained detector that is to go on with this log: order, window,
            and whose level wanders are as there; for the scaling see `LearnedColumns.scaling`.

    Attributes:
        names: What each sensor is called.
        frequency: The step of time, as pandas writes it.
        rows_per_day: Rows of the grid in a day.
        splits: The rows of each split.
        mean: float32, `(sensors,)`: of the observed values in the usable training rows.
        scale: float32, `(sensors,)`: their standard deviation, of drifting sensors that about the
            mean of their window; 1 where they are all the same.
        drifting: bool, `(sensors,)`: whose level wanders in training, so that only its change
            within a window says anything. See `wanders`.
        constant: The sensors that never change in training.
        missing: Whether any value is missing.
        seen: bool, `(length, sensors)`: where there was a value.
        scaled: float32, `(length, sensors)`: the values scaled and filled, each gap with the last
            value before it, or 0; a window that begins with one is filled from inside.
        repairs: What was changed or noticed on the way here, a sentence each.

    Raises:
        DataError: The window does not fit, or too few rows or no normal one are left to train or
            to calibrate on, or a sensor has no value in the training rows, or all are constant.
        RunError: The trained detector has other sensors, another window or step of time.
    """

    def __init__(
        self,
        log: SensorLog,
        *,
        window: int | Literal["auto"] = "auto",
        validation_fraction: float = 0.2,
        test_fraction: float = 0.3,
        train_end: Boundary = "",
        validation_end: Boundary = "",
        test_end: Boundary = "",
        exclude_labelled: bool = True,
        learned: LearnedColumns | None = None,
        scaling: Scaling = "level",
    ) -> None:
        if learned is not None:
            learned.check_grid(window, log.series.frequency)
            window = learned.window
            log = _in_order(log, learned.order(log.series.names, setting="data.sensors"))
        series = log.series
        self.log = log
        self.exclude_labelled = exclude_labelled
        self.names = series.names
        self.frequency = series.frequency
        self.rows_per_day = log.rows_per_day
        self.splits = split_rows(
            series.times[: series.length],
            validation_fraction=validation_fraction,
            test_fraction=test_fraction,
            train_end=train_end,
            validation_end=validation_end,
            test_end=test_end,
            where=series.where,
        )
        train = self.splits["train"]
        if window == "auto":
            window = usual_window(self.splits["validation"].stop, len(self.names))
        self.window = window
        self.seen = np.ascontiguousarray(np.isfinite(series.values).T)
        self.missing = not self.seen.all()
        self._check_splits()
        rows = train.start + np.flatnonzero(self.usable("train"))
        statistics = StandardScale.of(
            series.values.T[rows], self.names, setting="data.sensors", where=series.where
        )
        self.constant = statistics.constant
        self.mean, self.scale = statistics.mean, statistics.scale.copy()
        if learned is None:
            self.drifting = wanders(series.values.T[rows], self.window)
        else:
            self.drifting = learned.wandering
        for sensor in np.flatnonzero(self.drifting):
            self.scale[sensor] = spread_within(series.values[sensor, rows], self.window)
        if learned is not None:
            self.mean, self.scale = learned.scaling(self.mean, self.scale, scaling)
        self.repairs = series.repairs + statistics.sentences()
        if self.drifting.any():
            names = ", ".join(np.array(self.names)[self.drifting])
            self.repairs.append(
                f"The level wanders, so only changes within a window are judged: {names}."
            )
        scaled = (series.values - self.mean[:, None]) / self.scale[:, None]
        self.scaled = np.ascontiguousarray(filled_forward(scaled).T)

    def labels(self, split: str) -> np.ndarray | None:
        """int8, one for each row of a split: 1 for an anomaly; None where nothing is known."""
        rows = self.splits[split]
        return None if self.log.labels is None else self.log.labels[rows.start : rows.stop]

    def usable(self, split: str) -> np.ndarray:
        """bool, one for each row of a split: whether the row counts.

        A row without a single value does not, nor does one that `exclude_labelled` leaves out.
        """
        rows = self.splits[split]
        measured = np.any(self.seen[rows.start : rows.stop], axis=1)
        return measured & ~self._excluded(split)

    def ends(self, split: str) -> np.ndarray:
        """The ends of the windows of a split: int64, in the order of time.

        A window of `train` lies in the training rows as a whole, has a value, and touches no
        excluded row; one of `validation` may reach back into the training rows, ends with a usable
        row, and touches no excluded one either. In the test every row that has enough rows before
        it ends a window.

        Raises:
            DataError: The split has no rows.
        """
        rows = self.splits[split]
        if not rows:
            raise DataError(
                f"There is no {split} split.",
                where=self.log.series.where,
                hint=f"Set data.{split}_fraction above 0.",
            )
        ends = np.arange(max(rows.start, self.window - 1), rows.stop)
        if split == "test":
            return ends
        excluded = np.zeros(rows.stop, bool)
        if self.exclude_labelled and self.log.labels is not None:
            excluded = self.log.labels[: rows.stop] == 1
        wanted = (_in_windows(excluded, self.window) == 0)[-len(ends) :]
        if split == "train":
            wanted &= _in_windows(np.any(self.seen[: rows.stop], axis=1), self.window) > 0
        else:
            wanted &= self.usable(split)[-len(ends) :]
        return ends[wanted]

    def windows(self, ends: np.ndarray) -> np.ndarray:
        """The windows that end at `ends`: float32, `(windows, window, sensors)`, scaled.

        A missing value takes the last one before it in the window, else the first one in the
        window; 0, the mean, where there is none.

        Raises:
            ValueError: A window is not within the log.
        """
        rows = self._rows(ends)
        windows = self.scaled[rows]
        return filled_at_front(windows, self.seen[rows]) if self.missing else windows

    def observed(self, ends: np.ndarray) -> np.ndarray | None:
        """Where those windows had values: float32, 1 or 0; None if nothing is ever missing."""
        return self.seen[self._rows(ends)].astype("float32") if self.missing else None

    def values(self, rows: range) -> np.ndarray:
        """float32, `(rows, sensors)`: as they were measured, NaN where missing."""
        return self.log.series.values[:, rows.start : rows.stop].T

    def describe(self) -> dict:
        """What a run records of its data."""
        series = self.log.series
        return {
            "source": series.where,
            "names": self.names,
            "frequency": self.frequency,
            "time_zone": "" if series.times.tz is None else str(series.times.tz),
            "rows": series.length,
            "rows_per_day": self.rows_per_day,
            "window": self.window,
            "exclude_labelled": self.exclude_labelled,
            "splits": {
                name: {
                    "rows": [rows.start, rows.stop],
                    "from": str(series.times[rows.start]),
                    "to": str(series.times[rows.stop - 1]),
                    "usable": int(self.usable(name).sum()),
                    "anomalies": _count(self.labels(name)),
                }
                for name, rows in self.splits.items()
                if rows
            },
            "missing": int(self.seen.size - self.seen.sum()),
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "constant": self.constant,
            "drifting": [self.names[sensor] for sensor in np.flatnonzero(self.drifting)],
            "repairs": self.repairs,
            "fingerprints": {
                name: series.fingerprint(rows) for name, rows in self.splits.items() if rows
            },
        }

    def _excluded(self, split: str) -> np.ndarray:
        """bool, one for each row of a split: whether it is left out because of its label."""
        labels = self.labels(split)
        if labels is None or not self.exclude_labelled or split == "test":
            return np.zeros(len(self.splits[split]), bool)
        return labels == 1

    def _rows(self, ends: np.ndarray) -> np.ndarray:
        ends = np.asarray(ends)
        first, last = self.window - 1, self.log.series.length - 1
        if len(ends) and not first <= ends.min() <= ends.max() <= last:
            raise ValueError(
                f"Expected ends from {first} to {last}, received {ends.min()} to {ends.max()}."
            )
        return ends[:, None] + np.arange(1 - self.window, 1)

    def _check_splits(self) -> None:
        where, hint = self.log.series.where, "Shorten the window, or give a longer log."
        if self.window < 1:
            raise DataError(f"Expected a window of 1 row or more, received {self.window}.")
        rows = len(self.splits["train"])
        if rows < max(self.window, FEWEST_TRAINING):
            needed = f"{FEWEST_TRAINING} are needed"
            if rows < self.window:
                needed = f"a window has {self.window:,}"
            raise DataError(f"There are {rows:,} training rows; {needed}.", where=where, hint=hint)
        for split, least, windows in (
            ("train", FEWEST_TRAINING, 1),
            ("validation", FEWEST_HELD_OUT, FEWEST_HELD_OUT),
        ):
            usable, whole = int(self.usable(split).sum()), len(self.ends(split))
            if usable < least:
                raise self._too_few(split, f"{usable:,} usable rows", least)
            if whole < windows:
                raise self._too_few(split, f"{whole:,} windows without an anomaly", windows)

    def _too_few(self, split: str, what: str, needed: int) -> DataError:
        excluded = int(self._excluded(split).sum())
        why = f"; {excluded:,} rows are labelled as anomalies" if excluded else ""
        return DataError(
            f"The {split} split has {what}, and needs {needed} or more{why}.",
            where=self.log.series.where,
            hint="Divide the data differently (data.train_end, data.validation_end or the "
            "fractions), check data.label, or shorten the window.",
        )


def _in_order(log: SensorLog, order: list[int]) -> SensorLog:
    """The log with its sensors in another order."""
    series = log.series
    names = [series.names[place] for place in order]
    return replace(log, series=replace(series, names=names, values=series.values[order]))


def usual_window(rows: int, sensors: int) -> int:
    """A window that can be learned from so many rows: a power of two from 8 to 64.

    It has 128 values or fewer where it can, and at most an eighth of the rows.
    """
    window = 8
    while window < 64 and 16 * window <= rows and 2 * window * sensors <= _VALUES:
        window *= 2
    return window


def _in_windows(flags: np.ndarray, window: int) -> np.ndarray:
    """How many of `flags` hold in each window of so many rows, from the first whole one on."""
    sums = np.concatenate([[0], np.cumsum(flags)])
    return sums[window:] - sums[:-window]


def _count(labels: np.ndarray | None) -> int | None:
    return None if labels is None else int(labels.sum())
