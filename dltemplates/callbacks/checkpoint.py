"""The last and the best state of a training, safely on disk, and going on from there."""

import inspect
import logging
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from dltemplates.callbacks.durable_file import replace_file
from dltemplates.callbacks.saved_training import (
    load_training,
    read_state,
    read_values,
    save_training,
    steps_taken,
    write_values,
)
from dltemplates.callbacks.stop_signals import StopSignals
from dltemplates.errors import RunError

log = logging.getLogger(__name__)

_KEPT = 2


class Checkpoint(keras.callbacks.Callback):
    """Saves a training after each epoch and lets it go on from there exactly.

    `keras.callbacks.ModelCheckpoint` and `BackupAndRestore` write into the live file, so a kill in
    mid-save or a full disk takes the previous checkpoint with it; they save weights that are no
    longer finite, and forget random seeds, the counters of other callbacks and the best epoch. Here
    each file is written aside, flushed and renamed, the last two are kept, and an epoch whose loss
    or weights are no longer finite ends training with `FloatingPointError` instead.

    Ctrl-C and SIGTERM save after the step that is running, and stop. Long epochs are saved on the
    way too. (Both under Keras's TensorFlow backend; with others a training goes on from the end of
    an epoch.) The files are `.keras` archives, which Keras can load.

    It must be the last of the callbacks:

        checkpoint = Checkpoint(folder, beside=callbacks)
        batches = ...  # from batch number checkpoint.step on
        checkpoint.restore(model)
        model.fit(batches, initial_epoch=checkpoint.epoch, callbacks=[*callbacks, checkpoint])

    Args:
        folder: Where `step-00000392.keras` (steps done) and `best.keras` go.
        monitor: The metric that decides which epoch is best. Where the logs lack it (no validation
            data), the last epoch is the best one. Of equals the later one is.
        mode: `max` or `min`.
        beside: The other callbacks, whose states are saved too: what their `get_state` returns, or
            else those of their attributes that are numbers and no arguments.
        minutes: How often an epoch is saved on the way.

    Attributes:
        epoch: Epochs done when the training stopped, for `initial_epoch`.
        step: Steps done when it stopped, over all epochs.

    Raises:
        RunError: There are checkpoints, but none of them can be read.
    """

    def __init__(
        self,
        folder: str | Path,
        monitor: str = "val_accuracy",
        mode: str = "max",
        beside: Sequence[keras.callbacks.Callback] = (),
        minutes: float = 10.0,
    ) -> None:
        super().__init__()
        if mode not in ("max", "min"):
            raise ValueError(f"Expected `mode` max or min, received {mode!r}.")
        self.folder = Path(folder)
        self.monitor = monitor
        self.mode = mode
        self.beside = beside
        self.minutes = minutes
        self.best_epoch: int | None = None
        self.best_value = -math.inf if mode == "max" else math.inf
        self._best_step = 0
        self._stop = StopSignals()
        self._fitting = self._skipping = False
        self._saved_at = 0.0
        self._loaded, self._state = self._newest()
        self.epoch: int = self._state.get("epoch", 0)
        self.step: int = self._state.get("step", 0)

    def set_params(self, params: dict) -> None:
        """Adds what is monitored to what all callbacks of a training share."""
        super().set_params(params)
        params.update(monitor=self.monitor, mode=self.mode)

    @property
    def best_path(self) -> Path:
        return self.folder / "best.keras"

    def paths(self) -> list[Path]:
        """The checkpoints that are kept, the latest first."""
        return sorted(self.folder.glob("step-*.keras"), reverse=True)

    def restore(self, model: keras.Model) -> None:
        """Gives a compiled model the state of the latest checkpoint; without one does nothing.

        Raises:
            RunError: The checkpoint is of another network or optimizer.
        """
        if self._loaded is None:
            return
        load_training(self._loaded, model, self._state)
        self.best_epoch = self._state["best_epoch"]
        self.best_value = self._state["best_value"]
        self._best_step = self._state["best_step"]
        if self._best_step == self.step or not self._best_is_whole():
            self._link_best(self._loaded)

    def start_from(self, model: keras.Model, validation) -> None:
        """Makes the compiled model as it is, before training, the first that may be the best.

        Does nothing for a training that goes on.

        Args:
            model: The model.
            validation: Batches to evaluate on.
        """
        if self._loaded is not None:
            return
        logs = model.evaluate(validation, verbose=0, return_dict=True)
        model.optimizer.build(model.trainable_variables)  # so that it is saved whole
        self.set_model(model)
        self.on_epoch_end(-1, {f"val_{name}": value for name, value in logs.items()})

    def best(self) -> dict[str, float]:
        """The best epoch, counted from 1 (0: before training), and the monitored value there.

        Empty before the first.
        """
        if self.best_epoch is None:
            return {}
        best: dict[str, float] = {"best_epoch": self.best_epoch + 1}
        if math.isfinite(self.best_value):
            best[self.monitor] = self.best_value
        return best

    def restore_best(self) -> None:
        """Gives the model the weights of the best epoch."""
        if self.best_epoch is not None:
            self.model.load_weights(self.best_path)

    def on_train_begin(self, logs: dict | None = None) -> None:
        if self._loaded is not None and self._of_other_epochs():
            raise RunError(
                f"This checkpoint is of epochs that have not {self.params['steps']} steps.",
                where=self._loaded,
                hint="Undo the changes to the data and the batch size, or train anew.",
            )
        self._stop.install()
        self._fitting = True
        self._saved_at = time.monotonic()
        if self._loaded is not None and not self._steps_to_skip():
            self._restore_callbacks()

    def on_train_end(self, logs: dict | None = None) -> None:
        self._fitting = False
        self._stop.remove()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch
        if self._loaded is not None and epoch == self.epoch and self._steps_to_skip():
            self._skip()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        done = batch + 1
        if self._skipping:
            if done < self._steps_to_skip():
                return
            self._end_skipping()
        if done == self.params["steps"]:  # validation will count in the same variables
            self._training_metrics = read_values(self.model.metrics_variables)
        if self._stop.received is not None:
            self._save_on_the_way(done, read_values(self.model.metrics_variables))
            self._stop.leave()
        late = time.monotonic() - self._saved_at > 60 * self.minutes
        if late and done < self.params["steps"]:
            self._save_on_the_way(done, read_values(self.model.metrics_variables))

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if self._fitting and self._stop.received is not None:
            self._save_on_the_way(self.params["steps"], self._training_metrics)
            self._stop.leave()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        logs = logs or {}
        self._refuse_what_is_not_finite(epoch, logs)
        done = (epoch + 1) * self.params["steps"] if self.params else 0
        value = logs.get(self.monitor)
        best = value is None or self._better(value)
        if best:
            self.best_epoch = epoch
            self.best_value = self.best_value if value is None else float(value)
            self._best_step = done
        path = self._save(epoch + 1, done)
        if best:
            self._link_best(path)
        if self._stop.received is not None:
            self._stop.leave()

    def _newest(self) -> tuple[Path | None, dict[str, Any]]:
        """The latest checkpoint that can be read, and its state."""
        for aside in self.folder.glob(".*.keras"):  # a kill left it
            aside.unlink(missing_ok=True)
        unreadable: RunError | None = None
        for path in self.paths():
            try:
                state = read_state(path)
            except RunError as error:
                unreadable = unreadable or error
                continue
            if unreadable is not None:
                log.warning("%s: %s Going on from %s.", unreadable.where, unreadable.message, path)
            return path, state
        if unreadable is not None:
            raise RunError(
                f"No checkpoint can be read. {unreadable.message}",
                where=unreadable.where,
                hint=unreadable.hint or "Train anew, without --resume.",
            )
        return None, {}

    def _best_is_whole(self) -> bool:
        try:
            read_state(self.best_path)
        except RunError:
            log.warning(
                "%s: the best epoch's weights are damaged; the best of what follows is taken.",
                self.best_path,
            )
            self.best_value = -math.inf if self.mode == "max" else math.inf
            self.best_epoch, self._best_step = self.epoch - 1, self.step
            return False
        return True

    def _of_other_epochs(self) -> bool:
        return self.step != self.epoch * self.params["steps"] + self._steps_to_skip()

    def _steps_to_skip(self) -> int:
        """Steps of the epoch in progress that were done before the training stopped."""
        return int(self._state.get("step_of_epoch", 0))

    def _skip(self) -> None:
        """Lets `fit` count the steps that are done without doing them again."""

        def count(iterator: Any) -> dict[str, Any]:
            if not self._skipping:
                self._skipping = True
                self._restore_metrics(iterator.element_spec)
            return self.model.get_metrics_result()

        self._train_function = self.model.train_function
        self.model.train_function = count

    def _restore_metrics(self, batch_spec: Any) -> None:
        def symbolic(spec: Any) -> keras.KerasTensor:
            return keras.KerasTensor(tuple(spec.shape), keras.backend.standardize_dtype(spec.dtype))

        # Keras makes the variables of metrics in the first step, which is one of those left out.
        self.model._symbolic_build(data_batch=keras.tree.map_structure(symbolic, batch_spec))
        write_values(self.model.metrics_variables, self._state["metrics"])

    def _end_skipping(self) -> None:
        self.model.train_function = self._train_function
        self._skipping = False
        self._restore_callbacks()  # now, since they have counted what was skipped
        self._state = {**self._state, "step_of_epoch": 0}

    def _restore_callbacks(self) -> None:
        states = list(self._state["callbacks"])
        for callback in self.beside:
            name = type(callback).__name__
            found = next((index for index, (of, _) in enumerate(states) if of == name), None)
            if found is None:  # it was not there before
                continue
            _, state = states.pop(found)
            if hasattr(callback, "set_state"):
                callback.set_state(state)
            else:
                vars(callback).update(state)

    def _save_on_the_way(self, done: int, metrics: list[Any]) -> None:
        """Saves an epoch of which `done` steps are done, where Keras can go on within one."""
        if keras.backend.backend() != "tensorflow":  # only there can steps be skipped
            return
        self._refuse_what_is_not_finite(self._epoch, {})
        total = self._epoch * self.params["steps"] + done
        self._save(self._epoch, total, step_of_epoch=done, metrics=metrics)

    def _save(self, epoch: int, step: int, **more: Any) -> Path:
        path = self.folder / f"step-{step:08}.keras"
        state = {
            "epoch": epoch,
            "step": step,
            "iterations": steps_taken(self.model) if self.model.optimizer else 0,
            "best_epoch": self.best_epoch,
            "best_value": self.best_value,
            "best_step": self._best_step,
            "callbacks": [[type(each).__name__, _state_of(each)] for each in self.beside],
            **more,
        }
        save_training(path, self.model, state)
        for old in self.paths()[_KEPT:]:
            old.unlink()
        self._saved_at = time.monotonic()
        return path

    def _refuse_what_is_not_finite(self, epoch: int, logs: dict) -> None:
        wrong = [
            name for name in ("loss", "val_loss") if not math.isfinite(logs.get(name, 0.0))
        ] or [
            weight.path
            for weight in self.model.weights
            if "float" in weight.dtype and not ops.all(ops.isfinite(weight))
        ]
        if wrong:
            self._stop.remove()
            raise FloatingPointError(f"{wrong[0]} is no longer finite after epoch {epoch + 1}.")

    def _better(self, value: float) -> bool:
        return value >= self.best_value if self.mode == "max" else value <= self.best_value

    def _link_best(self, path: Path) -> None:
        """Makes the best file another name of a checkpoint, which is never written to again."""
        aside = self.folder / ".new.best.keras"
        aside.unlink(missing_ok=True)
        try:
            os.link(path, aside)
        except OSError:  # a file system without hard links
            replace_file(self.best_path, lambda copy: copy.write_bytes(path.read_bytes()))
            return
        os.replace(aside, self.best_path)


def _state_of(callback: keras.callbacks.Callback) -> dict[str, Any]:
    if hasattr(callback, "get_state"):
        return callback.get_state()
    settings = set(vars(keras.callbacks.Callback()))
    for kind in type(callback).__mro__:
        if "__init__" in vars(kind):
            settings |= set(inspect.signature(vars(kind)["__init__"]).parameters)
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in vars(callback).items()
        if name not in settings
        and (value is None or isinstance(value, (bool, int, float, np.generic)))
    }
