"""The argument PROJECT, which the commands for existing projects share."""

from pathlib import Path
from typing import Any

import click


class ProjectFolder(click.Path):
    """A folder; nothing at all, as of a variable that a script never set, is not this one."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("The path is empty. Name a folder; . is this one.", param, ctx)
        return super().convert(value, param, ctx)


argument = click.argument("project", type=ProjectFolder(), default=".", required=False)
