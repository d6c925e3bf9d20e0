"""Which setting to change, and to what: only settings that a project has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Settings = Mapping[str, Any]  # by section.key

_MORE_AUGMENTATION = {"none": "light", "light": "strong"}
_SIZES = ("model.width", "model.units", "model.filters")
_LENGTHS = ("train.epochs", "train.steps")


@dataclass(frozen=True)
class Change:
    """A setting of `config.toml`, what it is now, and what to try."""

    key: str
    now: Any
    to: Any


def regularize(settings: Settings) -> tuple[Change, ...]:
    """Against learning by heart, the most promising first."""
    return _changes(
        settings,
        {
            "data.augmentation": _MORE_AUGMENTATION.get,
            "model.dropout": lambda now: round(now + 0.2, 2) if now < 0.4 else None,
            "model.noise": lambda now: round(max(2 * now, 0.1), 2) if now < 0.3 else None,
            "train.label_smoothing": lambda now: 0.1 if now < 0.05 else None,
            "train.weight_decay": lambda now: (
                round(3 * now, 6) if isinstance(now, float) and now else None
            ),
        },
    )


def enlarge(settings: Settings) -> tuple[Change, ...]:
    """For a network that cannot even learn its training data."""
    sizes = {key: (lambda now: 2 * now if isinstance(now, int) else None) for key in _SIZES}
    return _changes(
        settings,
        {
            **sizes,
            "model.dropout": lambda now: round(now / 2, 2) if now > 0.2 else None,
            "data.mix": lambda now: "none" if now != "none" else None,
            "data.augmentation": lambda now: "light" if now == "strong" else None,
        },
    )


def last(settings: Settings, epochs: int, wanted: int) -> tuple[Change, ...]:
    """To train for `wanted` epochs where it were `epochs`."""

    def length(now: Any) -> int:
        return wanted if now == "auto" else max(1, round(now * wanted / epochs))

    known = {key: length for key in _LENGTHS if settings.get(key) != "auto" or key == _LENGTHS[0]}
    return _changes(settings, known)


def rate(settings: Settings, usual: float | None, factor: float) -> tuple[Change, ...]:
    """Another learning rate: the usual one, or `factor` times what it is if it is that already."""

    def other(now: Any) -> Any:
        return "auto" if now != "auto" else usual and float(f"{usual * factor:.1g}")

    return _changes(settings, {"train.learning_rate": other})


def clip(settings: Settings) -> tuple[Change, ...]:
    """To cut gradients that are too long."""
    return _changes(settings, {"train.clip_norm": lambda now: None if now else 1.0})


def hold_out(settings: Settings) -> tuple[Change, ...]:
    return _changes(settings, {"data.validation_fraction": lambda now: None if now else 0.1})


def _changes(settings: Settings, rules: Mapping[str, Callable[[Any], Any]]) -> tuple[Change, ...]:
    """What `rules` make of the settings there are; None is no change."""
    found = []
    for key, rule in rules.items():
        to = rule(settings[key]) if key in settings else None
        if to is not None and to != settings[key]:
            found.append(Change(key, settings[key], to))
    return tuple(found)
