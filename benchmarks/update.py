"""How much CPU an update takes, against `copier update` on the same change."""

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import click

from benchmarks.measuring import cpu_seconds, show, side_by_side

TEMPLATE = "cnn-classifier"
FILES = 30
# Three files change in the template and, elsewhere, in the project; two of the project alone.
CHANGES = {
    "my_app/train.py": ("jit_compile=False", "jit_compile=True"),
    "my_app/data.py": ("max(", "min("),
    "config.toml": ("broken_limit = 0.01", "broken_limit = 0.02"),
}
EDITED = ("my_app/train.py", "config.toml", "README.md", "tests/test_model.py")


@click.command("update")
@click.option("--rounds", default=7, show_default=True)
@click.option("--copier", type=click.Path(exists=True, dir_okay=False), required=True)
def update(rounds: int, copier: str) -> None:
    """CPU seconds of an update of a project of 30 files, and of the same by Copier.

    COPIER is its executable, in an environment of its own. Both get the same files, the same number
    of parameters, the same change in the template and the same edits in the project, in git.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _make_ours(work / "our-template")
        _make_theirs(work / "our-template", work / "their-template")
        ours = [sys.executable, "-m", "dltemplates"]
        _run(work, *ours, "new", "./our-template", "ours/my_app", "--defaults")
        theirs = [copier, "copy", "--defaults", "--quiet", "--vcs-ref", "v1"]
        _run(work, *theirs, str(work / "their-template"), "theirs/my_app")
        for name in ("ours", "theirs"):
            _edit(work / name / "my_app")
        _release(work / "our-template/project")
        _release(work / "their-template", suffix=".jinja")
        _git(work / "their-template", "commit", "--all", "--message", "v2")
        _git(work / "their-template", "tag", "v2")
        measures = {
            "copier update": partial(
                _measure, work, "theirs", [copier, "update", "--defaults", "--quiet"]
            ),
            "dltemplates update": partial(_measure, work, "ours", [*ours, "update"]),
        }
        results = side_by_side(measures, rounds)
        _compare(work)
        show(results, "copier update", "CPU seconds")


def _make_ours(folder: Path) -> None:
    """A template of our files, with as many more as make 30 in a project."""
    from dltemplates.scaffold import catalog

    root = catalog.root()
    shutil.copytree(root / TEMPLATE, folder)
    shutil.copytree(root / "_shared/project", folder / "project", dirs_exist_ok=True)
    manifest = (root / TEMPLATE / "template.toml").read_text("utf-8")
    shared = (root / "_shared/parameters.toml").read_text("utf-8")
    (folder / "template.toml").write_text(f"shared = false\n{manifest}\n{shared}", "utf-8")
    rendered = _rendered(folder)
    for number in range(FILES - len(rendered)):
        (folder / f"project/my_app/more{number}.py").write_text(f"NUMBER = {number}\n" * 60)
    assert len(_rendered(folder)) == FILES


def _rendered(folder: Path) -> dict[str, bytes]:
    from dltemplates.scaffold import answers, catalog, generate

    template = catalog.find(str(folder))
    project = generate.generate(
        template, answers.resolve(template, {}), folder / "x", title="my_app", package="my_app"
    )
    return {f.path: f.data for f in project.files if not f.path.startswith(".dltemplates")}


def _make_theirs(ours: Path, folder: Path) -> None:
    """The same project as a Copier template, with as many questions; config.toml prints them."""
    from dltemplates.scaffold import catalog

    for path, data in _rendered(ours).items():
        file = folder / f"{path}.jinja"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = data.decode()
        file.write_text(f"{{% raw %}}{text}{{% endraw %}}" if "{" in text else text, "utf-8")
    (folder / "{{_copier_conf.answers_file}}.jinja").write_text(
        "{{ _copier_answers|to_nice_yaml }}"
    )
    count = len(catalog.find(str(ours)).parameters)
    questions = "".join(f"q{n}:\n  type: str\n  default: a\n" for n in range(count))
    (folder / "copier.yml").write_text(f"_templates_suffix: .jinja\n{questions}")
    _commit(folder)
    _git(folder, "tag", "v1")


def _release(folder: Path, suffix: str = "") -> None:
    for path, (old, new) in CHANGES.items():
        file = folder / f"{path}{suffix}"
        text = file.read_text("utf-8")
        file.write_text(text.replace(old, new) + "# A line more.\n", "utf-8")


def _edit(project: Path) -> None:
    """What a user does to a project, and commits."""
    for path in EDITED:
        file = project / path
        file.write_text(f"# Mine.\n{file.read_text('utf-8')}", "utf-8")
    _commit(project)


def _measure(work: Path, name: str, command: list[str]) -> float:
    """Updates a fresh copy of a project."""
    copy = work / f"{name}-copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(work / name / "my_app", copy, symlinks=True)
    subprocess.run(["git", "status"], cwd=copy, check=True, capture_output=True)  # of the copies
    return cpu_seconds(command, cwd=copy)


def _compare(work: Path) -> None:
    """Both have to have done the same."""
    for path in {*CHANGES, *EDITED}:
        ours, theirs = (
            (work / f"{name}-copy" / path).read_text("utf-8") for name in ("ours", "theirs")
        )
        assert ours == theirs, path
        assert "# Mine." in ours or path not in EDITED
        assert "# A line more." in ours or path not in CHANGES


def _commit(folder: Path) -> None:
    _git(folder, "init", "--quiet")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "v1")


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    _run(folder, "git", *who, *words)


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
