"""Metrics of each epoch, for TensorBoard."""

from pathlib import Path
from typing import Any

import keras


class TensorBoardLog(keras.callbacks.Callback):
    """Writes losses, metrics and learning rate of each epoch, and nothing else.

    `keras.callbacks.TensorBoard` needs the package tensorboard to write; this needs it only to be
    looked at. The names are the same. A training that goes on writes another file beside the first,
    and TensorBoard joins them.

    Args:
        folder: Where the files go, in `train` and `validation`.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        self.folder = Path(folder)
        self._writers: dict[str, Any] = {}

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        logs = dict(logs or {})
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # beneath a loss scale
        if optimizer is not None:
            logs.setdefault("learning_rate", float(optimizer.learning_rate))
        for name, value in logs.items():
            part = "validation" if name.startswith("val_") else "train"
            self._write(part, f"epoch_{name.removeprefix('val_')}", float(value), epoch)
        for writer in self._writers.values():
            writer.flush()  # so that it can be watched

    def on_train_end(self, logs: dict | None = None) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def _write(self, part: str, name: str, value: float, epoch: int) -> None:
        import tensorflow as tf

        if part not in self._writers:
            self._writers[part] = tf.summary.create_file_writer(str(self.folder / part))
        metadata = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
        )
        with self._writers[part].as_default():
            tf.summary.write(name, tf.constant(value, tf.float32), step=epoch, metadata=metadata)
