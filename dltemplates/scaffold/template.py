"""A template: what `template.toml` says of it, and the folders that its files come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dltemplates.scaffold.parameters import Parameter

LANG = "lang"  # the parameter that says which language a project is in


@dataclass(frozen=True)
class Template:
    """A template that can be rendered.

    Args:
        name: Such as `cnn-classifier`.
        version: Of the template, not of this package.
        task: What its projects do, such as `image classification`.
        commands: What to run in a new project, in order, such as `train`.
        summary: One line by language; English is always there.
        parameters: By name, in the order in which they are asked.
        origin: What finds it again: its name if it is one of ours, `PACKAGE:NAME` if it is an
            installed package's, the address of a git repository, else its folder.
        layers: Folders of files. Where two have the same file, the later one wins.
        hooks: Commands by name, which run only if a user asks for one.
        source: Whose it is, for people: `dltemplates`, a package and its version, an address.
        commit: Of a git repository, the commit that the files are from.
    """

    name: str
    version: str
    task: str
    commands: tuple[str, ...]
    summary: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    origin: str
    layers: tuple[Path, ...]
    hooks: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    commit: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that its projects can be in; none if it leaves no choice."""
        return self.parameters[LANG].choices if LANG in self.parameters else ()

    def summary_in(self, language: str) -> str:
        """Returns the summary in `language`, else in English."""
        return self.summary.get(language) or self.summary["en"]
