"""Adam with a learning rate of its own for each layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import keras
from keras import ops

from dltemplates.training.fused_adam import FusedAdamW


@dataclass(frozen=True)
class LayerGroup:
    """Layers that are fine-tuned alike.

    Attributes:
        layers: The layers; none of them holds others.
        epoch: From which epoch they learn, from 0.
        rate: Their learning rate, as a multiple of the optimizer's.
    """

    layers: Sequence[keras.layers.Layer]
    epoch: int
    rate: float


@keras.saving.register_keras_serializable(package="dltemplates")
class LayerwiseAdam(FusedAdamW):
    """Adam in which some weights learn slower, or begin to learn later, than others.

    The moments of a weight that begins later are corrected for the steps that it has learned, not
    for those of the whole training: else its first updates would be several times too large. There
    is no weight decay, which pulls towards zero, away from what was learned before.

    Args:
        learning_rate: The highest rate, or a schedule.
        rates: Multiples of `learning_rate`, by the path of a variable; 1 for those not named.
        starts: The step from which a variable learns, by its path; 0 for those not named.
        name: Name of the optimizer.
        **kwargs: Other arguments of `keras.optimizers.Adam`.

    References:
        Kingma and Ba, 2014, "Adam" (https://arxiv.org/abs/1412.6980); Howard and Ruder, 2018,
        "Universal Language Model Fine-tuning" (https://arxiv.org/abs/1801.06146), for the rates.
    """

    def __init__(
        self,
        learning_rate=0.001,
        rates: Mapping[str, float] | None = None,
        starts: Mapping[str, int] | None = None,
        name: str = "layerwise_adam",
        **kwargs,
    ) -> None:
        kwargs.pop("weight_decay", None)
        super().__init__(learning_rate, name=name, **kwargs)
        self.weight_decay = None
        self.rates = dict(rates or {})
        self.starts = dict(starts or {})

    def build(self, variables) -> None:
        if not self.built:
            self._plan = [
                (self.rates.get(each.path, 1.0), self.starts.get(each.path, 0))
                for each in variables
            ]
        super().build(variables)

    def update_step(self, gradient, variable, learning_rate):
        rate, start = self._plan[self._get_variable_index(variable)]
        if start:
            rate *= self._correction(self.iterations - start) / self._correction(self.iterations)
        super().update_step(gradient, variable, learning_rate * rate)

    def _correction(self, steps):
        """What Adam multiplies the learning rate by after some steps."""
        done = ops.cast(ops.maximum(steps, 0) + 1, "float32")
        return ops.sqrt(1.0 - ops.power(self.beta_2, done)) / (1.0 - ops.power(self.beta_1, done))

    def get_config(self) -> dict:
        config = super().get_config()
        del config["weight_decay"]
        return {**config, "rates": self.rates, "starts": self.starts}


def finetuning_optimizer(
    groups: Sequence[LayerGroup], schedule, steps_per_epoch: int
) -> LayerwiseAdam:
    """The optimizer for layers that learn at different rates, and one after another.

    Args:
        groups: All layers with weights, see `dltemplates.training.finetuning.stages`.
        schedule: The highest learning rate, or a schedule.
        steps_per_epoch: Steps of an epoch.
    """
    weights = [
        (weight.path, group) for group in groups for each in group.layers for weight in each.weights
    ]
    return LayerwiseAdam(
        schedule,
        rates={path: group.rate for path, group in weights},
        starts={path: group.epoch * steps_per_epoch for path, group in weights},
        beta_2=0.99,  # a fine-tuning has hundreds of steps, not thousands
    )
