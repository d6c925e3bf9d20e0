import json

import numpy as np
import pandas as pd
import pytest

from .conftest import CONFIG


def test_evaluate(run, trained):
    code, output = run("evaluate")
    assert code == 0, output
    assert "isolation forest" in output
    metrics = json.loads((trained / "metrics.json").read_text())
    network = metrics["detectors"]["network"]
    #% if kind == "series"
    assert metrics["events"] == 2
    assert network["recall"] == 1.0
    assert (trained / "test.png").stat().st_size > 1000
    #% else
    assert metrics["anomalous"] == 20
    assert network["vus_pr"] is None
    #% endif
    assert 0.0 <= network["false_alarm_rate"] < 0.5
    assert len(pd.read_csv(trained / "detectors.csv")) == len(metrics["detectors"]) == 5


def test_the_threshold_changes_without_training(run, trained):
    alarms = []
    for rate in (0.1, 0.3):
        code, output = run("threshold", "--false-alarm-rate", rate, "--json")
        assert code == 0, output
        alarms.append(json.loads((trained / "threshold.json").read_text())["alarms"])
    assert alarms[0]["of the normal test rows"] < alarms[1]["of the normal test rows"]


def test_run_export_and_stream_agree(run, exported, folder, file):
    parity = json.loads((exported / "1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5

    code, output = run("predict", "--to", folder / "by-run")
    assert code == 0, output
    given = ("--export", exported, "--data", file)
    code, output = run("predict", *given, "--to", folder / "by-export")
    assert code == 0, output
    by_run, by_export = (
        pd.read_csv(folder / name / "scores.csv") for name in ("by-run", "by-export")
    )
    #% if kind == "series"
    assert by_run["time"].iloc[0] == "2025-01-01 00:14:00"  # the end of the first window
    assert len(by_run) == len(by_export) == 1426
    events = pd.read_csv(folder / "by-run/events.csv")
    assert events["strongest"].str.startswith(("pressure", "current")).any()
    assert (folder / "by-run/anomalies.png").stat().st_size > 1000
    #% else
    assert by_run["row"].tolist() == list(range(1, 501))
    #% endif
    np.testing.assert_allclose(by_run["score"], by_export["score"], atol=1e-4)

    lines = file.read_text().splitlines(keepends=True)[:201]
    code, output = run("predict", "--export", exported, "--stream", given="".join(lines))
    assert code == 0, output
    answers = [json.loads(line) for line in output.splitlines()]
    assert len(answers) == 200
    #% if kind == "series"
    assert all(answer["score"] is None for answer in answers[:14])
    scores = [answer["score"] for answer in answers[14:]]
    #% else
    scores = [answer["score"] for answer in answers]
    #% endif
    np.testing.assert_allclose(scores, by_run["score"][: len(scores)], atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (["threshold", "--false-alarm-rate", "2"], None, "between 0 and 1"),
        #% if kind == "series"
        (["predict", "--stream"], "time,flow,current\n", "'pressure'"),
        (["predict", "--stream"], "flow,pressure,current\n40,high,20\n", "'high' is no number"),
        #% else
        (["threshold", "--alarms-per-day", "2"], None, "These rows have no times"),
        (["predict", "--stream"], "length,weight,temperature\n", "'force'"),
        (["predict", "--stream"], "length,weight,force,temperature\n1,a,2,3\n", "'a' is no number"),
        #% endif
        (["predict", "--data", "none.csv"], None, "none.csv"),
        (["predict", "--export", "nowhere"], None, "No exported model here"),
    ],
)
def test_bad_requests_are_answered_in_words(run, trained, arguments, given, words):
    code, output = run(*arguments, given=given)
    assert code != 0
    assert words in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--set", "train.step=3"], "Did you mean 'steps'?"),
        (["train", "--set", "train.optimizer=adma"], "Did you mean 'adam'?"),
        (["train", "--set", "data.source=path", "--set", "data.path=none.csv"], "none.csv"),
        (["evaluate"], "Run the train command first"),
        (["trian"], "Did you mean 'train'?"),
    ],
)
def test_bad_input_is_answered_in_words(run, arguments, words, tmp_path):
    if arguments[0] == "train":
        arguments = [*arguments, "--config", CONFIG]
    code, output = run("--runs", tmp_path / "runs", *arguments)
    assert code != 0
    assert words in output
    assert "Traceback" not in output
    assert not list(tmp_path.glob("runs/*"))


def test_a_label_that_is_no_column_is_named(run, settings):
    options = [part for setting in (*settings, "data.label=anomly") for part in ("--set", setting)]
    code, output = run("train", "--config", CONFIG, *options)
    assert code != 0
    assert "Did you mean 'anomaly'?" in output
