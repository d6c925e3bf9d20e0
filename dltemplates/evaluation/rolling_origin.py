"""The windows of a split, a chunk at a time."""

from collections.abc import Iterator

import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows

_CHUNK = 1024
_GOLDEN = (5**0.5 - 1) / 2  # its multiples are spread evenly between whole numbers


def window_pairs(
    data: ForecastData, split: str, limit: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Origin and series of every window of a split, in the order of time.

    Args:
        data: The series.
        split: `train`, `validation` or `test`.
        limit: Largest number of windows. Where there are more, each series gets as many origins,
            evenly spread, and not the same for all.

    Returns:
        Two int arrays, `(windows,)`.
    """
    origins, count = data.origins(split), len(data.series.names)
    series = np.arange(count)
    if limit is not None and len(origins) * count > limit:
        if limit < count:
            series = np.linspace(0, count - 1, limit).astype("int64")
        each = limit // len(series)
        start = series * _GOLDEN % 1.0
        chosen = (np.arange(each)[:, None] + start) * (len(origins) / each)
        starts = origins.start + chosen.astype("int64")
        return starts.ravel(), np.tile(series, each)
    return np.repeat(np.asarray(origins, "int64"), count), np.tile(series, len(origins))


def answers(windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Targets and their weights, both `(windows, horizon)`; a weight is 0 where one is missing.

    Raises:
        ValueError: The windows are of the future.
    """
    if windows.targets is None:
        raise ValueError("Expected windows with targets, received windows of the future.")
    targets = windows.targets[..., 0]
    return targets, np.ones_like(targets) if windows.weights is None else windows.weights


def window_chunks(data: ForecastData, split: str, limit: int | None = None) -> Iterator[Windows]:
    """The windows of `window_pairs`, about a thousand at a time."""
    origins, series = window_pairs(data, split, limit)
    for start in range(0, len(origins), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        yield data.windows(origins[chunk], series[chunk])
