"""How fast the command line starts and generates, against `import click` and against Copier."""

import shutil
import sys
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.measuring import cpu_seconds, show, side_by_side

TEMPLATE = "cnn-classifier"


@click.command("command-line")
@click.option("--rounds", default=15, show_default=True)
def command_line(rounds: int) -> None:
    """CPU seconds of --help, list and new. Install Copier to have it measured too."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run = partial(cpu_seconds, cwd=folder)
        ours = [sys.executable, "-m", "dltemplates"]
        measures = {
            "import click": lambda: run([sys.executable, "-c", "import click"]),
            "dltemplates --help": lambda: run([*ours, "--help"]),
            "dltemplates list": lambda: run([*ours, "list"]),
            "dltemplates new": lambda: _fresh(
                work / "ours", [*ours, "new", TEMPLATE, "ours", "--defaults"], run
            ),
        }
        if find_spec("copier"):
            _write_copier_template(work)
            copier = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet"]
            measures["copier copy, as many files"] = lambda: _fresh(
                work / "theirs", [*copier, "template", "theirs"], run
            )
        show(side_by_side(measures, rounds), "import click", "CPU seconds")


def _fresh(target: Path, command: list[str], run) -> float:
    shutil.rmtree(target, ignore_errors=True)
    return run(command)


def _write_copier_template(work: Path) -> None:
    """A Copier template of the same files and as many questions as ours."""
    from dltemplates.scaffold import answers, catalog, generate

    template = catalog.find(TEMPLATE)
    project = generate.generate(
        template, answers.resolve(template, {}), work / "x", title="x", package="x"
    )
    folder = work / "template"
    for file in project.files:
        text = not file.path.endswith(".gz")
        path = folder / (f"{file.path}.jinja" if text else file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data.replace(b"{", b"(").replace(b"}", b")") if text else file.data)
    questions = "".join(f"q{n}:\n  type: str\n  default: a\n" for n in range(27))
    (folder / "copier.yml").write_text(f"_templates_suffix: .jinja\n{questions}")
