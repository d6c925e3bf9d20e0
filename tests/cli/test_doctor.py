import json

import pytest
from click.testing import CliRunner

from dltemplates.cli import main
from dltemplates.machine import checks


def test_this_machine_can_train():
    result = CliRunner().invoke(main, ["doctor", "--json"])
    answer = json.loads(result.output)
    assert result.exit_code == 0, answer
    assert answer["ok"] is True
    states = {check["subject"]: check["state"] for check in answer["checks"]}
    assert states["TensorFlow"] == states["Keras"] == "ok"


@pytest.mark.parametrize("style", [[], ["--json"]])
def test_what_stops_training_ends_with_1(monkeypatch, style):
    monkeypatch.setattr(checks, "ask_tensorflow", lambda limit: (None, "ImportError: no libfoo"))
    result = CliRunner().invoke(main, ["doctor", *style])
    assert result.exit_code == 1
    assert "no libfoo" in result.output
    assert "force-reinstall" in result.output
