"""Anomaly detectors that a network has to beat."""

from typing import Protocol

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

_REFERENCES = 10_000
_COMPONENTS = 256
_WIDE = 1_024
_VARIANCE = 0.95
_CHUNK = 8_192


class Detector(Protocol):
    """Learns what is normal from windows, and says how far others are from it.

    Windows are `(windows, rows, features)`, scaled, without missing values; a table's rows are
    windows of one row. The score is that of a window's last row, `(windows,)`; larger is stranger.
    """

    def fit(self, windows: np.ndarray) -> "Detector":
        """Learns from normal windows."""

    def score(self, windows: np.ndarray) -> np.ndarray:
        """The raw score of each window's last row."""


class LargestZScore:
    """The largest distance of the last row's features from their means, in standard deviations."""

    def fit(self, windows: np.ndarray) -> "LargestZScore":
        """Learns mean and deviation of each feature; the deviation of a constant one is 1."""
        last = windows[:, -1].astype("float64")
        self.mean, scale = last.mean(axis=0), last.std(axis=0)
        self.scale = np.where(scale > 0.0, scale, 1.0)
        return self

    def score(self, windows: np.ndarray) -> np.ndarray:
        """See `Detector`."""
        return np.abs((windows[:, -1] - self.mean) / self.scale).max(axis=1)


class WindowPCA:
    """The squared distance of a window from a plane: principal components of 95 % of the variance.

    Fitted to at most 10,000 windows, evenly chosen; with at most 256 components where a window has
    more than 1,024 values.
    """

    def fit(self, windows: np.ndarray) -> "WindowPCA":
        """Learns the plane."""
        flat = _flat(_evenly(windows))
        self.mean = flat.mean(axis=0, dtype="float64")
        self.components = np.zeros((0, flat.shape[1]))
        variance = flat.var(axis=0, ddof=1, dtype="float64").sum()
        if variance > 0.0:
            wide = flat.shape[1] > _WIDE
            count = min(*flat.shape, _COMPONENTS if wide else _WIDE)
            solver = "randomized" if wide else "full"
            pca = PCA(count, svd_solver=solver, random_state=0).fit(flat)
            enough = np.searchsorted(pca.explained_variance_.cumsum(), _VARIANCE * variance)
            self.components = pca.components_[: enough + 1]
        return self

    def score(self, windows: np.ndarray) -> np.ndarray:
        """See `Detector`."""
        return np.concatenate([self._errors(_flat(chunk)) for chunk in _chunks(windows)])

    def _errors(self, flat: np.ndarray) -> np.ndarray:
        centred = flat - self.mean
        beside = centred - centred @ self.components.T @ self.components
        return (beside**2).sum(axis=1)


class NearestNeighbours:
    """The distance of a window to the fifth nearest of the training windows.

    Compared with at most 10,000 of them, evenly chosen.

    Reference:
        Ramaswamy et al., 2000, "Efficient Algorithms for Mining Outliers from Large Data Sets";
        five neighbours as in Han et al., 2022, "ADBench" (https://arxiv.org/abs/2206.09426).
    """

    def __init__(self, neighbours: int = 5) -> None:
        self.neighbours = neighbours

    def fit(self, windows: np.ndarray) -> "NearestNeighbours":
        """Keeps the windows."""
        flat = _flat(_evenly(windows))
        self.search = NearestNeighbors(n_neighbors=min(self.neighbours, len(flat))).fit(flat)
        return self

    def score(self, windows: np.ndarray) -> np.ndarray:
        """See `Detector`."""
        distances = [self.search.kneighbors(_flat(chunk))[0][:, -1] for chunk in _chunks(windows)]
        return np.concatenate(distances)


class IsolationForestScore:
    """How few random cuts set a window apart from others; fitted to at most 10,000 windows.

    Reference:
        Liu et al., 2008, "Isolation Forest" (https://doi.org/10.1109/ICDM.2008.17).
    """

    def fit(self, windows: np.ndarray) -> "IsolationForestScore":
        """Grows the trees."""
        self.forest = IsolationForest(random_state=0).fit(_flat(_evenly(windows)))
        return self

    def score(self, windows: np.ndarray) -> np.ndarray:
        """See `Detector`."""
        scores = [-self.forest.score_samples(_flat(chunk)) for chunk in _chunks(windows)]
        return np.concatenate(scores)


def baselines() -> dict[str, Detector]:
    """All of them, unfitted, by the names that reports show."""
    return {
        "largest z-score": LargestZScore(),
        "window PCA": WindowPCA(),
        "nearest neighbours": NearestNeighbours(),
        "isolation forest": IsolationForestScore(),
    }


def _flat(windows: np.ndarray) -> np.ndarray:
    return windows.reshape(len(windows), -1)


def _evenly(windows: np.ndarray) -> np.ndarray:
    if len(windows) <= _REFERENCES:
        return windows
    return windows[np.linspace(0, len(windows) - 1, _REFERENCES).astype("int64")]


def _chunks(windows: np.ndarray) -> list[np.ndarray]:
    return [windows[start : start + _CHUNK] for start in range(0, len(windows), _CHUNK)]
