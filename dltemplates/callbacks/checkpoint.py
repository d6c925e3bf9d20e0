"""The last and the best epoch's model, safely on disk."""

import math
import os
from pathlib import Path

import keras
from keras import ops


class Checkpoint(keras.callbacks.Callback):
    """Saves the model after each epoch, and never over a good file before the new one is whole.

    `keras.callbacks.ModelCheckpoint` writes into the live file, so a kill in mid-save or a full
    disk takes the previous checkpoint with it, and it saves weights that are no longer finite. Here
    each file is written aside, flushed and renamed, and an epoch whose loss or weights are no
    longer finite ends training with `FloatingPointError` instead. The files are `.keras` archives,
    since writing HDF5 straight to a disk that is full kills the process.

    Args:
        folder: Where `last.keras` and `best.keras` go.
        monitor: The metric that decides which epoch is best. Where the logs lack it (no validation
            data), the last epoch is the best one. Of equals the later one is.
        mode: `max` or `min`.
    """

    def __init__(
        self, folder: str | Path, monitor: str = "val_accuracy", mode: str = "max"
    ) -> None:
        super().__init__()
        if mode not in ("max", "min"):
            raise ValueError(f"Expected `mode` max or min, received {mode!r}.")
        self.folder = Path(folder)
        self.monitor = monitor
        self.mode = mode
        self.best_epoch: int | None = None
        self.best_value = -math.inf if mode == "max" else math.inf

    def set_params(self, params: dict) -> None:
        """Adds what is monitored to what all callbacks of a training share."""
        super().set_params(params)
        params.update(monitor=self.monitor, mode=self.mode)

    @property
    def best_path(self) -> Path:
        return self.folder / "best.keras"

    @property
    def last_path(self) -> Path:
        return self.folder / "last.keras"

    def start_from(self, model: keras.Model, validation) -> None:
        """Makes the compiled model as it is, before training, the first that may be the best.

        Args:
            model: The model.
            validation: Batches to evaluate on.
        """
        logs = model.evaluate(validation, verbose=0, return_dict=True)
        model.optimizer.build(model.trainable_variables)  # so that it is saved whole
        self.set_model(model)
        self.on_epoch_end(-1, {f"val_{name}": value for name, value in logs.items()})

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        logs = logs or {}
        self._refuse_what_is_not_finite(epoch, logs)
        self._save(self.last_path)
        value = logs.get(self.monitor)
        if value is None or self._better(value):
            self.best_epoch = epoch
            self.best_value = self.best_value if value is None else value
            self._link_best()

    def _refuse_what_is_not_finite(self, epoch: int, logs: dict) -> None:
        wrong = [
            name for name in ("loss", "val_loss") if not math.isfinite(logs.get(name, 0.0))
        ] or [
            weight.path
            for weight in self.model.weights
            if "float" in weight.dtype and not ops.all(ops.isfinite(weight))
        ]
        if wrong:
            raise FloatingPointError(f"{wrong[0]} is no longer finite after epoch {epoch + 1}.")

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

    def _better(self, value: float) -> bool:
        return value >= self.best_value if self.mode == "max" else value <= self.best_value

    def _save(self, path: Path) -> None:
        aside = path.with_name(f".new.{path.name}")
        try:
            self.model.save(aside, overwrite=True)
            with open(aside, "rb+") as file:
                os.fsync(file.fileno())
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)

    def _link_best(self) -> None:
        """Makes the best file another name of the last one, which is replaced, never rewritten."""
        aside = self.folder / ".new.best.keras"
        aside.unlink(missing_ok=True)
        try:
            os.link(self.last_path, aside)
        except OSError:  # a file system without hard links
            self._save(self.best_path)
            return
        os.replace(aside, self.best_path)
