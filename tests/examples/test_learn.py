"""The experiments of the site's pages, at a reduced size, in this process."""

import json
import re
import runpy
import sys
from pathlib import Path

import pytest

LEARN = Path(__file__).resolve().parents[2] / "examples" / "learn"

pytestmark = pytest.mark.slow


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def runner(name: str, *options: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", [name, *options])
        runpy.run_path(str(LEARN / f"{name}.py"), run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return runner


def test_xor_needs_two_layers_with_an_activation(run) -> None:
    rows = {line[:31].strip(): line[-6] for line in run("xor", "--epochs", "200")[1:]}
    assert rows["AND  perceptron"] == "4"
    assert rows["XOR  two layers, tanh"] == "4"
    assert rows["XOR  perceptron"] != "4"
    assert rows["XOR  two layers, no activation"] != "4"


def test_gradients_by_hand_are_tensorflows(run) -> None:
    said = run("backpropagation")
    assert float(said[2].rsplit(" ", 1)[1]) < 1e-12
    losses = [float(line.rsplit(" ", 1)[1]) for line in said[4:]]
    assert len(losses) == 5 and losses == sorted(losses, reverse=True)


def test_cross_entropy_moves_what_squared_error_does_not(run) -> None:
    said = run("losses", "--steps", "11")
    rows = {line.split()[0]: line.split()[1:] for line in said if line.startswith(("mean", "bin"))}
    assert float(rows["binary_crossentropy"][-1]) > 0.5
    assert float(said[2].split()[-1]) < 0.01
    assert 12 <= float(rows["mean_absolute_error"][0]) <= 13
    assert said[-2].split()[0] == "mean_squared_error" and float(said[-2].split()[1]) > 26


def test_six_optimizers_are_compared(run, tmp_path: Path) -> None:
    file = tmp_path / "curves.json"
    assert len(run("optimizers", "--epochs", "2", "--curves", str(file))) == 6
    curves = json.loads(file.read_text("utf-8"))
    assert all(len(losses) == 2 and losses[1] < losses[0] for losses in curves.values())
    assert curves["SGD"][1] > curves["momentum"][1]


def test_a_convolution_finds_what_has_moved(run) -> None:
    rows = [re.findall(r"([\d.]+)%", line) for line in run("shifted_digits", "--epochs", "4")[-2:]]
    dense, convolution = ([float(score) for score in row] for row in rows)
    assert convolution[2] > dense[2] + 20


def test_an_open_gate_lets_the_gradient_through(run) -> None:
    said = run("remember", "--steps", "1", "--lengths", "40")
    reach = [float(line.split()[-2]) for line in said[1:]]
    assert len(reach) == 3
    assert reach[0] < 0.05 and reach[1] < 0.05 < 0.5 < reach[2]


def test_attention_is_shares(run, tmp_path: Path) -> None:
    file = tmp_path / "matrix.json"
    said = run("attention", "--epochs", "1", "--matrix", str(file))
    assert said[0].startswith("accuracy on held-out reviews: ")
    rows = json.loads(file.read_text("utf-8"))["rows"]
    assert [pytest.approx(1, abs=0.01)] * len(rows) == [sum(row) for row in rows]


def test_three_ways_come_to_the_same_weights(run) -> None:
    said = run("frameworks")[1:4]
    assert len({tuple(line.split()[1:]) for line in said}) == 1
