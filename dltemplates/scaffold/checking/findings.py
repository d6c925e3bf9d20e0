"""What a check of a template found: one line a check, and below it each fault once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """A fault.

    Attributes:
        file: The template's file, from the template's folder; empty where it is in none.
        message: What is wrong.
        settings: `--set` values of a project that shows it, the fewest there are; None where no
            project is needed to see it.
        others: How many other sets of answers show it too.
    """

    file: str
    message: str
    settings: tuple[str, ...] | None = None
    others: int = 0


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What, in a word.
        summary: What was done, or why nothing was.
        done: Whether anything was.
        findings: What is wrong; nothing if it is empty.
    """

    name: str
    summary: str
    done: bool = True
    findings: tuple[Finding, ...] = field(default=())

    @property
    def passed(self) -> bool | None:
        """Whether all is well; None if nothing was looked at."""
        return not self.findings if self.done else None

    def as_dict(self) -> Mapping[str, object]:
        return {
            "name": self.name,
            "passed": self.passed,
            "summary": self.summary,
            "findings": [vars(finding) for finding in self.findings],
        }


class Collected:
    """Faults of many renderings: each kept once, with the fewest answers that show it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[tuple[str, ...]]] = {}

    def add(self, file: str, message: str, settings: Iterable[str] = ()) -> None:
        self._found.setdefault((file, message), []).append(tuple(settings))

    def findings(self) -> tuple[Finding, ...]:
        """Returns them in the order in which they were found first."""
        return tuple(
            Finding(file, message, min(shown, key=len), len(shown) - 1)
            for (file, message), shown in self._found.items()
        )
