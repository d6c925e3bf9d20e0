"""Which versions this installation needs, and which it has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from operator import eq, ge, gt, le, lt, ne

from dltemplates import DISTRIBUTION

_COMPARE = {">=": ge, "<=": le, "==": eq, "!=": ne, ">": gt, "<": lt}
_FOR_DEVELOPERS = {"test", "lint", "dev"}


@dataclass(frozen=True)
class Requirement:
    """A package that another needs.

    Attributes:
        name: As package registries call it.
        versions: The range, such as `>=2.21,<2.22`; empty: any.
        extra: The extra that it belongs to; empty: it is always needed.
    """

    name: str
    versions: str
    extra: str

    @property
    def installed(self) -> str | None:
        """The version that is there; None if there is none."""
        try:
            return metadata.version(self.name)
        except metadata.PackageNotFoundError:
            return None

    @property
    def met(self) -> bool:
        return self.installed is not None and in_range(self.installed, self.versions)

    @property
    def command(self) -> str:
        """What installs it."""
        return f'python -m pip install "{self.name}{self.versions}"'


def read_requirements(package: str = DISTRIBUTION) -> list[Requirement]:
    """What a package says it needs; empty if it is not installed, only run from its source."""
    try:
        lines = metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return []
    return [found for found in map(_parse, lines) if found.extra not in _FOR_DEVELOPERS]


def python_range(package: str = DISTRIBUTION) -> str:
    """The versions of Python that a package runs on; empty if it does not say."""
    try:
        return metadata.metadata(package)["Requires-Python"] or ""
    except metadata.PackageNotFoundError:
        return ""


def in_range(version: str, versions: str) -> bool:
    """Whether `version` is in a range such as `>=2.21,<2.22`. What is not understood is met."""
    for comparison, limit in _comparisons(versions):
        here, there = _numbers(version), _numbers(limit)
        length = max(len(here), len(there))
        padded = [[*numbers, *[0] * (length - len(numbers))] for numbers in (here, there)]
        if not _COMPARE[comparison](*padded):
            return False
    return True


def _comparisons(versions: str) -> Iterator[tuple[str, str]]:
    for part in versions.split(","):
        match = re.fullmatch(r"\s*(>=|<=|==|!=|>|<)\s*([\d.]+)\s*", part)
        if match is not None:
            yield match[1], match[2]


def _numbers(version: str) -> list[int]:
    """The release, without what follows, such as rc1 or +cpu."""
    match = re.match(r"[\d.]*\d", version)
    return [int(number) for number in match[0].split(".") if number] if match else []


def _parse(line: str) -> Requirement:
    stated, _, marker = line.partition(";")
    extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
    match = re.match(r"\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*\(?([^)]*)\)?", stated)
    name, versions = (match[1], match[2]) if match else (stated, "")
    return Requirement(name, versions.replace(" ", ""), extra[1] if extra else "")
