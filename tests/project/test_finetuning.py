import json
from types import SimpleNamespace

import numpy as np
import pytest

from dltemplates.errors import DataError
from dltemplates.evaluation.report_page import page
from dltemplates.project.config import Section, load_config
from dltemplates.project.finetuning import (
    AFTER,
    BEFORE,
    NEW,
    OLD,
    SCRATCH,
    Measured,
    Yardstick,
    compare,
    from_scratch,
    lines,
    old_settings,
)
from dltemplates.project.finetuning_section import finetuning_section
from dltemplates.project.reported_run import ReportedRun
from dltemplates.training.start import Start


class DataConfig(Section):
    source: str = "path"
    path: str = ""


class ModelConfig(Section):
    width: int = 8


class TrainConfig(Section):
    epochs: int = 30
    seed: int = 7


class FinetuneConfig(Section):
    start: str = "old"
    epochs: int = 4
    renamed: str = "cat=고양이"
    old_path: str = ""


class Config(Section):
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    finetune: FinetuneConfig = FinetuneConfig()


ACCURACY = {
    ("old model", "new"): 0.5,
    ("old model", "old"): 0.9,
    ("tuned", "new"): 0.8,
    ("tuned", "old"): 0.6,
    ("scratch", "new"): 0.7,
}


class Model(str):
    """Stands for a model by its name alone."""

    name = "classifier"


class Data(str):
    """Stands for data by their name alone."""

    def describe(self):
        return {"class_names": ["cat", "dog"], "fingerprints": {"test": self}}


@pytest.fixture
def compared(monkeypatch, tmp_path):
    """Compares models whose accuracy is known; returns also what was asked of them."""
    asked = []

    def measure(model, data, *, model_names, data_names):
        asked.append((model, data, bool(model_names), bool(data_names)))
        if ACCURACY[model, data] is None:
            return None
        right = np.zeros(1_000)
        right[: round(1_000 * ACCURACY[model, data])] = 1.0
        return Measured(right.mean(), right)

    def rehearse(project, config, callbacks, look):
        assert (config.train.epochs, config.train.seed) == (4, 7)
        look(SimpleNamespace(load_model=lambda: "scratch"), {"training_seconds": 12.0})

    start = Start(tmp_path, Model("old model"), tmp_path / "old.toml")
    (tmp_path / "old.toml").write_text('[data]\npath = "old"\n')
    room = "dltemplates.project.finetuning"
    monkeypatch.setattr("dltemplates.training.start.read_start", lambda runs, name: start)
    monkeypatch.setattr(f"{room}.rehearse", rehearse)
    (tmp_path / "done.json").write_text('{"training_seconds": 9.5}')
    run = SimpleNamespace(folder=tmp_path, runs=tmp_path, load_model=lambda: "tuned")
    project = SimpleNamespace(load_data=lambda config: Data(config.data.path or "new"))

    def call(config=None, **settings):
        yardstick = Yardstick("accuracy", measure, **settings)
        return compare(project, yardstick, config or Config(), run)

    return call, asked, tmp_path


def test_every_model_is_asked_about_what_it_can_answer(compared):
    call, asked, _ = compared
    found = call()
    assert found["values"] == {
        BEFORE: {NEW: 0.5, OLD: 0.9},
        AFTER: {NEW: 0.8, OLD: 0.6},
        SCRATCH: {NEW: 0.7},
    }
    assert found["seconds"] == {AFTER: 9.5, SCRATCH: 12.0}
    # New names are for what is old: the model before, and the old data.
    assert set(asked) == {
        ("tuned", "new", False, False),
        ("old model", "new", True, False),
        ("old model", "old", True, True),
        ("tuned", "old", False, True),
        ("scratch", "new", False, False),
    }


def test_says_whether_it_paid_and_what_was_lost(compared):
    call, _, _ = compared
    said = "\n".join(lines(call()))
    assert "before          50.00%    90.00%" in said
    assert "from scratch    70.00%         –" in said
    assert "+10.0 points against training from scratch" in said
    assert "95 % interval +8.1 points to +11.9 points). Fine-tuning paid." in said
    assert "On the old data it lost 30.0 points." in said


def test_where_less_is_better_the_words_turn_round(compared):
    call, _, _ = compared
    said = "\n".join(lines(call(higher=False, percent=False)))
    assert "-0.1 against training from scratch" in said and "did not pay" in said
    assert "On the old data it lost nothing." in said


def test_a_difference_that_chance_makes_is_called_so(compared, monkeypatch):
    call, _, _ = compared
    monkeypatch.setitem(ACCURACY, ("scratch", "new"), 0.801)
    assert "within chance" in call()["words"]


def test_says_why_old_data_were_not_measured(compared):
    call, _, folder = compared
    (folder / "old.toml").write_text('[data]\npath = ""\n')
    found = call()
    assert OLD not in found["values"][BEFORE]
    assert found["missing"][0].startswith("old data: Nothing says where the data are")


def test_says_why_new_data_were_not_measured_and_trains_no_other_model(compared, monkeypatch):
    call, asked, folder = compared
    for key in ACCURACY:
        monkeypatch.setitem(ACCURACY, key, None)
    found = call(needs="there are no labels.")
    assert lines(found) == ["Not measured: new data: there are no labels."]
    assert "scratch" not in {model for model, *_ in asked}
    (folder / "finetuning.json").write_text(json.dumps(found))
    html = page("Run", "", [finetuning_section(ReportedRun(folder))])
    assert "there are no labels." in html


def test_where_nothing_is_trained_the_other_training_is_as_long_as_usual(compared, monkeypatch):
    config = Config(finetune=FinetuneConfig(epochs=0))
    assert from_scratch(Config()).train.epochs == 4
    assert from_scratch(config).train.epochs == 30
    room = "dltemplates.project.finetuning"
    monkeypatch.setattr(
        f"{room}.rehearse",
        lambda project, config, callbacks, look: look(
            SimpleNamespace(load_model=lambda: "scratch"), {}
        ),
    )
    assert "+10.0 points against training from scratch (95" in compared[0](config)["words"]


def test_one_that_knows_more_classes_is_no_loser(compared):
    call, _, folder = compared
    (folder / "data.json").write_text('{"class_names": ["cat", "dog", "cow"]}')
    words = call()["words"]
    assert "which is easier" in words and "paid" not in words


def test_says_if_the_model_before_was_as_good(compared, monkeypatch):
    assert "before" not in compared[0]()["words"]
    monkeypatch.setitem(ACCURACY, ("old model", "new"), 0.85)
    words = compared[0]()["words"]
    assert "Fine-tuning paid. The model before was as good on the new data." in words


def test_old_data_that_have_changed_are_not_measured(compared):
    call, _, folder = compared
    (folder / "data.json").write_text('{"fingerprints": {"test": "old"}}')
    assert call()["missing"] == []
    (folder / "data.json").write_text('{"fingerprints": {"test": "older"}}')
    found = call()
    (missing,) = found["missing"]
    changed = "old data: The data that it was trained on have changed since. Name them"
    assert missing.startswith(changed)
    assert OLD not in found["values"][AFTER]
    assert call(Config(finetune=FinetuneConfig(old_path="old")))["missing"] == []


def test_the_report_shows_it(compared):
    call, _, folder = compared
    (folder / "finetuning.json").write_text(json.dumps(call()))
    html = page("Run", "", [finetuning_section(ReportedRun(folder))])
    assert "Fine-tuning paid." in html and "from scratch 12.0 s" in html
    for damage in ("{}", '{"values": 3}', "[]"):
        (folder / "finetuning.json").write_text(damage)
        assert not finetuning_section(ReportedRun(folder)).blocks


def test_old_data_are_found_by_the_start_or_by_a_setting(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[data]\nsource = "sample"\n')
    start = Start(tmp_path, None, path)
    assert old_settings(Config(), start).data.source == "sample"
    given = Config(finetune=FinetuneConfig(old_path="photos"))
    for each in (start, Start(tmp_path, None, None)):
        data = old_settings(given, each).data
        assert (data.source, data.path) == ("path", "photos")
    with pytest.raises(DataError, match="Nothing says where"):
        old_settings(Config(), Start(tmp_path, None, None))
    assert load_config(Config, path).data.source == "sample"
