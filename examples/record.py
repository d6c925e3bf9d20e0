"""Runs a walk and keeps what it printed: `python examples/record.py WALK [DATA]`.

`python examples/record.py sensors ../SKAB/1.csv` writes examples/output/sensors.txt. What
the walk leaves stays in the folder that is named at the end. WALK_FOLDER names another one.
"""

import argparse
import datetime
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
PACKAGES = ("dltemplates", "tensorflow", "keras")
COLORS = re.compile(r"\033\[[\d;]*m")


def record(walk: str, data: Path | None, place: Path, settings: Mapping[str, str]) -> str:
    """Walks in `place` and returns what was printed, below a head that says where and when."""
    folder = {"serve": "photos"}.get(walk, walk.replace("_", "-"))
    command = ["bash", str(EXAMPLES / f"{walk}.sh"), folder, *([str(data)] if data else [])]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    began = time.monotonic()
    result = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    took = time.monotonic() - began
    if result.returncode:
        sys.exit(result.stdout)
    shown = f"examples/{walk}.sh {folder}" + (f" {data.name}" if data else "")
    return head(shown, settings, took) + without_paths(result.stdout, place, data)


def head(command: str, settings: Mapping[str, str], took: float) -> str:
    """Lines that say what was run, when, with which versions and on what."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = " ".join(f"{name}={value}" for name, value in settings.items())
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    versions += f", Python {platform.python_version()}; {cores()} CPU cores"
    return (
        f"# {said} {command}".replace("  ", " ") + "\n"
        f"# {datetime.date.today()}; {versions}, shared with other work\n"
        f"# {took / 60:.1f} minutes, {(used.ru_utime + used.ru_stime) / 60:.1f} of processor time\n"
    )


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def without_paths(text: str, place: Path, data: Path | None) -> str:
    """The text without colours, and without what only this machine calls so."""
    text = COLORS.sub("", text)
    if data:
        text = text.replace(f"{data.parent}/", "")
    text = text.replace(f"{EXAMPLES.parent}/", "")
    return text.replace(f"{place}/", "").replace(str(place), ".")


def main() -> None:
    parser = argparse.ArgumentParser(description="Runs a walk and keeps what it printed.")
    parser.add_argument("walk", choices=sorted(path.stem for path in EXAMPLES.glob("*.sh")))
    parser.add_argument("data", nargs="?", type=Path, help="a file or folder for the walk")
    given = parser.parse_args()
    walk, data = given.walk, given.data and given.data.resolve()
    place = Path(os.environ.get("WALK_FOLDER") or tempfile.mkdtemp(prefix="walk-")).resolve()
    script = (EXAMPLES / f"{walk}.sh").read_text("utf-8")
    knobs = dict.fromkeys(re.findall(r"\$\{([A-Z_]+):[-+]", script))
    settings = {name: os.environ[name] for name in knobs if name in os.environ}
    text = record(walk, data, place, settings)
    (EXAMPLES / "output" / f"{walk}.txt").write_text(text, "utf-8")
    print(f"examples/output/{walk}.txt; the walk's own files are in {place}")


if __name__ == "__main__":
    main()
