"""One line that says how far the whole run is."""

import sys
import time

import keras


class Progress(keras.callbacks.Callback):
    """Shows epoch, step, loss, metrics, throughput, and the time that the *run* has left.

    On a terminal one live line; elsewhere a plain line an epoch.

    Args:
        batch_size: Items a step, for the throughput.
        unit: What an item is, in the plural.
        stream: Where to write; standard error by default.
    """

    def __init__(self, batch_size: int, unit: str = "items", stream=None) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.unit = unit
        self.stream = stream if stream is not None else sys.stderr
        self.live = bool(getattr(self.stream, "isatty", lambda: False)())
        self.training_seconds = 0.0

    def on_train_begin(self, logs=None) -> None:
        self._started = self._shown = time.perf_counter()
        self._epochs_done = 0
        self._epoch = 0
        self.training_seconds = 0.0

    def on_epoch_begin(self, epoch: int, logs=None) -> None:
        self._epoch = epoch
        self._epoch_started = time.perf_counter()
        self._trained = 0.0

    def on_train_batch_end(self, batch: int, logs=None) -> None:
        now = time.perf_counter()
        self._trained = now - self._epoch_started
        if self.live and now - self._shown > 0.2:
            self._shown = now
            self._write(f"\r\x1b[K{self._line(batch + 1, logs or {})}")

    def on_epoch_end(self, epoch: int, logs=None) -> None:
        self.training_seconds += self._trained
        line = self._line(self.params["steps"], logs or {})
        self._epochs_done += 1
        self._write(f"\r\x1b[K{line}\n" if self.live else f"{line}\n")

    def _line(self, step: int, logs: dict) -> str:
        steps, epochs = self.params["steps"], self.params["epochs"]
        now = time.perf_counter()
        speed = step * self.batch_size / max(self._trained, 1e-9)
        share = (self._epochs_done + step / steps) / (epochs - self._epoch + self._epochs_done)
        left = (now - self._started) * (1.0 / share - 1.0)
        values = "  ".join(f"{name} {value:.4g}" for name, value in logs.items())
        width = len(str(epochs))
        return (
            f"epoch {self._epoch + 1:{width}}/{epochs}  step {step}/{steps}  {values}  "
            f"{speed:,.0f} {self.unit}/s  {_clock(now - self._started)} gone, {_clock(left)} left"
        )

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
