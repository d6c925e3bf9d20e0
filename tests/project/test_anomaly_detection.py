"""The commands of a project that detects anomalies, on networks that were never trained."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.export.small_detector import BROKEN, WINDOW
from tests.project.conftest import log_frame, refused, table_frame


def test_evaluate_measures_the_detector_beside_the_baselines(series, tmp_path):
    result = series("evaluate", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert next(iter(report["detectors"])) == "network" and len(report["detectors"]) == 5
    network = report["detectors"]["network"]
    assert network["recall"] == 1.0 and network["auroc"] > 0.9
    assert network["false_alarm_rate"] < 0.08
    saved = json.loads((tmp_path / "runs/first/metrics.json").read_text("utf-8"))
    assert saved["detectors"]["network"] == network
    csv = pd.read_csv(tmp_path / "runs/first/detectors.csv", index_col="detector")
    assert csv.loc["network", "auroc"] == pytest.approx(network["auroc"])
    assert (tmp_path / "runs/first/test.png").read_bytes()[:4] == b"\x89PNG"
    assert "window PCA" in series("evaluate").output


def test_train_tells_in_json_what_it_tells_in_words(table, tmp_path):
    source = (
        "def train(config, run):\n    return {'training_seconds': 2.5, 'caution': 'Mind it.'}\n"
    )
    (tmp_path / "tiny_detector/train.py").write_text(source)
    arguments = ("train", "--config", "runs/first/config.toml")
    report = json.loads(table(*arguments, "--json").stdout)
    assert (report["training_seconds"], report["caution"]) == (2.5, "Mind it.")
    assert table(*arguments).stdout.splitlines()[1:] == [f"  {'training seconds':24} 2.5"]


def test_rows_without_a_measurement_are_no_normal_rows(series):
    before = json.loads(series("evaluate", "--json").stdout)
    frame = log_frame()
    still = range(2_700, 2_900)
    frame.drop(index=list(still)).to_csv("data.csv", index=False)  # the grid keeps their places
    report = json.loads(series("evaluate", "--json").stdout)
    assert (before["left_out"], report["left_out"]) == (0, len(still))
    assert (before["rows"], report["rows"]) == (900, 900 - len(still))
    assert (report["anomalous"], report["events"]) == (len(BROKEN), 1)
    shares = json.loads(series("threshold", "--json").stdout)["alarms"]
    network = report["detectors"]["network"]
    assert shares["of the normal test rows"] == pytest.approx(network["false_alarm_rate"])
    assert "(200 more without a measurement are left out)" in series("evaluate").output


def test_evaluate_of_a_table_with_and_without_labels(table, tmp_path):
    frame = table_frame()
    result = table("evaluate")
    assert result.exit_code == 0, result.output
    assert "AUROC" in result.output and " PCA" in result.output
    frame.drop(columns="bad").to_csv("data.csv", index=False)
    path = tmp_path / "runs/first/config.toml"
    path.write_text(path.read_text().replace('"bad"', '""'))
    result = table("evaluate")
    assert result.exit_code == 0, result.output
    assert "Without labels nothing else can be told." in result.output


def test_predict_writes_scores_events_and_a_picture(series, tmp_path):
    result = series("predict", "--to", "out", "--json")
    assert result.exit_code == 0, result.output
    scores = pd.read_csv("out/scores.csv", parse_dates=["time"])
    assert list(scores) == ["time", "score", "alarm", *(f"share of {name}" for name in "abc")]
    assert len(scores) == 3_000 - WINDOW + 1
    assert scores["time"].iloc[0] == log_frame()["time"].iloc[WINDOW - 1]
    assert scores["score"].between(0, 1).all()
    np.testing.assert_allclose(scores.filter(like="share").sum(axis=1), 1, atol=2e-4)
    assert json.loads(result.stdout)["alarms"] == scores["alarm"].sum()
    events = pd.read_csv("out/events.csv", parse_dates=["start", "end", "peak"])
    times = log_frame()["time"]
    inside = (events["start"] <= times[BROKEN.stop]) & (events["end"] >= times[BROKEN.start])
    assert inside.sum() == 1
    event = events[inside].iloc[0]
    assert event["rows"] >= len(BROKEN) and event["strongest"].startswith("b ")
    assert event["start"] <= event["peak"] <= event["end"]
    assert (tmp_path / "out/anomalies.png").stat().st_size > 1_000


def test_columns_are_found_by_name_whatever_their_order_and_company(series):
    assert series("predict", "--to", "one").exit_code == 0
    frame = log_frame().drop(columns="bad").assign(further=1.0, note="text")
    frame[["further", "c", "time", "note", "b", "a"]].to_csv("other.csv", index=False)
    result = series("predict", "--data", "other.csv", "--to", "two")
    assert result.exit_code == 0, result.output
    one, two = (pd.read_csv(f"{name}/scores.csv") for name in ("one", "two"))
    pd.testing.assert_frame_equal(one, two)


def test_threshold_changes_alarms_and_no_score(series, tmp_path):
    assert series("predict", "--to", "before").exit_code == 0
    result = series("threshold", "--false-alarm-rate", "0.1", "--json")
    assert result.exit_code == 0, result.output
    about = json.loads(result.stdout)
    assert about["false_alarm_rate"] == 0.1
    assert about["alarms"]["of the validation rows"] == pytest.approx(0.1, abs=0.01)
    assert about["alarms"]["of the anomalous test rows"] > 0.9
    assert series("predict", "--to", "after").exit_code == 0
    before, after = (pd.read_csv(f"{name}/scores.csv") for name in ("before", "after"))
    pd.testing.assert_series_equal(before["score"], after["score"])
    assert after["alarm"].sum() > 2 * before["alarm"].sum()
    result = series("threshold")
    assert "threshold for a false-alarm rate of 0.1" in result.output
    saved = json.loads((tmp_path / "runs/first/threshold.json").read_text("utf-8"))
    assert saved["finest"] == about["finest"]


def test_threshold_of_a_table_in_alarms_a_day(table):
    refused(table("threshold", "--alarms-per-day", "3"), "These rows have no times, so no days")


def test_threshold_of_a_log_in_alarms_a_day(series):
    result = series("threshold", "--alarms-per-day", "7.2", "--json")
    assert json.loads(result.stdout)["false_alarm_rate"] == pytest.approx(0.05)
    refused(series("threshold", "--alarms-per-day", "0"), "0 alarms a day cannot be had")
    refused(series("threshold", "--alarms-per-day", "144"), "cannot be had from 144 rows")
    both = ("threshold", "--alarms-per-day", "1", "--false-alarm-rate", "0.1")
    refused(series(*both), "not both")


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("0", "lies between 0 and 1, not at 0"),
        ("1", "lies between 0 and 1, not at 1"),
        ("nan", "lies between 0 and 1"),
        ("-0.1", "lies between 0 and 1"),
        ("1e-6", "the finest is "),
        ("much", "not a valid float"),
    ],
)
def test_rates_that_cannot_be_had(series, tmp_path, rate, words):
    model = (tmp_path / "runs/first/model.keras").read_bytes()
    refused(series("threshold", f"--false-alarm-rate={rate}"), words)
    assert (tmp_path / "runs/first/model.keras").read_bytes() == model


def test_an_export_judges_as_its_run_does(series, tmp_path):
    result = series("export")
    assert result.exit_code == 0, result.output
    assert series("predict", "--to", "one").exit_code == 0
    export = ("--export", "export/tiny_detector", "--data", "data.csv")
    (tmp_path / "runs").rename(tmp_path / "gone")
    result = series("predict", *export, "--to", "two")
    assert result.exit_code == 0, result.output
    one, two = (pd.read_csv(f"{name}/scores.csv") for name in ("one", "two"))
    pd.testing.assert_frame_equal(one.drop(columns="alarm"), two.drop(columns="alarm"), atol=1e-4)
    frame = log_frame().iloc[:10]
    result = series("predict", *export[:2], "--stream", input=frame.to_csv(index=False))
    assert len(result.stdout.splitlines()) == 10
    refused(series("predict", "--export", "nowhere", "--data", "data.csv"), "No exported model")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(columns=["b", "c"]), "'b'"),
        (lambda frame: frame.iloc[: WINDOW - 1], "5 rows are fewer than the 6"),
        (lambda frame: frame.assign(b="off"), "'off'"),
        (
            lambda frame: frame.assign(time=pd.date_range("2024", periods=3_000, freq="h")),
            "The frequency is h; the detector was trained on 10min",
        ),
        (lambda frame: frame.iloc[:0], "no row"),
    ],
)
def test_logs_that_cannot_be_judged(series, tmp_path, change, words):
    change(log_frame()).to_csv("other.csv", index=False)
    refused(series("predict", "--data", "other.csv", "--to", "out"), words)
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize(
    ("labels", "words"),
    [(1, "labelled as anomalies"), ("maybe", "'maybe'"), (2, "2"), (0.5, "0.5")],
)
def test_labels_that_cannot_be_used(series, labels, words):
    log_frame().assign(bad=labels).to_csv("data.csv", index=False)
    refused(series("evaluate"), words)


def test_no_test_rows(series, tmp_path):
    config = tmp_path / "runs/first/config.toml"
    text = config.read_text().replace("missing_limit", "test_fraction = 0.0\nmissing_limit")
    config.write_text(text)
    refused(series("evaluate"), "There is no test split")
    result = series("threshold", "--false-alarm-rate", "0.05", "--json")
    assert list(json.loads(result.stdout)["alarms"]) == ["of the validation rows"]


def test_no_test_rows_of_a_table(table, tmp_path):
    table_frame().assign(bad=0).to_csv("data.csv", index=False)
    test_no_test_rows(table, tmp_path)


def test_predict_of_a_table(table):
    frame = table_frame().drop(columns="bad").assign(further="text")
    frame[["further", "z", "y", "x", "w"]].iloc[::-1].to_csv("other.csv", index=False)
    assert table("predict", "--to", "one").exit_code == 0
    result = table("predict", "--data", "other.csv", "--to", "two")
    assert result.exit_code == 0, result.output
    one, two = (pd.read_csv(f"{name}/scores.csv") for name in ("one", "two"))
    assert list(one) == ["row", "score", "alarm", *(f"share of {name}" for name in "wxyz")]
    assert one["row"].tolist() == list(range(1, 2_001))
    np.testing.assert_allclose(one["score"], two["score"][::-1], atol=1e-6)
    frame.drop(columns="y").to_csv("other.csv", index=False)
    refused(table("predict", "--data", "other.csv"), "'y'")
    result = table("predict", "--stream", input=frame.iloc[:3].to_csv(index=False))
    answers = [json.loads(line)["score"] for line in result.stdout.splitlines()]
    np.testing.assert_allclose(answers, one["score"][:3], atol=1e-5)


def test_rows_of_a_table_are_those_of_its_file(table):
    lines = table_frame().drop(columns="bad").iloc[:8].to_csv(index=False).splitlines()
    text = "\n".join([*lines[:3], "", "", *lines[3:]]) + "\n"
    with open("other.csv", "w") as file:
        file.write(text)
    assert table("predict", "--data", "other.csv", "--to", "out").exit_code == 0
    expected = [1, 2, 5, 6, 7, 8, 9, 10]
    assert pd.read_csv("out/scores.csv")["row"].tolist() == expected
    answers = table("predict", "--stream", input=text).stdout.splitlines()
    assert [json.loads(line)["row"] for line in answers] == expected


def test_evaluate_finds_columns_by_their_names(series):
    first = json.loads(series("evaluate", "--json").stdout)["detectors"]["network"]
    frame = log_frame()
    frame[["time", "bad", "c", "a", "b"]].assign(another=1.0).to_csv("data.csv", index=False)
    assert json.loads(series("evaluate", "--json").stdout)["detectors"]["network"] == first


def test_predict_leaves_out_what_training_did(series, tmp_path):
    frame = log_frame()
    frame.insert(0, "inspected_date", "2020-01-01")
    frame.to_csv("data.csv", index=False)
    path = tmp_path / "runs/first/config.toml"
    path.write_text(path.read_text().replace("ignore = []", 'ignore = ["inspected_date"]'))
    assert series("evaluate").exit_code == 0
    result = series("predict", "--to", "out")
    assert result.exit_code == 0, result.output


def test_a_changed_threshold_does_not_make_a_run_the_latest(series, tmp_path):
    before = (tmp_path / "runs/first/model.keras").stat().st_mtime_ns
    assert series("threshold", "--false-alarm-rate", "0.05").exit_code == 0
    assert (tmp_path / "runs/first/model.keras").stat().st_mtime_ns == before


def test_threshold_needs_no_data(series, tmp_path):
    (tmp_path / "data.csv").unlink()
    result = series("threshold", "--false-alarm-rate", "0.05")
    assert result.exit_code == 0, result.output
    assert "0.05" in result.output


def test_report_of_data_that_have_got_more_sensors(series, tmp_path):
    log_frame().assign(further=1.0).to_csv("data.csv", index=False)
    result = series("report", "--json")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "runs/first/report.html").read_text("utf-8")
    assert "What makes it alarm" in page and "further" not in page.split("What makes it alarm")[-1]

    log_frame().drop(columns="b").to_csv("data.csv", index=False)
    assert series("report").exit_code == 0
    page = (tmp_path / "runs/first/report.html").read_text("utf-8")
    assert "Nothing could be measured" in page


def test_report_of_a_table(table, tmp_path):
    result = table("report")
    assert result.exit_code == 0, result.output
    assert "Other thresholds" in (tmp_path / "runs/first/report.html").read_text("utf-8")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_log_is_judged_piece_by_piece_as_it_is_at_once(series, monkeypatch, ending):
    monkeypatch.setattr("dltemplates.project.log_batch._CHUNK", 700)
    log_frame().drop(index=range(100, 140)).to_csv("gap.csv", index=False)
    assert series("predict", "--data", "gap.csv", "--to", "whole").exit_code == 0
    result = series("predict", "--data", "gap.csv", "--to", f"pieces.{ending}")
    assert result.exit_code == 0, result.output
    whole = pd.read_csv("whole/scores.csv", parse_dates=["time"])
    found = read_answers(f"pieces.{ending}")
    assert found.pop("error").isna().all()
    assert pd.to_datetime(found["time"]).tolist() == whole["time"].tolist()
    assert found["alarm"].tolist() == whole["alarm"].tolist()
    numbers = whole.columns.drop(["time", "alarm"])
    np.testing.assert_allclose(found[numbers], whole[numbers], atol=2e-4)


def read_answers(name):
    if name.endswith("parquet"):
        return pd.read_parquet(name)
    return pd.read_csv(name) if name.endswith("csv") else pd.read_json(name, lines=True)


def test_a_row_of_a_log_that_cannot_be_read_has_a_row_of_its_own(series, monkeypatch):
    monkeypatch.setattr("dltemplates.project.log_batch._CHUNK", 700)
    frame = log_frame().astype(str)
    frame.loc[900, "b"] = "broken"
    frame.to_csv("new.csv", index=False)
    result = series("predict", "--data", "new.csv", "--to", "a.csv")
    assert result.exit_code == 1 and "1 of 2,996 rows could not be read" in result.output
    found = pd.read_csv("a.csv")
    place = found.index[found["error"].notna()][0]
    assert found["error"][place] == "line 902, column 'b': 'broken' is no number"
    assert found["time"][place - 1] == frame["time"][899]
    assert found["time"][place + 1] == frame["time"][900]  # a missing row of the grid


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_table_is_judged_piece_by_piece_as_it_is_at_once(table, monkeypatch, ending):
    monkeypatch.setattr("dltemplates.project.row_batch._CHUNK", 100)
    assert table("predict", "--to", "whole").exit_code == 0
    result = table("predict", "--data", "data.csv", "--to", f"a.{ending}", "--json")
    assert result.exit_code == 0, result.output
    whole, found = pd.read_csv("whole/scores.csv"), read_answers(f"a.{ending}")
    assert json.loads(result.stdout) == {"file": f"a.{ending}", "items": len(whole), "unread": 0}
    assert found["row"].tolist() == whole["row"].tolist()
    np.testing.assert_allclose(found["score"], whole["score"], atol=1e-5)


def test_broken_rows_and_files_of_a_table(table, tmp_path):
    frame = table_frame().drop(columns="bad").head(30)
    lines = frame.to_csv(index=False).splitlines()
    lines[3], lines[7] = lines[3] + ",1", "what," + lines[7].partition(",")[2]
    (tmp_path / "many").mkdir()
    (tmp_path / "many/a.csv").write_text("\n".join(lines))
    (tmp_path / "many/b.csv").write_text("other,names\n1,2\n")
    frame.to_json("many/c.jsonl", orient="records", lines=True)
    result = table("predict", "--data", "many", "--to", "a.csv")
    assert result.exit_code == 1 and "3 of 61 rows could not be read" in result.output
    found = pd.read_csv("a.csv")
    errors = found[found["error"].notna()]
    assert errors["file"].tolist() == ["many/a.csv"] * 2 + ["many/b.csv"]
    assert errors["row"].tolist()[:2] == [3, 7] and np.isnan(errors["row"].tolist()[2])
    assert errors["score"].isna().all() and errors["alarm"].isna().all()
    scores = found.set_index(["file", "row"])["score"]
    assert scores["many/a.csv", 30] == pytest.approx(scores["many/c.jsonl", 30], abs=1e-5)
    assert found[found["error"].isna()]["score"].notna().all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "a.csv"], "--data"),
        (["--data", "data.csv", "--resume"], "--resume is for --to"),
        (["--data", "data.csv", "--data", "data.csv"], "More than one --data"),
        (["--data", "none*.csv", "--to", "a.csv"], "No file is called like this"),
        (["--data", "short.csv", "--to", "a.csv"], "fewer rows than"),
        (["--data", "data.csv", "--to", "none/a.csv"], "no such folder"),
    ],
)
def test_what_cannot_be_judged_piece_by_piece(series, arguments, words):
    log_frame().head(WINDOW - 1).to_csv("short.csv", index=False)
    refused(series("predict", *arguments), words)
