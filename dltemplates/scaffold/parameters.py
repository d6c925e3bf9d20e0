"""A template's parameter: its type, its range, its default, and the check of an answer to it."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from dltemplates.errors import AnswerError, did_you_mean

Value = str | bool | int | float

AUTO = "auto"
TYPES = ("int", "float", "bool", "choice", "string", "path")
NUMBERS = ("int", "float")

_TRUE = ("true", "yes", "y", "on", "1")
_FALSE = ("false", "no", "n", "off", "0")
_NOUNS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "choice": "one of",
    "string": "text",
    "path": "a path",
}


def text_of(value: Value) -> str:
    """Returns `value` as a user would type it after `--set name=`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Parameter:
    """One row of a template's table of parameters.

    Args:
        name: What the user sets, as in `--set name=value`.
        type: One of `TYPES`.
        default: The answer of a user who has none.
        help: What it means, by language; English is always there.
        minimum, maximum: Bounds of a number, both allowed.
        choices: The values of a choice.
        pattern: A regular expression that a whole text must match.
        unit: What a number counts.
        auto: Whether "auto" is an answer too.
        when: Asked only if each earlier parameter named here has one of these values.
        defaults_for: Another default for each value of an earlier parameter, that value as text.
        choices_for: Fewer choices for values of an earlier parameter, likewise.
        ask: Whether `new` asks for it on a terminal.
    """

    name: str
    type: str
    default: Value
    help: Mapping[str, str]
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    unit: str = ""
    auto: bool = False
    when: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    defaults_for: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    choices_for: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    ask: bool = True

    def parse(self, text: str) -> Value:
        """Returns the value that a user typed, or raises `AnswerError`."""
        if self.auto and text == AUTO:
            return AUTO
        try:
            value = _READERS[self.type](text)
        except ValueError:
            self._refuse(text)
        return self.check(value)

    def check(self, value: object) -> Value:
        """Returns a value from TOML or JSON in the parameter's type, or raises `AnswerError`."""
        if self.auto and value == AUTO:
            return AUTO
        if self.type in NUMBERS:
            return self._check_number(value)
        if self.type == "bool":
            return value if isinstance(value, bool) else self._refuse(value)
        if not isinstance(value, str):
            self._refuse(value)
        return self._check_text(value)

    def default_given(self, answers: Mapping[str, Value]) -> Value:
        """Returns the default, which may depend on earlier answers."""
        for name, defaults in self.defaults_for.items():
            if (value := text_of(answers[name])) in defaults:
                return defaults[value]
        return self.default

    def beside(self, answers: Mapping[str, Value]) -> "Parameter":
        """Returns the parameter with the choices that earlier answers leave."""
        for name, choices in self.choices_for.items():
            if (value := text_of(answers[name])) in choices:
                return replace(self, choices=choices[value])
        return self

    def describe(self) -> str:
        """Returns what it expects: `a whole number, 8 to 512 images, or auto`."""
        words = _NOUNS[self.type]
        if self.choices:
            words = f"one of {', '.join(self.choices)}"
        if self.pattern:
            words += f" that matches {self.pattern}"
        if measure := self._measure():
            words += f", {measure}"
        return f"{words}, or {AUTO}" if self.auto else words

    def condition(self) -> str:
        """Returns the `--set` values that it needs: `network=resnet or network=plain`."""
        return " and ".join(
            " or ".join(f"{name}={text_of(value)}" for value in values)
            for name, values in self.when.items()
        )

    def help_in(self, language: str) -> str:
        """Returns the help in `language`, else in English."""
        return self.help.get(language) or self.help["en"]

    def _measure(self) -> str:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            words = f"{low} to {high} {self.unit}"
        elif low is not None:
            words = f"at least {low} {self.unit}"
        elif high is not None:
            words = f"at most {high} {self.unit}"
        else:
            words = self.unit
        return words.strip()

    def _check_number(self, value: object) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(value)
        if self.type == "int" and not isinstance(value, int):
            self._refuse(value)
        if not math.isfinite(value):
            self._refuse(value)
        if self.minimum is not None and value < self.minimum:
            self._refuse(value)
        if self.maximum is not None and value > self.maximum:
            self._refuse(value)
        return float(value) if self.type == "float" else value

    def _check_text(self, value: str) -> str:
        if self.type == "choice" and value not in self.choices:
            self._refuse(value, did_you_mean(value, self.choices))
        if self.pattern and not re.fullmatch(self.pattern, value):
            self._refuse(value)
        if not value.isprintable():  # a line break, a NUL, or bytes that are not UTF-8
            self._refuse(value, "It has a line break or another character that cannot be printed.")
        return value

    def _refuse(self, value: object, hint: str | None = None) -> NoReturn:
        message = f"expected {self.describe()}; received {value!r}."
        raise AnswerError(message, where=f"parameter {self.name!r}", hint=hint)


def _read_bool(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(text)


_READERS: dict[str, Callable[[str], Value]] = {
    "int": int,
    "float": float,
    "bool": _read_bool,
    "choice": str,
    "string": str,
    "path": str,
}
