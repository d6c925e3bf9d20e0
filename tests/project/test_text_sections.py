"""What the page says of a text classifier."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.evaluation.report_page import page
from dltemplates.project import text_sections
from dltemplates.project.text_report import report_on
from dltemplates.training.run import Run
from tests.evaluation.small_texts import reviews, topics
from tests.project.small_text_project import finished_model


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path, "first")


def make(kind=reviews, test="test", **changes):
    """Texts; `changes` are of the split that is measured."""
    rng = np.random.default_rng(0)
    names = ["bad", "good"] if kind is reviews else ["a", "b", "c"]
    splits = {"train": LabelledTexts(*kind(rng, 240), "here")}
    if test:
        splits[test] = replace(LabelledTexts(*kind(rng, 60), "here"), **changes)
    return TextData(names, splits, multi_label=kind is topics)


def parts(run, data, linear=True):
    model = finished_model(data, linear=linear)
    found = text_sections.text_sections(None, run, model, data, None)
    page("Run", "test", found)
    return {each.title: "".join(each.blocks) for each in found}, model


def test_a_weak_model(run):
    data = make()
    found, model = parts(run, data, linear=False)
    report = report_on(model, data, "test")
    beside = found["What was learned"]
    assert report.comparison.verdict in beside and "linear baseline" in beside
    assert f"{report.report.accuracy:.2%}" in beside
    assert "<svg" in found["Classes"] and "<svg" in found["Calibration"]
    assert f"{report.report.calibration_error:.4f}" in found["Calibration"]
    first = report.mistakes[0]
    assert f"test text {first.row}" in found["Worst mistakes"]
    assert found["Worst mistakes"].count("<figcaption>") == min(30, len(report.mistakes))
    assert "<mark" in found["Worst mistakes"]


def test_texts_of_several_classes(run):
    data = make(topics)
    found, _ = parts(run, data, linear=False)
    assert "micro F1" in found["What was learned"]
    assert "average precision" in found["Classes"] and "<svg" not in found["Classes"]
    assert "a yes or no for each text and class" in found["Calibration"]


@pytest.mark.parametrize(
    ("test", "words"),
    [("validation", "There is no test split"), ("", "Nothing was held out")],
)
def test_without_a_test_split(run, test, words):
    found, _ = parts(run, make(test=test))
    assert words in found["What was learned"]


def test_odd_texts_and_labels(run):
    found, _ = parts(run, make(labels=np.ones(60, "int32")))
    assert "surer than it should be" in found["Calibration"]
    hard = ["<script>alert(1)</script>\x00 " + "길다 " * 300] * 60
    found, _ = parts(run, make(texts=hard))
    assert "<script>" not in found["Worst mistakes"] and "\x00" not in found["Worst mistakes"]
    assert "characters</summary>" in found["Worst mistakes"]


def test_what_is_in_two_splits_flatters(run):
    data = make()
    train, test = data.train, data.splits["test"]
    wrong = replace(test, labels=1 - test.labels)  # all that is new is answered wrongly
    known = wrong.take(np.arange(30))
    known = replace(known, texts=train.texts[:30], labels=train.labels[:30])
    mixed = LabelledTexts(
        known.texts + [f"{text} {row}" for row, text in enumerate(wrong.texts[30:])],
        np.concatenate([known.labels, wrong.labels[30:]]),
        "here",
    )
    found, _ = parts(run, TextData(data.class_names, {"train": train, "test": mixed}))
    assert "right on 50.00% of the 60 texts" in found["Texts in two splits"]
    assert "and on 0.00% of the 30" in found["Texts in two splits"]
    plain = replace(mixed, texts=[f"{text} {row}" for row, text in enumerate(mixed.texts)])
    found, _ = parts(run, TextData(data.class_names, {"train": train, "test": plain}))
    assert "No text of the test split is in another" in found["Texts in two splits"]


def test_of_many_texts_a_sample_is_measured(run, monkeypatch):
    monkeypatch.setattr(text_sections, "MOST", 20)
    data = make()
    found, _ = parts(run, data, linear=False)
    assert "20 texts of the test split, drawn from its 60 with seed 0" in found["Classes"]
    rows = np.sort(np.random.default_rng(0).choice(60, 20, replace=False))
    again, _ = parts(run, data, linear=False)
    assert again == found
    numbers = {int(part.split("<")[0]) for part in found["Worst mistakes"].split("test text ")[1:]}
    assert numbers and numbers <= set(rows.tolist())


def test_what_evaluate_found_is_taken_if_it_is_of_these_texts(run, monkeypatch):
    monkeypatch.setattr(text_sections, "_BASELINE", 0)
    data = make()
    found, model = parts(run, data)
    assert "was not fitted" in found["What was learned"]
    report = report_on(model, data, "test")
    monkeypatch.setattr(text_sections, "report_on", lambda *_, **__: report)

    def beside(measured):
        run.write_text("metrics.json", json.dumps(measured))
        found = text_sections.text_sections(None, run, model, data, None)
        return "".join(found[0].blocks)

    measured = report.as_dict()
    measured["comparison"]["contenders"][1]["log_loss"] = 0.1234
    assert "0.1234" in beside(measured) and "As evaluate measured" in beside(measured)
    for wrong in ({"items": 59}, {"split": "validation"}, {"comparison": {}}, {"comparison": []}):
        assert "0.1234" not in beside({**measured, **wrong})
    measured["comparison"]["contenders"][-1]["accuracy"] = 0.3  # another model's
    assert "0.1234" not in beside(measured)
    assert "0.1234" not in beside([])
