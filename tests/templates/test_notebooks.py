"""The notebook of each template: well formed, linted, and executed cell by cell."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dltemplates.scaffold import catalog
from tests.templates.generated import run

SETTINGS = {
    "autoencoder-anomaly": ["train.steps=4", "train.steps_per_epoch=2"],
    "cnn-classifier": ["train.epochs=1", "model.width=8", "data.image_size=8"],
    "lstm-forecaster": [
        "train.steps=4",
        "train.steps_per_epoch=2",
        "data.lookback=48",
        "data.horizon=12",
    ],
    "transformer-classifier": ["train.epochs=1", "model.width=32", "model.depth=1"],
}
CELLS = Path(__file__).with_name("notebook_cells.py")


def test_every_template_is_here() -> None:
    assert set(SETTINGS) == set(catalog.names())


@pytest.fixture(params=SETTINGS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "꽃 분류"
    run("dltemplates", "new", request.param, folder, "--defaults", "--set", "notebook=true")
    return folder


def test_format(project: Path) -> None:
    """As nbformat 4.5 asks: an id each, code with an execution count and outputs, both empty."""
    notebook = json.loads((project / "notebook.ipynb").read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    cells = notebook["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        code = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
        assert {key: cell[key] for key in cell if key not in ("id", "cell_type", "source")} == {
            "metadata": {},
            **code,
        }
        assert all(line.endswith("\n") for line in cell["source"][:-1])
    run("ruff", "check", "notebook.ipynb", cwd=project)
    run("ruff", "format", "--check", "notebook.ipynb", cwd=project)


@pytest.mark.slow
def test_cells_run(tmp_path: Path) -> None:
    for template, settings in SETTINGS.items():
        project = tmp_path / f"my {template}"
        run("dltemplates", "new", template, project, "--defaults", "--set", "notebook=true")
        (project / "settings.json").write_text(json.dumps(settings))
    command = [sys.executable, str(CELLS), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stdout + done.stderr
    for project in tmp_path.iterdir():
        (trained,) = (project / "runs").iterdir()
        assert (trained / "done.json").exists()
        assert (trained / "metrics.json").exists()
