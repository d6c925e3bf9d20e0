"""Learning rates over a run."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Rises linearly to a peak, then falls linearly to a fraction of it.

    Args:
        peak: The highest learning rate.
        steps: Steps of the whole run.
        warmup: Fraction of the steps that the rise takes, in (0, 1).
        final: Learning rate of the last step, as a fraction of the peak.

    Reference:
        Smith and Topin, 2017, "Super-Convergence" (https://arxiv.org/abs/1708.07120).
    """

    def __init__(
        self,
        peak: float,
        steps: int,
        warmup: float = 0.2,
        final: float = 0.0,
        name: str = "one_cycle",
    ) -> None:
        if steps < 1:
            raise ValueError(f"Expected `steps` of at least 1, received {steps}.")
        if not 0.0 < warmup < 1.0:
            raise ValueError(f"Expected `warmup` between 0 and 1, received {warmup}.")
        self.peak = peak
        self.steps = steps
        self.warmup = warmup
        self.final = final
        self.name = name

    def __call__(self, step):
        progress = (ops.cast(step, "float32") + 0.5) / self.steps
        rise = progress / self.warmup
        fall = 1.0 - (1.0 - self.final) * (progress - self.warmup) / (1.0 - self.warmup)
        return self.peak * ops.minimum(rise, ops.maximum(fall, self.final))

    def get_config(self) -> dict:
        return {
            "peak": self.peak,
            "steps": self.steps,
            "warmup": self.warmup,
            "final": self.final,
            "name": self.name,
        }


def build_schedule(name: str, peak: float, steps: int):
    """A learning rate for `keras.optimizers`.

    Args:
        name: `one_cycle`, `cosine` (a warm-up of a twentieth, then a half cosine to zero;
            Loshchilov and Hutter, 2016, https://arxiv.org/abs/1608.03983) or `constant`.
        peak: The highest learning rate.
        steps: Steps of the whole run.
    """
    if name == "constant":
        return peak
    if name == "one_cycle":
        return OneCycle(peak, steps)
    if name == "cosine":
        warmup = max(1, steps // 20)
        return keras.optimizers.schedules.CosineDecay(
            peak / 20, max(1, steps - warmup), warmup_target=peak, warmup_steps=warmup
        )
    raise ValueError(f"Expected one_cycle, cosine or constant, received {name!r}.")
