"""Lets the layers of a trained network learn on one after another."""

from collections.abc import Sequence

import keras


class ProgressiveUnfreezing(keras.callbacks.Callback):
    """Holds layers fixed until their epoch comes.

    A new last layer sends strange gradients down at first; the layers below are safe from them
    while they are fixed, which also makes the first epochs faster. Batch normalisation that is
    fixed uses and keeps its moving statistics, as Keras has it of layers that are not `trainable`.

    What learns follows from the epoch alone, so a training that was stopped goes on as it would
    have. The training step is built anew at each change, under Keras's TensorFlow backend; JAX's
    keeps to the weights that it began with.

    Args:
        stages: Layers, and the epoch from which they learn, from 0.

    Reference:
        Howard and Ruder, 2018, "Universal Language Model Fine-tuning for Text Classification"
        (https://arxiv.org/abs/1801.06146).
    """

    def __init__(self, stages: Sequence[tuple[int, Sequence[keras.layers.Layer]]]) -> None:
        super().__init__()
        negative = [epoch for epoch, _ in stages if epoch < 0]
        if negative:
            raise ValueError(f"Expected epochs from 0 on, received {negative[0]}.")
        self.stages = stages

    def on_train_begin(self, logs: dict | None = None) -> None:
        if not self.model.optimizer.built:  # later, it would lack the layers that are fixed then
            self.model.optimizer.build(self.model.trainable_variables)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._let_learn(epoch)

    def on_train_end(self, logs: dict | None = None) -> None:
        for _, layers in self.stages:
            for layer in layers:
                layer.trainable = True

    def _let_learn(self, epoch: int) -> None:
        changed = False
        for first, layers in self.stages:
            for layer in layers:
                changed |= layer.trainable != (epoch >= first)
                layer.trainable = epoch >= first
        if changed:
            self.model.make_train_function(force=True)
