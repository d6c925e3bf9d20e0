"""Optimizers by name, with values that usually work."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras

from dltemplates.training.fused_adam import FusedAdamW
from dltemplates.training.muon import ConvolutionalMuon
from dltemplates.training.rated_sgd import RatedSGD
from dltemplates.training.schedules import build_schedule


@dataclass(frozen=True)
class _Usual:
    """What an optimizer usually wants."""

    learning_rate: float  # at a batch of 256
    weight_decay: float
    scales: float  # the rate goes with (batch / 256) ** scales


_KERNEL_RATIO = 0.3  # of Muon's two learning rates, at a batch of 256
_BETA_RATE = 64.0  # normalisation offsets learn faster (Jordan, 2024, arxiv.org/abs/2404.00498)

_USUAL = {
    "muon": _Usual(0.375, 9e-3, 1.0),
    "sgd": _Usual(0.4, 5e-4, 1.0),
    "momentum": _Usual(0.1, 5e-3, 1.0),
    "nesterov": _Usual(0.375, 9e-3, 1.0),
    "adagrad": _Usual(0.05, 0.0, 0.5),
    "rmsprop": _Usual(1e-3, 0.0, 0.5),
    "adam": _Usual(2e-3, 0.0, 0.5),
    "adamw": _Usual(2e-3, 0.05, 0.5),
    "lion": _Usual(3e-4, 0.5, 0.5),
}


def usual_learning_rate(name: str, batch_size: int) -> float:
    """What `auto` stands for."""
    usual = _USUAL[name]
    return usual.learning_rate * (batch_size / 256) ** usual.scales


def build_optimizer(
    name: str,
    *,
    steps: int,
    batch_size: int = 256,
    learning_rate: float | str = "auto",
    schedule: str = "one_cycle",
    weight_decay: float | str = "auto",
    clip_norm: float = 0.0,
    ema: bool = False,
    spared: Sequence[str] = (),
) -> keras.optimizers.Optimizer:
    """Builds a `keras.optimizers` optimizer.

    Args:
        name: `muon` (see `ConvolutionalMuon`), `sgd`, `momentum`, `nesterov`, `adagrad`, `rmsprop`,
            `adam`, `adamw` or `lion`.
        steps: Steps of the whole run, for the schedule.
        batch_size: Items a step, for `auto` learning rates: linear scaling for the SGD family
            (Goyal et al., 2017, https://arxiv.org/abs/1706.02677), square root for the others.
        learning_rate: The highest rate, or `auto`.
        schedule: See `dltemplates.training.schedules.build_schedule`.
        weight_decay: Decoupled decay, which is multiplied by the learning rate, or `auto`. Not
            applied to biases and normalisation parameters.
        clip_norm: Norm that the whole gradient is cut to; 0 for none.
        ema: Whether to keep an exponential moving average of the weights.
        spared: Parts of the names of further weights without decay, such as `embeddings`.
    """
    if name not in _USUAL:
        raise ValueError(f"Expected one of {', '.join(_USUAL)}, received {name!r}.")
    usual = _USUAL[name]
    if learning_rate == "auto":
        learning_rate = usual_learning_rate(name, batch_size)
    decay = usual.weight_decay if weight_decay == "auto" else weight_decay
    shared = {
        "learning_rate": build_schedule(schedule, float(learning_rate), steps),
        "weight_decay": float(decay) or None,
        "global_clipnorm": clip_norm or None,
        "use_ema": ema,
    }
    if name == "muon":
        optimizer = _build_muon(batch_size, shared)
    elif name in ("sgd", "momentum", "nesterov"):
        momentum = {"sgd": 0.0, "momentum": 0.9, "nesterov": 0.85}[name]
        rates = {"beta": _BETA_RATE} if name == "nesterov" else None
        optimizer = RatedSGD(momentum=momentum, nesterov=name == "nesterov", rates=rates, **shared)
    else:
        classes = {
            "adagrad": keras.optimizers.Adagrad,
            "rmsprop": keras.optimizers.RMSprop,
            "adam": keras.optimizers.Adam,
            "adamw": FusedAdamW,
            "lion": keras.optimizers.Lion,
        }
        if name == "adamw":
            shared["weight_decay"] = float(decay)  # AdamW refuses None
        optimizer = classes[name](**shared)
    optimizer.exclude_from_weight_decay(var_names=["bias", "beta", "gamma", *spared])
    return optimizer


def _build_muon(batch_size: int, shared: dict) -> ConvolutionalMuon:
    # Kernel updates have a fixed size, so their rate goes with the root of the batch, the rest
    # linearly; the ratio makes up for the difference.
    ratio = _KERNEL_RATIO * (256 / batch_size) ** 0.5
    return ConvolutionalMuon(kernel_rate=ratio, rates={"beta": _BETA_RATE}, **shared)
