"""A template that data fit, with the settings that they speak for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltemplates.data.encoded_images import printable
from dltemplates.errors import DataError
from dltemplates.inspection.finding import Finding


@dataclass(frozen=True)
class Recommendation:
    """A value for one of a template's parameters, and what in the data speaks for it.

    Attributes:
        name: The parameter.
        value: Its value.
        reason: In English; empty where the user said so.
        korean: The same in Korean.
    """

    name: str
    value: str | bool | int | float
    reason: str = ""
    korean: str = ""

    def comments(self) -> dict[str, str]:
        """The reason as it stands above a key of `config.toml`, by language."""
        return {"en": f"{self.reason} (inspect)", "ko": f"{self.korean} (inspect)"}


@dataclass(frozen=True)
class Candidate:
    """One template that could be used.

    Attributes:
        template: Its name.
        because: Why it fits, a sentence.
        finding: The data, read as it reads them.
        recommendations: What differs from its defaults.
    """

    template: str
    because: str
    finding: Finding
    recommendations: tuple[Recommendation, ...]

    def values(self) -> dict[str, str | bool | int | float]:
        """The recommended values by parameter."""
        return {each.name: each.value for each in self.recommendations}

    def comments(self) -> dict[str, dict[str, str]]:
        """The reasons by parameter, but for what the user said without words: which data."""
        return {each.name: each.comments() for each in self.recommendations if each.reason}

    def as_dict(self) -> dict[str, Any]:
        return {
            "template": self.template,
            "because": self.because,
            "data": self.finding.as_dict(),
            "parameters": {
                each.name: {"value": _printable(each.value), "reason": each.reason}
                for each in self.recommendations
            },
        }


def names_setting(
    name: str, columns: Sequence[str], reason: str, korean: str, path: Path
) -> list[Recommendation]:
    """A setting that is a list of columns, which commas separate.

    Raises:
        DataError: A column has a comma in its name.
    """
    wrong = [column for column in columns if "," in column]
    if wrong:
        raise DataError(
            f"The column {wrong[0]!r} has a comma in its name, and has to be named in a list.",
            where=path,
            hint="Call it otherwise in the file.",
        )
    return [Recommendation(name, ",".join(columns), reason, korean)]


def source(finding: Finding) -> list[Recommendation]:
    """The two settings that every template needs to read a user's own files."""
    return [
        Recommendation("source", "path"),
        Recommendation("path", str(finding.path)),
    ]


def _printable(value: str | bool | int | float) -> str | bool | int | float:
    """A path may have bytes that are no UTF-8."""
    return printable(value) if isinstance(value, str) else value
