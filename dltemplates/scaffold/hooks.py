"""Commands that a template offers to run in a new project. None runs unless it is asked for."""

import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from dltemplates.errors import HookError, TemplateError, did_you_mean
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.tree import rename_package


def command_of(template: Template, name: str, package: str) -> str:
    """Returns the command of the hook `name`, in a project whose package is `package`."""
    return rename_package(template.hooks[name], package)


def check(template: Template, names: Iterable[str]) -> None:
    """Raises `TemplateError` unless `template` has all these hooks."""
    for name in names:
        if name not in template.hooks:
            hint = did_you_mean(name, template.hooks) or "It has none."
            raise TemplateError(f"{template.name} has no hook {name!r}.", hint=hint)


def run(command: str, project: Path, output: IO[str] | None = None) -> None:
    """Runs a hook's command in the folder `project`, without a shell.

    Args:
        command: Its words; a first word `python` means the Python that runs this.
        project: Where it runs.
        output: Where its standard output goes; default: to ours.
    """
    words = shlex.split(command)
    program = sys.executable if words[0] == "python" else words[0]
    try:
        code = subprocess.run([program, *words[1:]], cwd=project, stdout=output).returncode
    except OSError as error:
        raise _failed(command, project, f"{error.strerror or error}") from error
    if code:
        raise _failed(command, project, f"it ended with {code}")


def _failed(command: str, project: Path, reason: str) -> HookError:
    hint = f"The project itself is complete. To try again, run this in {project}: {command}"
    return HookError(f"the hook failed: {reason}.", where=command, hint=hint)
