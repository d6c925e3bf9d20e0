"""What the checks of commands in pages are there to find, they find."""

import json

import click
import pytest

from dltemplates.errors import DltemplatesError
from tests.docs.command_lines import Walk, commands, lines_of

REFUSED = (AssertionError, click.ClickException, DltemplatesError, json.JSONDecodeError)
WRONG = [
    "dltemplates make cnn-classifier my-app",
    "dltemplates new cnn-classifier my-app --epochs 3",
    "dltemplates new cnn-classifier my-app --set epoch=3",
    "dltemplates new cnn-classifier my-app --set width=a",
    "dltemplates new lstm-forecaster my-app && cd other-app",
    "python -m my_app trian",
    "python -m my_app train --set data.sauce=path",
    "python -m my_app train --set train.epochs=-1",
    "python -m other_app train",
    "python -m my_app threshold --false-alarm-rate 0.005",
    "tail -f log.csv | python -m my_app predict --steam",
    "python examples/nothing.py",
    "pip install 'dltemplates[everything]'",
    "make cake",
    "curl http://127.0.0.1:8501/models/my_app:predict -d '{}'",
    "curl http://127.0.0.1:8501/v1/models/my_app:predict -d '{\"instances\": [}'",
    "rm -rf my-app",
]


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_found(line: str) -> None:
    walk = Walk(anew=True)
    walk.check("dltemplates new cnn-classifier my-app --set network=plain")
    walk.check("cd my-app")
    walk.check("python -m my_app train --set train.epochs=1 --set data.source=path")
    with pytest.raises(
        (AssertionError, click.ClickException, DltemplatesError, json.JSONDecodeError)
    ):
        walk.check(line)


def test_lines_and_their_commands() -> None:
    assert lines_of("a b  # c\n# d\n$ e \\\n  f#g\n") == ["a b", "e f#g"]
    assert commands("A=1 a | b 'c | d' && e") == [["a"], ["b", "c | d"], ["e"]]
    assert commands("a b|c [--set KEY=VALUE]") == [
        ["a", "b", "--set", "KEY=VALUE"],
        ["a", "c", "--set", "KEY=VALUE"],
    ]
