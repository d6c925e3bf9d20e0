"""A project's `pyproject.toml` without the dependency on the library, with what its copy needs."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dltemplates.errors import TargetError
from dltemplates.machine.requirements import Requirement, read_requirements
from dltemplates.scaffold.ejecting.library import NAME

FILE = "pyproject.toml"
# Packages whose names at import and in registries differ by more than a hyphen.
_DISTRIBUTIONS = {"PIL": "pillow", "sklearn": "scikit-learn"}
# What a package imports, or needs for what we do with it, without saying so in its own metadata.
_SILENT = {
    "tensorflow-datasets": ("importlib-resources",),
    "mlflow": ("tensorboard",),
    "pandas": ("pyarrow",),
}
_OURS = re.compile(r"""(["'])dltemplates(?:\[(?P<extras>[^\]]*)\])?(?![\w.-])[^"'\n]*\1""")
_ONE_LINE = re.compile(r"(\s*[\w\"'.-]+\s*=\s*\[)(.*)\](\s*(?:#.*)?)")
_TEXT = re.compile(r""""[^"]*"|'[^']*'""")
_EXTRAS = ("project", "optional-dependencies")
_DATA = ("tool", "setuptools", "package-data")


def needed(imported: Iterable[str]) -> list[Requirement]:
    """The library's requirements that are imported, with their ranges and extras.

    Args:
        imported: Packages by import name; those that are no requirement are left out.

    Raises:
        TargetError: The library runs from its source and has no metadata.
    """
    known = read_requirements(NAME)
    if not known:
        hint = "Install it: pip install dltemplates"
        raise TargetError("is not installed, so what it needs is not known.", where=NAME, hint=hint)
    names = {distribution(each) for each in imported}
    names |= {silent for name in names for silent in _SILENT.get(name, ())}
    found = [each for each in known if _canonical(each.name) in names]
    return sorted(
        found, key=lambda each: each.extra
    )  # builders of packages order extras as they like


def distribution(package: str) -> str:
    """What registries call a package."""
    return _DISTRIBUTIONS.get(package, _canonical(package))


def read(data: bytes) -> dict[str, Any]:
    """Returns what a `pyproject.toml` says."""
    try:
        return tomllib.loads(data.decode())
    except ValueError as error:
        hint = "Correct the file first; nothing was changed."
        raise TargetError(f"is no TOML: {error}.", where=FILE, hint=hint) from error


def part(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Returns a table within a table; an empty one if there is none."""
    for key in keys:
        inner = table.get(key)
        table = inner if isinstance(inner, dict) else {}
    return table


def without_library(
    data: bytes, requirements: list[Requirement], package_data: Mapping[str, list[str]]
) -> bytes:
    """Returns a `pyproject.toml` that needs the library no more.

    Args:
        data: The file as it is.
        requirements: What the copy imports.
        package_data: By package of the copy, its files that are no modules.
    """
    table = read(data)
    newline = "\r\n" if b"\r\n" in data else "\n"
    text = data.decode().replace("\r\n", "\n")
    extras = part(table, *_EXTRAS)
    # These need no more than their extra.
    beside = {line for lines in extras.values() if isinstance(lines, list) for line in lines}

    def replacement(match: re.Match[str]) -> list[str]:
        asked = set(_extras(match))
        if match[0][1:-1] not in beside:
            asked.add("")
        return [_quoted(each) for each in requirements if each.extra in asked]

    offered = {*extras, *(extra for match in _OURS.finditer(text) for extra in _extras(match))}
    more = [each for each in requirements if each.extra and each.extra not in offered]
    text = "\n".join(_line(line, replacement) for line in text.split("\n"))
    text = _with_packages(_with_extras(text, more), table, package_data)
    return text.replace("\n", newline).encode()


def _line(line: str, replacement: Callable[[re.Match[str]], list[str]]) -> str:
    """A line with each text that names the library replaced by several."""
    if line.lstrip().startswith("#") or not _OURS.search(line):
        return line
    if one_line := _ONE_LINE.fullmatch(line):
        shown: list[str] = []
        for item in _TEXT.findall(one_line[2]):
            own = _OURS.fullmatch(item)
            shown += replacement(own) if own else [item]
        body = "".join(f"    {item},\n" for item in dict.fromkeys(shown))
        return f"{one_line[1]}\n{body}]{one_line[3]}"
    indent = line[: len(line) - len(line.lstrip())]
    return _OURS.sub(lambda own: f",\n{indent}".join(replacement(own)), line)


def _with_extras(text: str, requirements: list[Requirement]) -> str:
    """Adds the extras that the library had and the project did not name."""
    extras: dict[str, list[str]] = {}
    for each in requirements:
        extras.setdefault(each.extra, []).append(_quoted(each))
    lines = "".join(f"{name} = [{', '.join(items)}]\n" for name, items in extras.items())
    return _with_lines(text, _EXTRAS, lines)


def _with_packages(text: str, table: dict[str, Any], package_data: Mapping[str, list[str]]) -> str:
    """Names the copy's packages where the project lists its own, and the files in them."""
    listed = part(table, "tool", "setuptools").get("packages")
    if isinstance(listed, list) and listed:
        names = "".join(f'    "{name}",\n' for name in [*listed, *package_data])
        pattern = re.compile(r"^packages\s*=\s*\[[^\]]*\]", re.MULTILINE)
        text = pattern.sub(lambda _: f"packages = [\n{names}]", text, count=1)
    quoted = {
        package: ", ".join(f'"{name}"' for name in names) for package, names in package_data.items()
    }
    lines = "".join(f'"{package}" = [{names}]\n' for package, names in quoted.items() if names)
    return _with_lines(text, _DATA, lines)


def _with_lines(text: str, keys: tuple[str, ...], lines: str) -> str:
    """Adds lines to a table; a new one comes before those of other tools, or last."""
    if not lines:
        return text
    heading = f"[{'.'.join(keys)}]"
    there = re.search(rf"^{re.escape(heading)}[^\n]*\n", text, re.MULTILINE)
    if there:
        return text[: there.end()] + lines + text[there.end() :]
    place = text.find("\n[tool.pytest")
    block = f"\n{heading}\n{lines}"
    longer = text[:place] + block + text[place:] if place >= 0 else f"{text.rstrip()}\n{block}"
    try:
        tomllib.loads(longer)
    except tomllib.TOMLDecodeError:  # the table is there, spelled in another way
        return text
    return longer


def _quoted(requirement: Requirement) -> str:
    """Such as `"keras>=3.15,<4"`: metadata have the upper limit first."""
    limits = sorted(requirement.versions.split(","), key=lambda each: not each.startswith(">"))
    return f'"{requirement.name}{",".join(limits)}"'


def _extras(match: re.Match[str]) -> list[str]:
    return [extra.strip() for extra in (match["extras"] or "").split(",") if extra.strip()]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
