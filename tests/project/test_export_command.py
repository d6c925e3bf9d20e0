"""`export` in all its forms, in a generated project."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")


def succeed(folder: Path, *arguments: str) -> str:
    found = run(folder, *arguments)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A detector of rows that was trained for a moment and exported twice."""
    folder = tmp_path_factory.mktemp("exports")
    options = ("--defaults", "--set", "kind=table")
    succeed(folder, "dltemplates", "new", "autoencoder-anomaly", "press", *options)
    succeed(folder / "press", "press", "train", "--set", "train.steps=50")
    succeed(folder / "press", "press", "export")
    succeed(folder / "press", "press", "export", "--format", "onnx")
    return folder / "press"


def test_each_export_has_its_proof_with_it(project):
    for name, runtime in (("press", "plain TensorFlow"), ("press-onnx", "ONNX Runtime")):
        record = json.loads((project / "export" / name / "1" / "parity.json").read_text("utf-8"))
        assert record["runtime"] == runtime
        assert record["largest_difference"] <= record["tolerance"] <= 1e-4
        assert {"64 real", "values missing"} <= {case["case"] for case in record["cases"]}
    assert (project / "export/press-onnx/1/config.toml").exists()


def test_an_export_can_be_proven_again(project):
    for options in ((), ("--format", "onnx")):
        said = succeed(project, "press", "export", "--check-only", *options)
        assert "answers as runs/" in said
    assert [path.name for path in (project / "export/press").iterdir()] == ["1"]


def test_a_spoiled_export_does_not_pass(project, tmp_path):
    """As if somebody had put another model in its place."""
    file = project / "export/press-onnx/1/model.onnx"
    kept = file.read_bytes()
    import onnx

    model = onnx.load(file)
    weights = next(each for each in model.graph.initializer if len(each.raw_data) > 400)
    weights.raw_data = bytes(len(weights.raw_data))
    onnx.save(model, file)
    try:
        found = run(project, "press", "export", "--format", "onnx", "--check-only")
    finally:
        file.write_bytes(kept)
    assert found.returncode == 1
    assert "does not answer as the model does" in found.stderr and "Traceback" not in found.stderr


def test_all_exports_are_compared(project):
    rows = json.loads(succeed(project, "press", "export", "--compare", "--json"))
    assert [row["format"] for row in rows] == ["Keras, compiled", "SavedModel", "ONNX Runtime"]
    assert all(row["one"] > 0.0 and row["batch"] > 0.0 and row["size"] > 1_000 for row in rows)
    assert rows[0]["measure"] == "area under the ROC curve"
    scores = [row["score"] for row in rows]
    assert min(scores) > 0.0 and max(scores) - min(scores) < 1e-3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--precision", "int8"), "add --format litert"),
        (("--check-only", "--compare"), "not both"),
        (("--check-only", "--format", "litert"), "No exported model here"),
        (("--name", "../x"), "Not a name"),
        (("--compare", "--name", "other"), "no export of the run"),
        (("--compare", "--format", "onnx"), "measures every format"),
        (("--name", "press-onnx"), "an export of another format"),
    ],
)
def test_what_cannot_be_done_is_said(project, options, said):
    found = run(project, "press", "export", *options)
    assert found.returncode != 0 and said in found.stderr and "Traceback" not in found.stderr
