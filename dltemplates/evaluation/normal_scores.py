"""How large the anomaly scores of normal data get."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dltemplates.data.row_splits import FEWEST_HELD_OUT
from dltemplates.errors import DataError
from dltemplates.evaluation.score_knots import continued, predictive, thinned
from dltemplates.evaluation.tail_fit import cluster_size, effective_count, fit_tail

FINEST_RATE = 1e-6  # of float32, in which a finished model computes 1 - score
_ANCHOR = 10  # independent scores above the start of the tail
_TAIL_EXCESSES = 20  # independent scores that a tail is fitted to, at least
_FINEST_OF_FEW = 1e-3
_ANCHOR_OF_FEW = 5  # independent scores above what is told by counting
_BEYOND = 5  # how much rarer than one independent score a tail may state
_FLOOR = 1e-9
_SLACK = 1e-6  # a rate that was kept in float32 is the rate it was


class Tail(NamedTuple):
    """A generalised Pareto distribution of what lies above `start`.

    Attributes:
        start: Where it begins, in the unit of the scores.
        scale: In the unit of the scores; above 0.
        shape: Below 0 the scores have an end, at 0 they fall off exponentially, above 0 like a
            power; never exactly 0.
        share: Share of normal scores above `start`.
    """

    start: float
    scale: float
    shape: float
    share: float


@dataclass(frozen=True)
class NormalScores:
    """The distribution of the raw scores of held-out normal data.

    With 200 scores or more that are as good as independent, as many as ten independent ones lie
    above the start of the tail; below it the distribution is the empirical one, with the correction
    for a finite sample that conformal prediction has, and above it a generalised Pareto
    distribution that was fitted to the upper tenth of the scores.

    Scores of overlapping windows come in clusters. A cluster counts once: the correction is one
    cluster, and the fit has as much weight as there are clusters. How exact the false-alarm rate
    then is depends on how many independent scores are expected above the threshold. Measured as the
    share of 60 samples of 2,000 and of 10,000 scores in which the true rate lies within half and
    twice the target, and as the mean of the true rate over the target; first for independent scores
    that are normal, t with 4 degrees of freedom, uniform, log-normal or exponential, then for
    autoregressive ones (0.9 and 0.99) and sums over overlapping windows of 64:

    | target          | independent              | overlapping             |
    | --------------- | ------------------------ | ----------------------- |
    | 10 / effective  | 93-100 %, mean 1.0-1.1   | 63-92 %, mean 1.1-1.4   |
    | 2 / effective   | 73-88 %, mean 0.9-1.4    | 37-78 %, mean 1.1-1.9   |
    | 1 / effective   | 63-78 %, mean 0.9-1.9    | 28-68 %, mean 1.1-2.4   |
    | 0.2 / effective | 27-63 %, mean 0.8-6.0    | 7-40 %, mean 1.3-5.0    |

    Below 1 / `effective` a rate is a guess, and `caution` says so.

    Fewer scores than that do not show their own tail. What five independent scores lie above is
    counted; above that they are taken to be normally distributed, as logarithms of errors nearly
    are, and what is left open by so few is in their predictive distribution: Student's, with as
    many scores as their autocorrelation leaves. Measured on 150 samples of 20 to 199 normal scores,
    independent or autoregressive (0.5, 0.9, 0.97), as the mean of the true rate over the target:

    | effective | target 5 %  | target 1 %  | target 0.1 % |
    | --------- | ----------- | ----------- | ------------ |
    | 10-199    | 1.0-1.1     | 0.9-1.2     | 0.7-1.3      |
    | 7-9       | 1.4-2.1     | 2.0-3.2     | 3.6-6.3      |
    | 5-6       | 2.5-4.5     | 4.6-11      | 12-43        |

    Where large scores fall off as the logarithm of a squared error does, such a threshold is too
    high, so there are fewer false alarms than asked for; where they do so exponentially, it is too
    low, and at 1 % there are two to four times as many.

    Scores that are many, but of too few different values for a tail, have the empirical
    distribution.

    Attributes:
        knots: Scores, increasing. Exact in float32.
        probabilities: Share of normal scores above each knot, decreasing; straight lines between.
        tail: What lies above the last knot; None where too few scores would tell.
        count: Held-out scores.
        effective: As many independent scores would say as much about large scores; where there are
            too few for a tail, about their mean.

    Reference:
        Siffer et al., 2017, "Anomaly Detection in Streams with Extreme Value Theory"
        (https://doi.org/10.1145/3097983.3098144), for thresholds from a generalised Pareto tail;
        Ferro and Segers, 2003, "Inference for Clusters of Extreme Values", for the clusters;
        Geisser, 1993, "Predictive Inference", for Student's distribution of the next score.
    """

    knots: tuple[float, ...]
    probabilities: tuple[float, ...]
    tail: Tail | None
    count: int
    effective: int

    @classmethod
    def fit(cls, scores: np.ndarray) -> "NormalScores":
        """The distribution of `scores`, `(count,)`, in the order of time where there is one.

        Raises:
            DataError: There are fewer than 20 scores, or some are no finite numbers.
        """
        values = np.asarray(scores, "float32").astype("float64").ravel()
        _check(values)
        size = cluster_size(values)
        knots, counts = np.unique(values, return_counts=True)
        not_below = counts[::-1].cumsum()[::-1]
        # A new score is one more cluster: the largest seen is exceeded once in `effective` + 1.
        probabilities = (not_below - 1 + size) / (len(values) + size)
        tail = None
        excesses = len(values) // 10
        if excesses < _TAIL_EXCESSES * size and len(knots) > 1:
            known = np.flatnonzero(not_below >= math.ceil(_ANCHOR_OF_FEW * size))
            few = continued(knots[known], probabilities[known], *predictive(values))
            return cls(*few, None, len(values), effective_count(values))
        if excesses >= _TAIL_EXCESSES * size:
            last = int(np.flatnonzero(not_below >= math.ceil(_ANCHOR * size))[-1])
            tail = _tail(values, excesses, size, float(knots[last]), float(probabilities[last]))
            if tail is not None:
                knots, probabilities = knots[: last + 1], probabilities[: last + 1]
        kept = thinned(knots, probabilities)
        return cls(
            tuple(knots[kept].tolist()),
            tuple(probabilities[kept].tolist()),
            tail,
            len(values),
            max(1, int(len(values) / size)),
        )

    @property
    def finest(self) -> float:
        """The finest false-alarm rate that it can state.

        With a tail a fifth of 1 / `effective`: an order of magnitude is still told there, a factor
        of two is not. Never below 1e-6, where float32 ends. Of too few scores for a tail 0.001,
        where it hangs on their being normally distributed. Of scores with too few different values
        1 / (`effective` + 1), which the largest stands for.
        """
        if self.tail is None:
            predicted = self.probabilities[-1] <= FINEST_RATE
            return _FINEST_OF_FEW if predicted else 1.0 / (self.effective + 1)
        return max(FINEST_RATE, 1.0 / (_BEYOND * self.effective))

    def tail_probability(self, raw: np.ndarray) -> np.ndarray:
        """The share of normal scores above each of `raw`, of the same shape; NaN of NaN.

        It decreases strictly above the smallest score it knows and is above 0 for finite scores.
        The calibrated score is 1 minus this.
        """
        raw = np.asarray(raw, "float64")
        start, scale, shape, share = self.tail or continuation(self.knots, self.probabilities)
        beyond = np.maximum(raw - start, 0.0) / scale
        inside = np.maximum(1.0 + shape * beyond, np.finfo("float64").tiny)
        above = share * np.maximum(np.exp(-np.log(inside) / shape), _FLOOR / (1.0 + beyond))
        return np.where(raw > start, above, np.interp(raw, self.knots, self.probabilities))

    def alarms(self, raw: np.ndarray, rate: float) -> np.ndarray:
        """Whether each of `raw` is as rare as `rate` in normal data, or rarer; bool.

        Raises:
            DataError: See `check_rate`.
        """
        self.check_rate(rate)
        return self.tail_probability(raw) <= rate

    def check_rate(self, rate: float) -> None:
        """Refuses a false-alarm rate that the held-out scores cannot tell.

        Raises:
            DataError: It is not between 0 and 1, or finer than `finest`.
        """
        if not 0.0 < rate < 1.0:
            raise DataError(
                f"A false-alarm rate lies between 0 and 1, not at {rate:g}.",
                hint="0.001 is one false alarm in 1,000 normal rows.",
            )
        if rate < self.finest * (1.0 - _SLACK):
            raise DataError(
                f"{self.count:,} held-out normal scores, worth {self.effective:,} independent "
                f"ones, cannot tell a false-alarm rate of {rate:g}; the finest is "
                f"{_rounded_up(self.finest):.2g}.",
                hint="Ask for more false alarms, or hold out more normal data.",
            )

    def caution(self, rate: float) -> str:
        """A sentence where `rate` is an extrapolation; empty where it is not."""
        if rate * self.effective >= 1.0:
            return ""
        return (
            f"A false-alarm rate of {rate:g} is an extrapolation: {self.count:,} held-out scores "
            f"are worth {self.effective:,} independent ones, so the true rate may be several times "
            f"that. From {1.0 / self.effective:.2g} on it is measured."
        )


def continuation(knots: tuple[float, ...], probabilities: tuple[float, ...]) -> Tail:
    """What goes on above the last knot where there is no tail: only an order, no distribution."""
    width = knots[-1] - knots[0] or abs(knots[-1]) or 1.0
    return Tail(knots[-1], width, 1.0, probabilities[-1])


def _rounded_up(rate: float) -> float:
    """The next larger number of two digits."""
    digit = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return math.ceil(rate / digit - 1e-9) * digit


def rate_of(alarms_per_day: float, rows_per_day: float) -> float:
    """The false-alarm rate that gives so many alarm rows a day.

    Alarm rows come in groups, so there are fewer separate alarms than that.

    Raises:
        DataError: There are no alarms a day, or as many as rows.
    """
    if not 0.0 < alarms_per_day < rows_per_day:
        raise DataError(
            f"{alarms_per_day:g} alarms a day cannot be had from {rows_per_day:g} rows a day.",
            hint="Give a number above 0 and below the rows of a day.",
        )
    return alarms_per_day / rows_per_day


def _check(values: np.ndarray) -> None:
    if len(values) < FEWEST_HELD_OUT:
        raise DataError(
            f"{len(values):,} held-out normal scores are too few to set a threshold; it takes "
            f"{FEWEST_HELD_OUT}.",
            hint="Hold out more normal rows.",
        )
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise DataError(
            f"{wrong:,} of {len(values):,} held-out scores are no finite numbers.",
            hint="Look for values in the data that are out of all proportion.",
        )


def _tail(
    values: np.ndarray, excesses: int, size: float, start: float, share: float
) -> Tail | None:
    """The tail from `start` on, fitted to the `excesses` largest values."""
    base = float(np.partition(values, -excesses - 1)[-excesses - 1])
    above = values[values > base] - base
    if len(np.unique(above)) < _TAIL_EXCESSES or start < base:
        return None
    scale, shape = fit_tail(above, weight=1.0 / size)
    # What lies above a higher start is generalised Pareto again, with the same shape.
    return Tail(start, scale + shape * (start - base), shape, share)
