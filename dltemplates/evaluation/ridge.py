"""A linear forecaster in closed form."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.evaluation.paired_blocks import PairedBlocks
from dltemplates.evaluation.rolling_origin import answers, window_chunks, window_pairs

log = logging.getLogger(__name__)

_LONG = 2000
PENALTIES = tuple(10.0**power for power in range(-6, 4))


@dataclass(frozen=True)
class RidgeForecast:
    """A linear map from the lookback to the horizon, both less the last value.

    Attributes:
        kernel: float32, `(lookback, horizon)`; zeros repeat the last value.
        penalty: The strength that was best in validation, as a share of the inputs' mean square;
            infinite where repeating the last value, or a map that was there before, was as good.
        validation_mse: Mean squared error in validation, on scaled values.
    """

    kernel: np.ndarray
    penalty: float
    validation_mse: float

    def predict(self, values: np.ndarray) -> np.ndarray:
        """Forecasts, `(windows, horizon)`, of the windows `values`, `(windows, lookback)`."""
        last = values[:, -1:]
        return (values - last) @ self.kernel + last


def fit_ridge(
    data: ForecastData,
    *,
    start: np.ndarray | None = None,
    penalties: Sequence[float] = PENALTIES,
    limit: int = 100_000,
) -> RidgeForecast:
    """Fits one ridge regression, without an intercept, to the training windows of all series.

    Inputs and targets are taken less the window's last value, so the stronger the penalty, the
    nearer the forecast is to repeating that. Where no penalty is clearly better in validation than
    repeating it outright (see `PairedBlocks`), as on a random walk, that is what is done. Normal
    equations are summed up a chunk at a time, in float64. A missing target counts as the value
    before it, and its window in proportion to what was observed.

    Given the map of other series to start from, the penalty pulls towards that instead: what is
    learned from few rows is only what these series have of their own. The start is kept where
    nothing is clearly better in validation, unless repeating the last value is clearly better.

    Args:
        data: The series.
        start: A kernel, `(lookback, horizon)`, see `rolled_kernel`; None for none.
        penalties: Strengths to choose from in validation, by mean squared error; each a share of
            the inputs' mean square, above 0.
        limit: Largest number of windows to fit to, and to choose by; see `window_pairs`.

    Raises:
        ValueError: A penalty of 0 or below, or none.
        DataError: There is no validation split.
    """
    if not penalties or min(penalties) <= 0.0:
        raise ValueError(f"Expected `penalties` above 0, received {tuple(penalties)}.")
    if data.lookback > _LONG:
        log.info("Fitting a ridge regression of %s inputs; this takes a while.", data.lookback)
    zeros = np.zeros((data.lookback, data.horizon), "float32")
    centres = [zeros] if start is None else [zeros, start]
    kernels = [*_kernels(data, penalties, limit, centres), *centres]
    blocks = _validation_errors(data, kernels, limit)
    best = _choice(blocks, len(kernels), started=start is not None)
    strengths = [*penalties] * len(centres) + [np.inf] * len(centres)
    return RidgeForecast(kernels[best], float(strengths[best]), float(blocks.means()[best]))


def rolled_kernel(kernel: np.ndarray, horizon: int) -> np.ndarray:
    """The linear map of a `RidgeForecast` for another horizon.

    For a shorter one its first steps. For a longer one it is applied again, to what it forecast.

    Args:
        kernel: `(lookback, horizon)`.
        horizon: Steps ahead.

    Returns:
        float32, `(lookback, horizon)`.
    """
    lookback = len(kernel)
    rows = np.eye(lookback)
    rows[-1] = 0.0  # the last value less itself
    while rows.shape[1] < lookback + horizon:
        window = rows[:, -lookback:]
        last = window[:, -1:]
        rows = np.concatenate([rows, (window - last) @ kernel + last], axis=1)
    return rows[:, lookback : lookback + horizon].astype("float32")


def _choice(blocks: PairedBlocks, count: int, *, started: bool) -> int:
    """The best kernel in validation, if it is clearly better than those that need no rows.

    The last kernels are zeros and, where there is a start, that.
    """
    zeros, start = (count - 2, count - 1) if started else (count - 1, None)
    best = int(np.argmin(blocks.means()[:zeros]))
    if start is not None and not blocks.clearly_better(best, than=start):
        return zeros if blocks.clearly_better(zeros, than=start) else start
    return best if blocks.clearly_better(best, than=zeros) else zeros


def _kernels(
    data: ForecastData,
    penalties: Sequence[float],
    limit: int,
    centres: Sequence[np.ndarray],
) -> list[np.ndarray]:
    """For each of `centres` the kernel at each penalty, which pulls towards it."""
    gram = np.zeros((data.lookback, data.lookback))
    cross = np.zeros((data.lookback, data.horizon))
    total = 0.0
    for windows in window_chunks(data, "train", limit):
        inputs, targets, weights = _differences(windows)
        share = weights.mean(axis=1, keepdims=True, dtype="float64")
        inputs = inputs.astype("float64")
        gram += (inputs * share).T @ inputs
        cross += (inputs * share).T @ targets
        total += share.sum()
    values, vectors = np.linalg.eigh(gram / total)
    unit = max(values.mean(), np.finfo("float64").tiny)  # of constant series nothing is learned
    kernels = []
    for centre in centres:
        projected = vectors.T @ ((cross - gram @ centre) / total)
        for penalty in penalties:
            strength = (np.maximum(values, 0.0) + penalty * unit)[:, None]
            kernels.append((centre + vectors @ (projected / strength)).astype("float32"))
    return kernels


def _validation_errors(data: ForecastData, kernels: list[np.ndarray], limit: int) -> PairedBlocks:
    """Squared errors of each kernel."""
    blocks = PairedBlocks(len(kernels), data.horizon)
    start = 0
    origins, _ = window_pairs(data, "validation", limit)
    for windows in window_chunks(data, "validation", limit):
        inputs, targets, weights = _differences(windows)
        sums = [
            (np.square(inputs @ kernel - targets) * weights).sum(axis=1, dtype="float64")
            for kernel in kernels
        ]
        stop = start + len(inputs)
        blocks.add(origins[start:stop], np.stack(sums), weights.sum(axis=1, dtype="float64"))
        start = stop
    return blocks


def _differences(windows: Windows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs and targets less the last value, and the targets' weights."""
    values = windows.inputs["values"]
    targets, weights = answers(windows)
    last = values[:, -1:]
    return values - last, targets - last, weights
