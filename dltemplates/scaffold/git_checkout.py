"""Fetches a template from git into a temporary folder, and runs nothing that comes with it."""

import contextlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dltemplates.errors import TemplateError
from dltemplates.scaffold.git_address import GitAddress

TIME_LIMIT = 300.0  # seconds for all that one git command does

# A template is files. Hooks, submodules, filters and line endings of its reader's are none.
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.autocrlf": "false",
    "core.askPass": "",
    "submodule.recurse": "false",
    "filter.lfs.smudge": "",
    "filter.lfs.process": "",
    "filter.lfs.required": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
}
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_ALLOW_PROTOCOL": "https:ssh:file",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "LC_ALL": "C",
}
# Set where git itself called us, as in a hook: they would lead it to another repository.
_OTHER_REPOSITORY = frozenset(
    """GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_DIR GIT_INDEX_FILE GIT_NAMESPACE
    GIT_OBJECT_DIRECTORY GIT_PREFIX GIT_SHALLOW_FILE GIT_TEMPLATE_DIR GIT_WORK_TREE""".split()
)


@dataclass(frozen=True)
class Checkout:
    """The files of a template in git, and the commit that they are from."""

    folder: Path
    commit: str


@contextlib.contextmanager
def checked_out(address: GitAddress) -> Iterator[Checkout]:
    """Gives the files at `address`, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(
        prefix="dltemplates-git-", ignore_cleanup_errors=True
    ) as place:
        root = Path(place).resolve()
        ask = ["--depth=1", "--no-tags", "--no-recurse-submodules", "--quiet", "--"]
        _git(address, root, "init", "--quiet", "--template=")
        _git(address, root, "fetch", *ask, address.url, address.ref or "HEAD")
        _git(address, root, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        commit = _git(address, root, "rev-parse", "HEAD").strip()
        folder = (root / address.subdirectory).resolve()
        if not folder.is_dir() or not folder.is_relative_to(root):
            message = f"the repository has no folder {address.subdirectory!r}."
            raise TemplateError(message, where=address)
        yield Checkout(folder, commit)


def _git(address: GitAddress, folder: Path, *arguments: str) -> str:
    """Runs git in `folder`; it can ask nobody, and has no terminal to ask on."""
    settings = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    kept = {key: value for key, value in os.environ.items() if key not in _OTHER_REPOSITORY}
    try:
        result = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env={**kept, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME_LIMIT,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        hint = "Install git, or download the template and name its folder."
        raise TemplateError("git is not installed.", where=address, hint=hint) from error
    except subprocess.TimeoutExpired as error:
        hint = "Clone the repository yourself, and name its folder."
        raise TemplateError(
            f"git did not end within {TIME_LIMIT:g} s.", where=address, hint=hint
        ) from error
    if result.returncode:
        raise _failure(address, result.stderr)
    return result.stdout


def _failure(address: GitAddress, said: str) -> TemplateError:
    if re.search(r"couldn't find remote ref|not our ref|no such ref", said):
        if not address.ref:
            return TemplateError("the repository has no commit yet.", where=address)
        return TemplateError(
            f"there is no branch, tag or commit {address.ref!r}.",
            where=address,
            hint="A commit needs all of its 40 digits.",
        )
    lines = [line for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["failed"]
    reason = told[0].partition(": ")[2] or told[0]
    hint = f"See whether this works here: git ls-remote {address.url}"
    return TemplateError(f"git says: {reason.rstrip('.')}.", where=address, hint=hint)
