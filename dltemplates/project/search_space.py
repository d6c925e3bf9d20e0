"""The settings that `tune` may change: `[tune.space]` in config.toml."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from dltemplates.errors import ConfigError, did_you_mean
from dltemplates.project.config import Section, changed

_EXAMPLE = """Say what may be tried, in config.toml:
    [tune.space]
    "train.learning_rate" = { low = 1e-4, high = 1e-2, log = true }
    "train.optimizer" = ["adam", "adamw"]"""
# what is validated on, and luck: trials that differ in them cannot be compared
_NOT_TRIED = {"data.validation_fraction", "data.test_fraction", "data.split_seed", "train.seed"}
_PARTS = ("low", "high", "log", "step")


class TuneTable(Section):
    """`[tune]` in config.toml. Only `tune` reads it, so no other command stumbles over it."""

    space: dict[str, Any] = Field(default_factory=dict)


def tune_table() -> Any:
    """The field `tune: TuneTable = tune_table()` of a project's configuration.

    It may be missing, and is no part of the configuration that a run keeps.
    """
    return Field(default_factory=TuneTable, exclude=True)


@dataclass(frozen=True)
class Choices:
    """One of some values."""

    values: tuple[str | int | float | bool, ...]

    def __contains__(self, value: object) -> bool:
        return any(value == each and type(value) is type(each) for each in self.values)

    @property
    def ends(self) -> tuple[Any, ...]:
        """The values that the schema must take."""
        return self.values


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`, both included; whole if both are."""

    low: int | float
    high: int | float
    log: bool = False
    step: int | float | None = None

    @property
    def whole(self) -> bool:
        return isinstance(self.low, int) and isinstance(self.high, int)

    def __contains__(self, value: object) -> bool:
        kinds = int if self.whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            return False
        if not self.low <= value <= self.high:
            return False
        steps = (value - self.low) / (self.step or (1 if self.whole else value - self.low or 1))
        return math.isclose(steps, round(steps), abs_tol=1e-9)

    @property
    def ends(self) -> tuple[Any, ...]:
        return (self.low, self.high)


Dimension = Choices | Range


def read_space(config: Any, path: object) -> dict[str, Dimension]:
    """The dimensions of the search by `section.key`, each checked against the schema.

    Args:
        config: The project's configuration.
        path: The file that it was read from, for errors.

    Raises:
        ConfigError: The space is empty, a key is unknown, a range is none, or the schema refuses a
            value.
    """
    space: dict[str, Dimension] = {}
    for name, value in _by_full_name(config, config.tune.space).items():
        where = f"{path}, [tune.space] {name!r}"
        changed(config, {name: _current(config, name)}, where)
        if name in _NOT_TRIED:
            raise ConfigError(
                "Trials that differ in this cannot be compared.", where=where, hint="Take it out."
            )
        dimension = _dimension(value, where)
        for each in dimension.ends:
            changed(config, {name: each}, where)
        space[name] = dimension
    if not space:
        raise ConfigError("There is nothing to try.", where=f"{path}, [tune.space]", hint=_EXAMPLE)
    return space


def current_values(config: Any, space: Mapping[str, Dimension]) -> dict[str, Any]:
    """What the configuration says of the settings in the space."""
    return {name: _current(config, name) for name in space}


def _current(config: Any, name: str) -> Any:
    section, _, key = name.partition(".")
    return getattr(getattr(config, section, None), key, None)


def _by_full_name(config: Any, table: Mapping[str, Any]) -> dict[str, Any]:
    """Joins what TOML took apart where a name had no quotes: train.seed is seed in train."""
    names: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict) and name in type(config).model_fields:
            names |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            names[name] = value
    return names


def _dimension(value: Any, where: str) -> Dimension:
    if isinstance(value, list):
        return _choices(value, where)
    if isinstance(value, dict):
        return _range(value, where)
    raise ConfigError(
        f"Expected a list of values or a range, received {value!r}.",
        where=where,
        hint="For instance: [0.0, 0.25, 0.5] or { low = 0.0, high = 0.5 }",
    )


def _choices(values: list[Any], where: str) -> Choices:
    if len(values) < 2:
        raise ConfigError("Expected two values or more to choose from.", where=where)
    for value in values:
        if not isinstance(value, str | int | float | bool):
            raise ConfigError(
                f"Expected texts, numbers or true and false, received {value!r}.", where=where
            )
    return Choices(tuple(values))


def _range(parts: dict[str, Any], where: str) -> Range:
    for name in parts:
        if name not in _PARTS:
            raise ConfigError(
                f"Unknown part {name!r}.", where=where, hint=did_you_mean(name, _PARTS)
            )
    for name in ("low", "high", "step"):
        value = parts.get(name, 1 if name == "step" else None)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise ConfigError(
                f"Expected a number for {name!r}, received {value!r}." if name in parts
                else f"A range needs {name!r}.",
                where=where,
            )  # fmt: skip
    log, step = parts.get("log", False), parts.get("step")
    if not isinstance(log, bool):
        raise ConfigError(f"Expected true or false for 'log', received {log!r}.", where=where)
    low, high = parts["low"], parts["high"]
    if low >= high:
        raise ConfigError(f"'low' is not below 'high': {low!r} and {high!r}.", where=where)
    if log and low <= 0:
        raise ConfigError(f"With log = true, 'low' is above 0; received {low!r}.", where=where)
    if step is not None and (log or step <= 0):
        raise ConfigError("'step' is above 0, and not together with log = true.", where=where)
    found = Range(low, high, log, step)
    if found.whole and step is not None and not isinstance(step, int):
        raise ConfigError(f"'step' of a whole number is whole; received {step!r}.", where=where)
    return found
