"""An ejected project where there is no dltemplates: its tests, and a model saved before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dltemplates.scaffold.ejecting import ejection
from tests.templates.generated import run

# Site packages of this environment hold the library, so it is hidden before anything else runs.
HIDING = """
import sys


class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "dltemplates":
            raise ModuleNotFoundError("No module named 'dltemplates'", name=name)


sys.meta_path.insert(0, Hidden())
"""
SETTINGS = ("kind=table", "source=sample")


def alone(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in a project, without the library."""
    hiding = project.parent / "hiding"
    hiding.mkdir(exist_ok=True)
    (hiding / "sitecustomize.py").write_text(HIDING, "utf-8")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(hiding)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_works_without_the_library(tmp_path: Path) -> None:
    project = tmp_path / "my-app"
    settings = [part for each in SETTINGS for part in ("--set", each)]
    run("dltemplates", "new", "autoencoder-anomaly", project, "--defaults", *settings)
    short = ("--name", "before", "--max-steps", "2", "--no-tensorboard")
    run("my_app", "train", *short, cwd=project)
    ejection.prepare(project).apply()

    assert "No module named 'dltemplates'" in alone(project, "-c", "import dltemplates").stderr
    chosen = ("tests/test_model.py", "-k", "step or whole")
    tests = alone(project, "-m", "pytest", "-qx", "-p", "no:cacheprovider", *chosen)
    assert tests.returncode == 0, tests.stdout
    # It loads the model that was saved before, and starts the copied children.
    export = alone(project, "-m", "my_app", "export", "--run", "before")
    assert export.returncode == 0, export.stdout + export.stderr
    assert "without Keras" in export.stdout
