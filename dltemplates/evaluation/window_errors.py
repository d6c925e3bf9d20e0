"""What a backtest saw of each window, kept while it runs."""

import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.evaluation.rolling_origin import answers, window_pairs


class WindowErrors:
    """The error of each window, and how often what came lay below each quantile.

    Give `add` to the backtest as what watches it. Windows are as `window_pairs` orders them.

    Args:
        data: The series.
        split: The split that is forecast.
        limit: Largest number of windows, as the backtest has it.
        quantiles: Levels of the forecasts' last axis, where they have three.

    Attributes:
        origins: Of each window, `(windows,)`.
        series: Likewise, its place among the series.
        levels: The quantiles, in their order.
    """

    def __init__(
        self,
        data: ForecastData,
        split: str,
        limit: int | None = None,
        quantiles: tuple[float, ...] = (),
    ) -> None:
        self.origins, self.series = window_pairs(data, split, limit)
        self.levels = tuple(quantiles)
        self._errors: list[np.ndarray] = []
        self._observed: list[np.ndarray] = []
        self._below, self._count = np.zeros(len(quantiles)), 0.0

    def add(self, windows: Windows, forecasts: np.ndarray) -> None:
        """Takes a chunk of windows and their forecasts, on scaled values."""
        targets, weights = answers(windows)
        points = forecasts
        if forecasts.ndim == 3:
            points = forecasts[..., self.levels.index(0.5)]
            below = targets[..., None] <= forecasts
            self._below += (below * weights[..., None]).sum(axis=(0, 1), dtype="float64")
            self._count += float(weights.sum(dtype="float64"))
        observed = weights.sum(axis=1)
        sums = (np.abs(targets - points) * weights).sum(axis=1)
        usable = observed > 0
        self._errors.append(np.divide(sums, observed, where=usable, out=np.full(len(sums), np.nan)))
        self._observed.append(observed)

    @property
    def mae(self) -> np.ndarray:
        """Mean absolute error on scaled values, `(windows,)`; NaN where nothing was observed."""
        return np.concatenate([*self._errors, np.zeros(0)])

    @property
    def below(self) -> list[float]:
        """The share of what came that lay at or below each quantile; empty without quantiles."""
        return (self._below / self._count).tolist() if self._count else []

    def examples(self) -> dict[str, int]:
        """Windows to show, by what they are: of the lowest, the median and the highest error.

        Those in which all was observed, if there are any; no window twice.
        """
        errors, observed = self.mae, np.concatenate([*self._observed, np.zeros(0)])
        chosen = np.flatnonzero(np.isfinite(errors))
        whole = chosen[observed[chosen] == observed.max(initial=0.0)]
        order = whole[np.argsort(errors[whole], kind="stable")]
        places = {"best": 0, "median": len(order) // 2, "worst": len(order) - 1}
        found: dict[str, int] = {}
        for name, place in places.items():
            if len(order) and int(order[place]) not in found.values():
                found[name] = int(order[place])
        return found
