"""What there is to judge a training by, and what can be found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from dltemplates.evaluation.advice import Change, Settings
from dltemplates.evaluation.curves import VALIDATION, Curves


@dataclass(frozen=True)
class Training:
    """What there is to judge.

    Attributes:
        history: Of its epochs.
        monitor: The validation figure that counts, as the history calls it.
        higher_is_better: Whether it is an accuracy or the like, not an error.
        settings: By `section.key`, the run's configuration.
        trivial: What the best constant answer reaches by this figure; None if unknown.
        ignorant_loss: The training loss of knowing nothing, such as log(classes).
        usual_rate: The learning rate that `auto` stands for.
        validation_items: Size of the validation split.
        copies: By name of a split, the share of its items that are in training too.
        kept: Whether it was no training: the weights are those that it started from.
    """

    history: Curves
    monitor: str = "val_loss"
    higher_is_better: bool = False
    settings: Settings = field(default_factory=dict)
    trivial: float | None = None
    ignorant_loss: float | None = None
    usual_rate: float | None = None
    validation_items: int | None = None
    copies: Mapping[str, float] = field(default_factory=dict)
    kept: bool = False

    @property
    def validated(self) -> bool:
        return self.monitor in self.history

    @property
    def counterpart(self) -> str:
        """The same figure on the training data."""
        return self.monitor.removeprefix(VALIDATION)

    def say(self, value: float) -> str:
        """The figure in words."""
        return f"{value:.1%}" if self.higher_is_better else f"{value:.4g}"

    @property
    def noise(self) -> float:
        """What chance alone does to the figure: a standard error of a share, else nothing."""
        if not self.higher_is_better or not self.validation_items:
            return 0.0
        share = float(np.clip(known(self.history[self.monitor])[-1], 0.0, 1.0))
        share = min(share, 1.0 - 0.5 / self.validation_items)
        return (share * (1.0 - share) / self.validation_items) ** 0.5

    @property
    def planned(self) -> int | None:
        """The epochs it was to have, as far as the settings tell."""
        epochs, steps = (self.settings.get(key) for key in ("train.epochs", "train.steps"))
        if isinstance(epochs, int):
            return epochs
        in_epoch = self.settings.get("train.steps_per_epoch")
        return -(-steps // in_epoch) if isinstance(steps, int) and in_epoch else None

    @property
    def rate_ratio(self) -> float | None:
        """The learning rate over the usual one; None where it is `auto`, or that is unknown."""
        rate = self.settings.get("train.learning_rate")
        if not isinstance(rate, int | float) or not self.usual_rate:
            return None
        return float(rate) / self.usual_rate


@dataclass(frozen=True)
class Finding:
    """One thing that the curves say.

    Attributes:
        name: It, in a few words.
        words: What that means.
        evidence: The figures it is drawn from.
        advice: What to do.
        changes: Settings to change, each worth a try by itself.
        good: Whether nothing needs doing.
    """

    name: str
    words: str
    evidence: str
    advice: str = ""
    changes: tuple[Change, ...] = ()
    good: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def label(name: str) -> str:
    """`val_accuracy` in words."""
    words = name.removeprefix(VALIDATION).replace("_", " ")
    words = {"mse": "mean squared error"}.get(words, words)
    return f"validation {words}" if name.startswith(VALIDATION) else f"the {words}"


def epochs_of(count: int) -> str:
    return "epoch" if count == 1 else f"{count} epochs"


def known(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]
