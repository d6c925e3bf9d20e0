"""One line that says how far the whole run is."""

import os
import shutil
import sys
import time
from typing import Any

import keras


class Progress(keras.callbacks.Callback):
    """Shows epoch, step, loss, metrics, throughput, and the time that the *run* has left.

    On a terminal one live line; elsewhere a plain line an epoch; where the variable `CI` is set,
    the last epoch's alone.

    Args:
        batch_size: Items a step, for the throughput.
        unit: What an item is, in the plural.
        stream: Where to write; standard error by default.

    Attributes:
        training_seconds: Time in training steps, without validation, over all epochs that are done,
            also those before the training was stopped and went on.
    """

    def __init__(self, batch_size: int, unit: str = "items", stream=None) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.unit = unit
        self.stream = stream if stream is not None else sys.stderr
        self.live = bool(getattr(self.stream, "isatty", lambda: False)())
        self.quiet = not self.live and os.environ.get("CI", "") not in ("", "0", "false")
        self.training_seconds = 0.0
        self._shown = 0.0
        self._first: int | None = None  # the first step that this process does
        self._begin()

    def on_train_begin(self, logs=None) -> None:
        self.training_seconds = 0.0
        self._begin()

    def on_epoch_begin(self, epoch: int, logs=None) -> None:
        self._epoch = epoch
        self._epoch_started = time.perf_counter()
        self._trained = 0.0
        if self._first is None:
            self._first = epoch * self.params["steps"]

    def on_train_batch_end(self, batch: int, logs=None) -> None:
        now = time.perf_counter()
        self._step = batch + 1
        self._trained = now - self._epoch_started
        if self.live and now - self._shown > 0.2:
            self._shown = now
            width = shutil.get_terminal_size().columns - 1
            self._write(f"\r\x1b[K{self._line(logs or {})[:width]}")

    def on_epoch_end(self, epoch: int, logs=None) -> None:
        self.training_seconds += self._trained
        self._step = self.params["steps"]
        line = self._line(logs or {})
        self._trained = 0.0
        if not self.quiet or epoch + 1 == self.params["epochs"]:
            self._write(f"\r\x1b[K{line}\n" if self.live else f"{line}\n")

    def get_state(self) -> dict[str, Any]:
        return {
            "training_seconds": self.training_seconds,
            "trained": self._trained,
            "elapsed": time.perf_counter() - self._started,
            "step": self._step,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        now = time.perf_counter()
        self.training_seconds = state["training_seconds"]
        self._started = now - state["elapsed"]
        self._epoch_started = now - state["trained"]
        self._going_on = now
        if self._first is not None:  # within an epoch
            self._first = self._epoch * self.params["steps"] + state["step"]

    def _begin(self) -> None:
        self._started = self._shown = self._going_on = time.perf_counter()
        self._first = None
        self._epoch = self._step = 0
        self._trained = 0.0

    def _line(self, logs: dict) -> str:
        steps, epochs = self.params["steps"], self.params["epochs"]
        now = time.perf_counter()
        speed = self._step * self.batch_size / max(self._trained, 1e-9)
        done = self._epoch * steps + self._step
        pace = (now - self._going_on) / max(done - (self._first or 0), 1)
        left = pace * (steps * epochs - done)
        values = "  ".join(f"{name} {value:.4g}" for name, value in logs.items())
        width = len(str(epochs))
        return (
            f"epoch {self._epoch + 1:{width}}/{epochs}  step {self._step}/{steps}  {values}  "
            f"{speed:,.0f} {self.unit}/s  {clock(now - self._started)} gone, {clock(left)} left"
        )

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds, after an hour with hours."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
