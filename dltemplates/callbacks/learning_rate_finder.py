"""The learning-rate range test."""

import math
from collections.abc import Callable

import keras
import numpy as np
from keras import ops

_PROBES = 101  # places at which the highest rate of a schedule is looked for
_HIGHEST = 10.0  # no optimizer wants more
_BELOW, _ABOVE = 1e-3, 1e2  # of the rate that is set: where the test starts and where it ends


class RangeTestDone(Exception):  # noqa: N818 - it is no error
    """Ends the training whose learning rate was being looked for."""


class LearningRateFinder(keras.callbacks.Callback):
    """Raises the learning rate exponentially, keeps the loss of each step, then ends training.

    The test ends with `RangeTestDone`: after its last step, or when the smoothed loss is more than
    `patience` times its lowest value or no longer finite. The model is of no use afterwards.

    The optimizer may have a schedule, and `steps_per_execution` may be anything: the rate is raised
    and the loss is kept within the compiled step, not between calls of it.

    Args:
        low: Rate of the first step; by default a thousandth of the rate that is set.
        high: Rate of the last step; by default a hundred times the rate that is set, 10 at most.
        steps: Steps of the test.
        smoothing: Share of the past in the smoothed loss, whose start is corrected for bias.
        patience: How many times its lowest value the smoothed loss may reach.

    Reference:
        Smith, 2015, "Cyclical Learning Rates for Training Neural Networks"
        (https://arxiv.org/abs/1506.01186).
    """

    def __init__(
        self,
        low: float | None = None,
        high: float | None = None,
        steps: int = 200,
        smoothing: float = 0.9,
        patience: float = 4.0,
    ) -> None:
        super().__init__()
        if steps < 2:
            raise ValueError(f"Expected `steps` of at least 2, received {steps}.")
        if low is not None and high is not None and not 0.0 < low < high:
            raise ValueError(f"Expected 0 < `low` < `high`, received {low} and {high}.")
        self.low = low
        self.high = high
        self.steps = steps
        self.smoothing = smoothing
        self.patience = patience
        self.usual: float | None = None  # the highest rate that the optimizer was given
        self._rates = np.empty(0)
        self._losses: keras.Variable | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # beneath a loss scale
        self.usual = _highest_rate(optimizer, self.params["epochs"] * (self.params["steps"] or 1))
        low, high = self._ends(self.usual)
        self._rates = np.geomspace(low, high, self.steps)
        self._losses = keras.Variable(
            np.full(self.steps, np.nan, "float32"), trainable=False, name="range_test_losses"
        )
        start = int(optimizer.iterations)
        # The train function exists, but is traced at its first call.
        optimizer._learning_rate = _ExponentialRise(low, high, self.steps, start)
        self.model.compute_loss = self._recording(self.model.compute_loss, optimizer, start)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        rates, losses = self.curve()
        if len(rates) == self.steps or diverged(losses, self.smoothing, self.patience):
            raise RangeTestDone

    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """The rates and losses of the steps so far, also after another callback ended training."""
        if self._losses is None:
            return np.empty(0), np.empty(0)
        losses = ops.convert_to_numpy(self._losses).astype("float64")
        done = np.flatnonzero(~np.isnan(losses))
        count = int(done[-1]) + 1 if len(done) else 0
        return self._rates[:count], losses[:count]

    def _ends(self, usual: float) -> tuple[float, float]:
        """The rates of the first and the last step, at least a hundredfold apart by default."""
        low, high = self.low, self.high
        if low is None:
            low = usual * _BELOW if high is None else min(usual * _BELOW, high / 100)
        if high is None:
            high = max(min(usual * _ABOVE, _HIGHEST), low * 100)
        return low, high

    def _recording(self, compute: Callable, optimizer, start: int) -> Callable:
        """The model's `compute_loss`, which also keeps the loss; one that is NaN becomes inf."""
        numbers, kept = np.arange(self.steps), self._losses
        assert kept is not None

        def compute_and_keep(*args, **kwargs):
            loss = compute(*args, **kwargs)
            if kwargs.get("training", True):
                value = ops.cast(ops.stop_gradient(loss), "float32")
                value = ops.where(ops.isnan(value), math.inf, value)
                here = ops.equal(numbers, ops.cast(optimizer.iterations, "int64") - start)
                kept.assign(ops.where(here, value, kept))
            return loss

        return compute_and_keep


def smoothed(losses: np.ndarray, share: float) -> np.ndarray:
    """The exponential moving average of `losses`, corrected for its bias at the start.

    Args:
        losses: In the order of the steps.
        share: Share of the past.
    """
    average, values = 0.0, []
    for step, loss in enumerate(losses, 1):
        average = share * average + (1.0 - share) * loss
        values.append(average / (1.0 - share**step))
    return np.array(values)


def diverged(losses: np.ndarray, share: float, patience: float) -> bool:
    """Whether the smoothed loss has left its lowest value behind, or is no longer finite."""
    if len(losses) == 0:
        return False
    values = smoothed(losses, share)
    if not np.isfinite(values[-1]):
        return True
    lowest = values.min()
    return bool(values[-1] > lowest + (patience - 1.0) * abs(lowest))


class _ExponentialRise(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, low: float, high: float, steps: int, start: int) -> None:
        self.low, self.high, self.steps, self.start = low, high, steps, start

    def __call__(self, step):
        share = (ops.cast(step, "float32") - self.start) / (self.steps - 1)
        growth = math.log(self.high / self.low)
        return self.low * ops.exp(growth * ops.minimum(share, 1.0))

    def get_config(self) -> dict:
        return {"low": self.low, "high": self.high, "steps": self.steps, "start": self.start}


def _highest_rate(optimizer, steps: int) -> float:
    """The highest rate that the optimizer would have had in a run of so many steps."""
    rate = optimizer._learning_rate
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return float(optimizer.learning_rate)
    return max(float(rate(int(step))) for step in np.linspace(0, steps - 1, _PROBES))
