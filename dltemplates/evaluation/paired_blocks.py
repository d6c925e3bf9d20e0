"""Whether one forecaster is better than another, or was only luckier."""

import numpy as np

_FEWEST = 3
_ERRORS = 2.0  # standard errors


class PairedBlocks:
    """Errors of several forecasters on the same windows, summed up in blocks of time.

    Neighbouring windows share most of their rows, so their errors are anything but independent;
    blocks as long as the horizon nearly are.

    Args:
        forecasters: How many there are.
        rows: Origins in a block.
    """

    def __init__(self, forecasters: int, rows: int) -> None:
        self.rows = rows
        self._errors: dict[int, np.ndarray] = {}
        self._weights: dict[int, float] = {}
        self._zeros = np.zeros(forecasters)

    def add(self, origins: np.ndarray, errors: np.ndarray, weights: np.ndarray) -> None:
        """Adds windows.

        Args:
            origins: Of each window, `(windows,)`.
            errors: Summed over the horizon, `(forecasters, windows)`.
            weights: What they were summed over, `(windows,)`.
        """
        for block in np.unique(origins // self.rows).tolist():
            inside = origins // self.rows == block
            total = errors[:, inside].sum(axis=1)
            self._errors[block] = self._errors.get(block, self._zeros) + total
            self._weights[block] = self._weights.get(block, 0.0) + float(weights[inside].sum())

    def means(self) -> np.ndarray:
        """Mean error of each forecaster, `(forecasters,)`."""
        return sum(self._errors.values(), self._zeros) / sum(self._weights.values())

    def parts(self) -> np.ndarray:
        """What each block adds to `means`, times the blocks, `(forecasters, blocks)`.

        Their mean over the blocks is the mean error.
        """
        total = sum(self._weights.values())
        errors = np.stack([self._errors[block] for block in sorted(self._errors)], axis=1)
        return errors * errors.shape[1] / total

    def clearly_better(self, one: int, than: int) -> bool:
        """Whether forecaster `one` gains two standard errors over another, block by block.

        With fewer than three blocks there is no telling, and any gain will do.
        """
        counted = [block for block, weight in self._weights.items() if weight]
        weights = np.array([self._weights[block] for block in counted])
        errors = np.stack([self._errors[block] for block in counted])
        gains = (errors[:, than] - errors[:, one]) / weights
        mean = float(np.average(gains, weights=weights))
        if len(gains) < _FEWEST:
            return mean > 0.0
        return mean > _ERRORS * float(gains.std(ddof=1)) / len(gains) ** 0.5
