"""How long a training takes, measured on its first steps."""

import contextlib
import io
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras

from dltemplates.errors import TrainingError
from dltemplates.training.run import Run

# What `progressive_resizing` makes of a run: small images in the first two thirds of the steps.
_SHARE_OF_SMALL_IMAGES = 2 / 3


@dataclass(frozen=True)
class Probe:
    """What the first steps of a training say about all of it. Times are in seconds.

    Attributes:
        seconds_per_step: Mean over the timed steps: input, computation and callbacks.
        timed_steps: How many were timed; 0 if only the first execution was, in which TensorFlow
            also traces and compiles, so that `seconds_per_step` is far too large.
        steps_per_epoch: Steps of an epoch.
        steps_per_execution: Steps that TensorFlow runs at one call.
        epochs: Epochs of the run.
        validation_seconds: One pass over the validation data; 0 where there are none.
        validation_measured: False if the pass took longer than the probe had time for, so that
            `validation_seconds` is the least that it takes.
        epoch_end_seconds: What else the end of an epoch takes, such as saving; 0 if not measured.
        start_seconds: From reading the data to the end of the first execution.
        items_per_second: Images, texts, windows or rows in training, without validation; None if
            the model does not count them.
    """

    seconds_per_step: float
    timed_steps: int
    steps_per_epoch: int
    steps_per_execution: int
    epochs: int
    validation_seconds: float
    validation_measured: bool
    epoch_end_seconds: float
    start_seconds: float
    items_per_second: float | None

    @property
    def epoch_seconds(self) -> float:
        """One epoch with its end."""
        steps = self.steps_per_epoch * self.seconds_per_step
        return steps + self.validation_seconds + self.epoch_end_seconds

    @property
    def run_seconds(self) -> float:
        """All epochs, and the start; not what follows on the last epoch."""
        return self.start_seconds + self.epochs * self.epoch_seconds

    def as_dict(self) -> dict[str, Any]:
        """Everything, also what follows from it, for JSON."""
        derived = {"epoch_seconds": self.epoch_seconds, "run_seconds": self.run_seconds}
        return {**asdict(self), **derived}


class ProbeDone(Exception):  # noqa: N818 - it is no failure
    """Ends the training that is probed."""


class StepProbe(keras.callbacks.Callback):
    """Times steps, a validation pass and the end of an epoch; then raises `ProbeDone`.

    It cuts epochs short: the first after the timed steps, to see a validation pass and the end of
    an epoch; the second after one execution, to see them again without the tracing that the first
    ones contain. The time of an execution is that from the end of the one before, so that waiting
    for data and other callbacks count. Keras reads the losses after each execution, which waits for
    a GPU to be done.

    Args:
        steps: Steps to time, in whole executions.
        limit: Seconds after which fewer will do, and after which a validation pass is left.
        started: When the training began to be prepared, by `time.perf_counter`; default: now.
    """

    def __init__(self, steps: int = 20, limit: float = 60.0, started: float | None = None) -> None:
        super().__init__()
        self.steps = steps
        self.limit = limit
        self._started = self._last = time.perf_counter() if started is None else started
        self._first_done: float | None = None  # when the first execution ended
        self._first_seconds = 0.0
        self._first_steps = 0
        self._seen = 0  # steps since the start
        self._timed = 0
        self._seconds = 0.0
        self._items: float | None = 0.0
        self._passes: list[float] = []  # seconds of whole validation passes
        self._batches: list[float] = []  # seconds of the executions of the latest pass
        self._ends: list[float] = []  # seconds of ends of epochs, without validation
        self._cut_epochs = 0
        self._finished_last_pass = True

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        now = time.perf_counter()
        if self._seen:
            validation = self._passes[-1] if self._batches else 0.0
            self._ends.append(max(0.0, now - self._last - validation))
        self._batches = []
        if self._cut_epochs >= 2 or (self._cut_epochs and not self._passes):
            raise ProbeDone
        self._last = now
        self._done_in_epoch = 0
        self._items_in_epoch = 0.0

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        now = time.perf_counter()
        seconds, steps = now - self._last, batch + 1 - self._done_in_epoch
        items = self._count()
        warm = self._first_done is not None and self._seen >= 3
        self._seen += steps
        if self._first_done is None:
            self._first_done, self._first_seconds, self._first_steps = now, seconds, steps
        elif warm and not self._enough():
            self._timed += steps
            self._seconds += seconds
            if items is None or self._items is None:
                self._items = None
            else:
                self._items += items - self._items_in_epoch
        self._items_in_epoch = items or 0.0
        self._done_in_epoch = batch + 1
        self._last = now
        if self._enough():
            self._cut_epochs += 1
            self.model.stop_training = True  # Keras still validates, and ends the epoch

    def on_test_begin(self, logs: dict | None = None) -> None:
        self._batches = []
        self._finished_last_pass = False
        self._test_began = self._test_last = time.perf_counter()

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        now = time.perf_counter()
        self._batches.append(now - self._test_last)
        self._test_last = now
        if now - self._test_began > self.limit and self._timed:
            raise ProbeDone

    def on_test_end(self, logs: dict | None = None) -> None:
        self._finished_last_pass = True
        self._passes.append(time.perf_counter() - self._test_began)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self.model.stop_training = False  # on with the next epoch

    def on_train_end(self, logs: dict | None = None) -> None:
        raise ProbeDone  # fewer epochs than the probe wanted

    def result(self) -> Probe | None:
        """What was found; None if not one execution was done."""
        if self._first_done is None:
            return None
        seconds, steps = self._seconds, self._timed
        if not steps:
            seconds, steps = self._first_seconds, self._first_steps
        counted = self._timed and self._items
        validation, measured = self._validation()
        return Probe(
            seconds_per_step=seconds / steps,
            timed_steps=self._timed,
            steps_per_epoch=self.params["steps"],
            steps_per_execution=self.model.steps_per_execution,
            epochs=self.params["epochs"],
            validation_seconds=validation,
            validation_measured=measured,
            epoch_end_seconds=self._ends[-1] if self._ends else 0.0,
            start_seconds=self._first_done - self._started,
            items_per_second=self._items / self._seconds if counted and self._items else None,
        )

    def _enough(self) -> bool:
        late = self._first_done is not None and self._last - self._first_done > self.limit
        return self._timed >= self.steps or bool(self._timed and late)

    def _count(self) -> float | None:
        """Items since the epoch began, as Keras counts them to average the loss."""
        count = getattr(next(iter(self.model.metrics), None), "count", None)
        return None if count is None else float(keras.ops.convert_to_numpy(count))

    def _validation(self) -> tuple[float, bool]:
        """Seconds of a pass, and whether it was seen whole."""
        if not self._finished_last_pass:
            return sum(self._batches), False
        if len(self._passes) != 1 or len(self._batches) < 2:
            return (self._passes or [0.0])[-1], True
        return sum(self._batches[1:]) * len(self._batches) / (len(self._batches) - 1), True


def probe(
    learn: Callable[[Any, Run], Any],
    config: Any,
    runs: Path,
    *,
    steps: int = 20,
    limit: float = 60.0,
) -> Probe:
    """Measures a training on its first steps. It leaves nothing, on disk or in Keras.

    Images that `progressive_resizing` makes small at first are accounted for by a second look, at
    steps with large ones.

    Args:
        learn: The project's function `train` or `pretrain`, of a configuration and a run.
        config: The configuration to measure with.
        runs: Folder of the runs, for one that the training starts from.
        steps: Steps to time.
        limit: Seconds after which fewer will do, and after which a validation pass is left.

    Raises:
        TrainingError: The training does not hand `run.callbacks` to `fit`.
    """
    found = _probe(learn, config, runs, steps, limit)
    if not getattr(config.train, "progressive_resizing", False):
        return found
    train = config.train.model_copy(update={"progressive_resizing": False})
    large = config.model_copy(update={"train": train})
    later = _probe(learn, large, runs, steps, limit)
    share = _SHARE_OF_SMALL_IMAGES
    seconds = share * found.seconds_per_step + (1.0 - share) * later.seconds_per_step
    speed = found.items_per_second
    if speed is not None:
        speed *= found.seconds_per_step / seconds
    return replace(found, seconds_per_step=seconds, items_per_second=speed)


def _probe(
    learn: Callable[[Any, Run], Any], config: Any, runs: Path, steps: int, limit: float
) -> Probe:
    watch = StepProbe(steps, limit)
    try:
        # What the run says of its progress is of no interest; logging goes on.
        with Run.scratch(runs) as run, contextlib.redirect_stderr(io.StringIO()):
            run.callbacks.append(watch)
            with contextlib.suppress(ProbeDone):
                learn(config, run)
    finally:
        keras.utils.clear_session()  # layers are numbered from the start again
    found = watch.result()
    if found is None or not math.isfinite(found.seconds_per_step):
        raise TrainingError(
            "The speed of this training cannot be measured.",
            hint="Hand *run.callbacks to fit in your training function, among its callbacks.",
        )
    return found
