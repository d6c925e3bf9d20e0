"""The value that decides which epoch is best, told to whoever asks."""

from collections.abc import Callable
from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class Monitored:
    """What a training is judged by.

    Attributes:
        name: Name of the metric, such as `val_accuracy`.
        mode: `max` or `min`.
        epochs: Length of the training.
    """

    name: str
    mode: str
    epochs: int


class EpochReport(keras.callbacks.Callback):
    """Tells what is monitored when training begins, and its value after each epoch.

    What is monitored is what the `Checkpoint` of the same training monitors; without one, the
    lowest `val_loss`. Either function may end training by raising.

    Args:
        begin: Takes what is monitored.
        report: Takes the value and the epoch, counted from 0.
    """

    def __init__(
        self,
        begin: Callable[[Monitored], None] | None = None,
        report: Callable[[float, int], None] | None = None,
    ) -> None:
        super().__init__()
        self.begin = begin
        self.report = report
        self.last_value: float | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.monitored = Monitored(
            self.params.get("monitor", "val_loss"),
            self.params.get("mode", "min"),
            self.params["epochs"],
        )
        if self.begin is not None:
            self.begin(self.monitored)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        value = (logs or {}).get(self.monitored.name)
        if value is None:
            return
        self.last_value = float(value)
        if self.report is not None:
            self.report(self.last_value, epoch)
