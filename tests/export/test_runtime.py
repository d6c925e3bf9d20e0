"""The processes that run exported models."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.errors import ExportError
from dltemplates.export import runtime
from dltemplates.export.runtime import ask


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("savedmodel", {"keras", "dltemplates"}),
        ("onnx", {"keras", "dltemplates", "tensorflow"}),
        ("litert", {"keras", "dltemplates", "tensorflow"}),
    ],
)
def test_a_runtime_cannot_lean_on_what_made_the_model(tmp_path, name, hidden):
    script = tmp_path / "child.py"
    source = Path(runtime.__file__).with_name("runtime_child.py").read_text("utf-8")
    script.write_text(
        source.split("if __name__")[0] + f"\nhide(*_HIDDEN[{name!r}], 'dltemplates')"
        "\nfor name in ('keras', 'dltemplates', 'tensorflow', 'json'):"
        "\n    try:\n        __import__(name)\n    except ModuleNotFoundError:"
        "\n        print(name)\n",
        "utf-8",
    )
    found = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True)
    assert set(found.stdout.split()) == hidden, found.stderr


def test_answers_and_their_times(tmp_path):
    module = tf.Module()
    module.double = tf.function(
        lambda numbers: {"doubled": 2 * numbers},
        input_signature=[tf.TensorSpec((None,), tf.float32, name="numbers")],
    )
    tf.saved_model.save(module, str(tmp_path), signatures={"double": module.double})
    calls = [("double", {"numbers": np.array(each, "float32")}) for each in ([1], [2, 3])]
    answers, seconds = ask("savedmodel", tmp_path, calls, repeats=3)
    assert [answer["doubled"].tolist() for answer in answers] == [[2], [4, 6]]
    assert len(seconds) == 2 and all(0.0 < each < 1.0 for each in seconds)


def test_a_model_that_cannot_be_loaded(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ExportError, match="does not work in ONNX Runtime"):
        ask("onnx", tmp_path / "model.onnx", [("", {})])
