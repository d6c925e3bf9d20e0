"""Whether a project is whole: lint, tests, a few steps of training, export, parity."""

import json
import re
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path

from dltemplates.machine.check import Check
from dltemplates.scaffold.checking.project_process import Ended, ProjectProcess

STEPS = ("lint", "tests", "train", "export", "parity")
_NEEDS = {"export": "train", "parity": "export"}
_TRAINING_STEPS = 10
# As older and newer versions of ruff say it.
_UNFORMATTED = re.compile(r"^(?:Would reformat: | *--> )(.+?)(?::\d+:\d+)?$", re.MULTILINE)
_NO_TESTS = 5  # pytest's exit status where it found none


@dataclass(frozen=True)
class Verified:
    """What one step found, and how many seconds it took."""

    check: Check
    seconds: float

    def as_dict(self) -> dict[str, object]:
        return {**self.check.as_dict(), "seconds": round(self.seconds, 2)}


def wanted_steps(only: Set[str], skip: Set[str]) -> list[str]:
    """The steps to take, in order, with those that they need; default: all."""
    wanted = set(only or STEPS) - set(skip)
    for step, needed in reversed(list(_NEEDS.items())):
        if step in wanted:
            wanted.add(needed)
    return [step for step in STEPS if step in wanted]


def verify(
    project: Path, package: str, steps: list[str], begin: Callable[[str], None]
) -> Iterator[Verified]:
    """Takes the steps one by one. What they write goes to a folder that is gone afterwards.

    Args:
        project: The project's folder.
        package: The name of its package.
        steps: Which to take, of `STEPS`.
        begin: Told of each step before it is taken.
    """
    take = {"lint": _lint, "tests": _tests, "train": _train, "export": _export, "parity": _parity}
    failed: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="dltemplates-verify-") as scratch:
        process = ProjectProcess(project, package, Path(scratch))
        for step in steps:
            begin(step)
            began = time.perf_counter()
            needed = _NEEDS.get(step, "")
            if needed in failed:
                check = Check(step, "note", f"left out: it needs {needed}")
            else:
                check = take[step](process)
            seconds = time.perf_counter() - began
            if check.state != "ok":
                failed.add(step)
            found = check.found if needed in failed else f"{check.found}, {seconds:.1f} s"
            yield Verified(replace(check, found=found), seconds)


def _lint(process: ProjectProcess) -> Check:
    if not process.has("ruff"):
        return _absent("lint", "ruff")
    problems = process.run("-m", "ruff", "check", "--no-cache", "--output-format", "concise", ".")
    layout = process.run("-m", "ruff", "format", "--no-cache", "--check", ".")
    if problems.code == layout.code == 0:
        return Check("lint", "ok", "no problem, and formatted")
    said = []
    if problems.code:
        lines = [line for line in problems.out.splitlines() if re.match(r"\S+:\d+:\d+:", line)]
        said.append(f"{len(lines)} to correct: {lines[0]}" if lines else problems.reason)
    if layout.code:
        files = _UNFORMATTED.findall(layout.out)
        said.append(f"not formatted: {', '.join(files[:3])}" if files else layout.reason)
    mend = "python -m ruff check --fix .\npython -m ruff format ."
    return Check("lint", "wrong", "; ".join(said), mend)


def _tests(process: ProjectProcess) -> Check:
    if not process.has("pytest"):
        return _absent("tests", "pytest")
    place = f"--basetemp={process.scratch / 'tests'}"
    ended = process.run("-m", "pytest", "-q", "-p", "no:cacheprovider", place)
    if ended.code == _NO_TESTS:
        return Check("tests", "note", "there are none", "Write some below tests/")
    lines = ended.out.strip().splitlines() or [ended.reason]
    told = re.sub(r" in [\d.]+s.*|^=+ | =+$|, \d+ warnings?", "", lines[-1])
    if ended.code == 0:
        return Check("tests", "ok", told)
    first = next((line for line in lines if line.startswith(("FAILED", "ERROR"))), "")
    found = f"{told}: {first.partition(' ')[2]}" if first else ended.reason
    return Check("tests", "wrong", found, "python -m pytest -x")


def _train(process: ProjectProcess) -> Check:
    if missing := _missing("train", "train", process):
        return missing
    limit = _limit(process)
    if limit is None:
        found = "left out: its training cannot be cut short"
        return Check("train", "note", found, f"python -m {process.package} train")
    ended = process.command("train", "--name", "verify", *limit)
    if ended.code:
        return _failed("train", ended, f"python -m {process.package} train --debug")
    how = f"{limit[-1]} steps or more" if limit[-2] == "--max-steps" else f"with {limit[-1]}"
    return Check("train", "ok", f"{how}, on the project's own data")


def _limit(process: ProjectProcess) -> tuple[str, ...] | None:
    """What makes a training short: the option for it, else a setting."""
    told = process.help("train") or ""
    quiet = ("--no-tensorboard",) if "--no-tensorboard" in told else ()
    if "--max-steps" in told:
        return (*quiet, "--max-steps", str(_TRAINING_STEPS))
    try:
        config = tomllib.loads((process.folder / "config.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    for name, value in (("steps", _TRAINING_STEPS), ("epochs", 1)):
        if "--set" in told and name in config.get("train", {}):
            return (*quiet, "--set", f"train.{name}={value}")
    return None


def _export(process: ProjectProcess) -> Check:
    if missing := _missing("export", "export", process, "--to"):
        return missing
    ended = process.command("export", "--run", "verify", "--to", str(process.scratch / "export"))
    if ended.code:
        return _failed("export", ended, f"python -m {process.package} export --debug")
    files = [file for file in (process.scratch / "export").rglob("*") if file.is_file()]
    if not files:
        return Check("export", "wrong", "it wrote nothing", f"python -m {process.package} export")
    size = sum(file.stat().st_size for file in files) / 1e6
    return Check("export", "ok", f"{len(files)} file{'s' * (len(files) > 1)}, {size:.1f} MB")


def _parity(process: ProjectProcess) -> Check:
    if missing := _missing("parity", "export", process, "--check-only"):
        return missing
    place = str(process.scratch / "export")
    ended = process.command("export", "--check-only", "--to", place, "--json")
    mend = f"python -m {process.package} export --check-only --debug"
    if ended.code:
        return _failed("parity", ended, mend)
    try:
        parity = json.loads(ended.out[ended.out.index("{") :])["parity"]
        largest, allowed = float(parity["largest_difference"]), float(parity["tolerance"])
    except (ValueError, KeyError, TypeError):
        return Check("parity", "wrong", "it did not say how far the export is off", mend)
    found = f"the export answers as Python does: off by {largest:.1e} at most of {allowed:.0e}"
    return Check("parity", "ok", found)


def _missing(step: str, command: str, process: ProjectProcess, option: str = "") -> Check | None:
    """What keeps a command from being run; None: nothing."""
    overview = process.overview
    if overview.code:
        return _failed(step, overview, f"python -m {process.package} --help")
    told = process.help(command)
    if told is None:
        return Check(step, "note", f"left out: the project has no working command {command}")
    if option not in told or "--runs" not in overview.out:
        lacking = option if option not in told else "--runs"
        return Check(step, "note", f"left out: {command} has no {lacking} to keep it apart")
    return None


def _failed(step: str, ended: Ended, mend: str) -> Check:
    return Check(step, "wrong", ended.reason, mend)


def _absent(step: str, package: str) -> Check:
    return Check(step, "note", f"left out: {package} is not installed", f"pip install {package}")
