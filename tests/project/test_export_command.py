"""`export` in all its forms, in a generated project."""

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dltemplates.cli import main


@pytest.fixture(scope="module")
def press(tmp_path_factory):
    """A detector of rows that was trained for a moment and exported twice; its commands."""
    folder = tmp_path_factory.mktemp("exports")
    project = folder / "press"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        options = ("--defaults", "--set", "kind=table")
        succeeded(CliRunner().invoke(main, ["new", "autoencoder-anomaly", "press", *options]))
        patch.chdir(project)
        patch.syspath_prepend(project)
        package = importlib.import_module("press.__main__")
        commands = package.command_line("press", package.SUMMARY)

        def press(*arguments: str) -> Result:
            return CliRunner().invoke(commands, arguments)

        succeeded(press("train", "--set", "train.steps=50"))
        succeeded(press("export"))
        succeeded(press("export", "--format", "onnx"))
        yield press


@pytest.fixture
def project(press):
    """Where its commands are."""
    return Path.cwd()


def succeeded(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def test_each_export_has_its_proof_with_it(project):
    for name, runtime in (("press", "plain TensorFlow"), ("press-onnx", "ONNX Runtime")):
        record = json.loads((project / "export" / name / "1" / "parity.json").read_text("utf-8"))
        assert record["runtime"] == runtime
        assert record["largest_difference"] <= record["tolerance"] <= 1e-4
        assert {"64 real", "values missing"} <= {case["case"] for case in record["cases"]}
    assert (project / "export/press-onnx/1/config.toml").exists()


def test_an_export_can_be_proven_again(press, project):
    for options in ((), ("--format", "onnx")):
        said = succeeded(press("export", "--check-only", *options))
        assert "answers as runs/" in said
    assert [path.name for path in (project / "export/press").iterdir()] == ["1"]


def test_a_spoiled_export_does_not_pass(press, project):
    """As if somebody had put another model in its place."""
    file = project / "export/press-onnx/1/model.onnx"
    kept = file.read_bytes()
    import onnx

    model = onnx.load(file)
    weights = next(each for each in model.graph.initializer if len(each.raw_data) > 400)
    weights.raw_data = bytes(len(weights.raw_data))
    onnx.save(model, file)
    try:
        found = press("export", "--format", "onnx", "--check-only")
    finally:
        file.write_bytes(kept)
    assert found.exit_code == 1
    assert "does not answer as the model does" in found.stderr and "Traceback" not in found.stderr


def test_all_exports_are_compared(press):
    rows = json.loads(succeeded(press("export", "--compare", "--json")))
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
def test_what_cannot_be_done_is_said(press, options, said):
    found = press("export", *options)
    assert found.exit_code != 0 and said in found.stderr and "Traceback" not in found.stderr
