"""Series ready for a forecaster: divided in time, scaled, and cut into windows on demand."""

import logging
from dataclasses import dataclass

import numpy as np

from dltemplates.data.row_splits import Boundary, split_rows
from dltemplates.data.seasonality import usual_season
from dltemplates.data.time_series import TimeSeries
from dltemplates.data.window_features import (
    WindowFeatures,
    filled_at_front,
    filled_forward,
    of_calendar,
    scaled,
    unscaled,
)
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

# Blocks of features that are known ahead.
AHEAD = ("known", "calendar")
_INSTEAD = {"test": ", or measure what validation says: evaluate --split validation"}
_SHOWN = 5


@dataclass(frozen=True)
class Windows:
    """Some windows: what a network sees, and what it should answer.

    Attributes:
        inputs: `values`, float32, `(windows, lookback)`, scaled, a missing value filled with the
            last one before it in the window, else with the first one in the window, and 0 where
            there is none; `series`, int32, `(windows,)`; and, where there are such features,
            `history`, float32, `(windows, lookback, features)`, covariates in it filled likewise,
            `known`, float32, `(windows, horizon, features)`, and `static`, float32, `(windows,
            features)`.
        targets: float32, `(windows, horizon, 1)`, scaled, a missing one filled with the last before
            it in the series, or 0; None where they are not known yet.
        weights: float32, `(windows, horizon)`: 1 where the target was observed, else 0, and 0
            throughout where nothing was observed in the lookback; None if nothing is ever missing.
    """

    inputs: dict[str, np.ndarray]
    targets: np.ndarray | None = None
    weights: np.ndarray | None = None


class ForecastData:
    """Series divided into training, validation and test, whose windows are made when asked for.

    An *origin* is the row of a window's first forecast step: its lookback is the `lookback` rows
    before, its horizon that row and those after. Nothing after the training rows has a part in the
    scaling, and nothing from the origin on in a window's inputs, but for covariates known ahead.

    Args:
        series: The series.
        lookback: Rows that a forecast looks back on.
        horizon: Rows that a forecast reaches ahead.
        validation_fraction: See `split_rows`.
        test_fraction: See `split_rows`.
        train_end: See `split_rows`.
        validation_end: See `split_rows`.
        test_end: See `split_rows`.
        gap: Rows left out between the splits.
        seasonal_period: Rows in a season, or `auto`: what is usual at the data's frequency.

    Attributes:
        mean: float32, `(series,)`: of the observed values in the training rows.
        scale: float32, `(series,)`: their standard deviation; 1 where they are all the same.
        splits: The rows that each split may forecast.
        missing: Whether any value is missing.
        scaled: float32, `(series, length)`: the values scaled and filled, each gap with the last
            value before it, or 0; a window that begins with one is filled from inside, see
            `Windows`.
        observed: bool, `(series, length)`: where there was a value.
        features: What `history` is made of, in order, by where it comes from: `observed`, `past`,
            `known` and `calendar`, those that there are.
        known: What `known` is made of, in order.

    Raises:
        DataError: The series are too short for this lookback and horizon, or a split is, or a
            series has no value in the training rows.
    """

    def __init__(
        self,
        series: TimeSeries,
        *,
        lookback: int,
        horizon: int,
        validation_fraction: float = 0.2,
        test_fraction: float = 0.2,
        train_end: Boundary = "",
        validation_end: Boundary = "",
        test_end: Boundary = "",
        gap: int = 0,
        seasonal_period: int | str = "auto",
    ) -> None:
        self.series = series
        self.lookback = lookback
        self.horizon = horizon
        self.gap = gap
        self._check_length()
        self.splits = split_rows(
            series.times[: series.length],
            validation_fraction=validation_fraction,
            test_fraction=test_fraction,
            train_end=train_end,
            validation_end=validation_end,
            test_end=test_end,
            gap=gap,
            where=series.where,
        )
        self._check_splits()
        self.seasonal_period = self._season(seasonal_period)
        self.observed = np.isfinite(series.values)
        self.missing = not self.observed.all()
        self.mean, self.scale = self._scaler()
        self.scaled = filled_forward((series.values - self.mean[:, None]) / self.scale[:, None])
        self.features = self._features()
        self.known = [self.features[name] for name in AHEAD if name in self.features]

    @property
    def history(self) -> list[WindowFeatures]:
        """What `history` is made of, in order."""
        return list(self.features.values())

    @property
    def history_features(self) -> list[str]:
        """Names of the features in `history`, in order."""
        return [name for block in self.history for name in block.names]

    @property
    def known_features(self) -> list[str]:
        """Names of the features in `known`, in order."""
        return [name for block in self.known for name in block.names]

    @property
    def static_features(self) -> list[str]:
        """Names of the features in `static`, in order."""
        return self.series.static_names

    def origins(self, split: str) -> range:
        """The origins of a split: `train`, `validation` or `test`.

        A window of `train` lies in the training rows as a whole; the lookback of the others may
        reach into earlier splits.

        Raises:
            DataError: The split has no rows.
        """
        rows = self.splits[split]
        if not rows:
            raise DataError(
                f"There is no {split} split: no rows are left for it.",
                where=self.series.where,
                hint=f"Train with data.{split}_fraction above 0{_INSTEAD.get(split, '')}.",
            )
        start = max(rows.start, self.lookback)
        return range(start, max(start, rows.stop - self.horizon + 1))

    def windows(self, origins: np.ndarray, series: np.ndarray) -> Windows:
        """The windows at `origins` of `series`, both int, `(windows,)`.

        Raises:
            ValueError: A window is not within the series.
        """
        origins, series = np.asarray(origins), np.asarray(series)
        first, last = self.lookback, self.series.length - self.horizon
        if len(origins) and not first <= origins.min() <= origins.max() <= last:
            raise ValueError(
                f"Expected origins from {first} to {last}, received {origins.min()} to "
                f"{origins.max()}."
            )
        inputs = self._inputs(origins, series)
        ahead = origins[:, None] + np.arange(self.horizon)
        targets = self.scaled[series[:, None], ahead][..., None]
        if not self.missing:
            return Windows(inputs, targets)
        behind = origins[:, None] + np.arange(-self.lookback, 0)
        seen = self.observed[series[:, None], behind]
        inputs["values"] = filled_at_front(inputs["values"], seen)
        weights = self.observed[series[:, None], ahead] & seen.any(axis=1, keepdims=True)
        return Windows(inputs, targets, weights.astype("float32"))

    def describe(self) -> dict:
        """What a run records of its data."""
        series = self.series
        return {
            "source": series.where,
            "names": series.names,
            "frequency": series.frequency,
            "time_zone": "" if series.times.tz is None else str(series.times.tz),
            "rows": series.length,
            "lookback": self.lookback,
            "horizon": self.horizon,
            "gap": self.gap,
            "seasonal_period": self.seasonal_period,
            "splits": {
                name: {
                    "rows": [rows.start, rows.stop],
                    "from": str(series.times[rows.start]),
                    "to": str(series.times[rows.stop - 1]),
                }
                for name, rows in self.splits.items()
                if rows
            },
            "missing": int(self.observed.size - self.observed.sum()),
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "history_features": self.history_features,
            "known_features": self.known_features,
            "static_features": self.static_features,
            "repairs": series.repairs,
            "fingerprints": {
                name: series.fingerprint(rows) for name, rows in self.splits.items() if rows
            },
        }

    def _check_length(self) -> None:
        if self.lookback < 1 or self.horizon < 1 or self.gap < 0:
            raise DataError(
                f"Expected lookback and horizon of 1 or more and a gap of 0 or more, received "
                f"{self.lookback}, {self.horizon} and {self.gap}."
            )
        if self.series.length < self.lookback + self.horizon:
            raise DataError(
                f"{self.series.length:,} rows are fewer than one window has: lookback "
                f"{self.lookback:,} and horizon {self.horizon:,}.",
                where=self.series.where,
                hint="Shorten the lookback or the horizon, or give a longer series.",
            )

    def _season(self, stated: int | str) -> int:
        if stated == "auto":
            return usual_season(self.series.frequency)
        if str(stated).isdigit() and int(stated) > 0:
            return int(stated)
        raise DataError(
            f"Expected a number of rows or 'auto', received {stated!r}.",
            where="data.seasonal_period",
        )

    def _check_splits(self) -> None:
        needs = {"train": self.lookback + self.horizon, "validation": self.horizon}
        if not self.splits["test"]:
            log.warning(
                "There is no test split (data.test_fraction): the result can only be measured on "
                "validation, which training chooses by, so it may flatter the model."
            )
        for split, rows in self.splits.items():
            if not rows and split != "train":
                continue
            needed = needs.get(split, self.horizon)
            if len(rows) < needed:
                what = "a window" if split == "train" else "the horizon"
                raise DataError(
                    f"The {split} split has {len(rows):,} rows; {what} needs {needed:,}.",
                    where=self.series.where,
                    hint=f"Shorten the {'lookback or ' if split == 'train' else ''}horizon, or "
                    "divide the data differently (data.validation_fraction, data.test_fraction, "
                    "data.gap or the ends of the splits).",
                )

    def _scaler(self) -> tuple[np.ndarray, np.ndarray]:
        rows = self.splits["train"]
        values = self.series.values[:, rows.start : rows.stop].astype("float64")
        observed = self.observed[:, rows.start : rows.stop]
        self._refuse_series(
            ~observed.any(axis=1),
            "has no value in the training rows",
            "Let training end later (data.train_end), or leave the series out with data.targets.",
        )
        mean = np.nanmean(values, axis=1)
        constant = np.nanmin(values, axis=1) == np.nanmax(values, axis=1)
        scale = np.where(constant, 1.0, np.nanstd(values, axis=1))
        return mean.astype("float32"), scale.astype("float32")

    def _features(self) -> dict[str, WindowFeatures]:
        series, train = self.series, self.splits["train"]
        features = {}
        if self.missing:
            features["observed"] = unscaled(["observed"], self.observed[..., None])
        if series.past.names:
            features["past"] = scaled(series.past, train)
        if series.known.names:
            features["known"] = scaled(series.known, train)
        if series.calendar.kinds:
            features["calendar"] = of_calendar(series.calendar, series.times[: series.length])
        return features

    def _inputs(self, origins: np.ndarray, series: np.ndarray) -> dict[str, np.ndarray]:
        behind = origins[:, None] + np.arange(-self.lookback, 0)
        ahead = origins[:, None] + np.arange(self.horizon)
        inputs = {
            "values": self.scaled[series[:, None], behind],
            "series": series.astype("int32"),
        }
        if self.history:
            inputs["history"] = _joined(self.history, series, behind)
        if self.known:
            inputs["known"] = _joined(self.known, series, ahead)
        if self.series.static is not None and self.static_features:
            inputs["static"] = self.series.static[series]
        return inputs

    def _refuse_series(self, wrong: np.ndarray, what: str, todo: str) -> None:
        names = [self.series.names[index] for index in np.flatnonzero(wrong)]
        if not names:
            return
        shown = ", ".join(repr(name) for name in names[:_SHOWN])
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise DataError(f"{shown}{more}: {what}.", where=self.series.where, hint=todo)


def _joined(blocks: list[WindowFeatures], series: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.concatenate([block.windows(series, rows) for block in blocks], axis=-1)
