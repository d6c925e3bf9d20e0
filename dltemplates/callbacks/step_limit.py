"""Ends a training early, as one that only has to show that it works."""

import keras


class StepLimit(keras.callbacks.Callback):
    """Ends the training after some steps. Keras still validates, and ends the epoch.

    Args:
        steps: How many, all epochs together; more where TensorFlow runs several at one call.
    """

    def __init__(self, steps: int) -> None:
        super().__init__()
        if steps < 1:
            raise ValueError(f"`steps` expected at least 1, received {steps}")
        self.steps = steps
        self._before = 0  # steps of earlier epochs
        self._in_epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._before += self._in_epoch
        self._in_epoch = 0

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._in_epoch = batch + 1
        if self._before + self._in_epoch >= self.steps:
            self.model.stop_training = True
