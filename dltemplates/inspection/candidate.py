"""A template that data fit, with the settings that they speak for."""

from dataclasses import dataclass
from typing import Any

from dltemplates.inspection.finding import Finding


@dataclass(frozen=True)
class Recommendation:
    """A value for one of a template's parameters, and what in the data speaks for it."""

    name: str
    value: str | bool | int | float
    reason: str

    def comment(self) -> str:
        """The reason as it stands above a key of `config.toml`."""
        return f"{self.reason} (inspect)"


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

    def comments(self) -> dict[str, str]:
        """The reasons by parameter, but for what the user said without words: which data."""
        return {each.name: each.comment() for each in self.recommendations if each.reason}

    def as_dict(self) -> dict[str, Any]:
        return {
            "template": self.template,
            "because": self.because,
            "data": self.finding.as_dict(),
            "parameters": {
                each.name: {"value": each.value, "reason": each.reason}
                for each in self.recommendations
            },
        }


def source(finding: Finding) -> list[Recommendation]:
    """The two settings that every template needs to read a user's own files."""
    return [
        Recommendation("source", "path", ""),
        Recommendation("path", str(finding.path), ""),
    ]
