"""The commands of a project that classifies texts, on a network that was hardly trained."""

import json
import os
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from dltemplates.data.text_batches import encode
from dltemplates.evaluation.ngram_linear import fit_ngram_linear
from dltemplates.layers import (
    CharacterTokens,
    ClassLabels,
    LogitBlend,
    NormalizedText,
)
from dltemplates.project.text_classification import command_line
from dltemplates.training.run import Run
from tests.evaluation.small_texts import reviews, topics

CONFIG = """
from dltemplates.project.config import Section

class Data(Section):
    path: str
    test_path: str
    label_separator: str
    quotes: str = "auto"

class Config(Section):
    data: Data
"""
DATA = """
from dltemplates.data.text_data import load_texts

def load_data(config):
    data = config.data
    return load_texts(
        "path",
        path=data.path,
        test_path=data.test_path,
        label_separator=data.label_separator,
    )
"""
PRETRAIN = """
import keras

def pretrain(config, run):
    if not config.data.path:
        raise ValueError("nothing to learn from")
    keras.Sequential([keras.layers.Dense(1)]).save(run.folder / "encoder.keras")
    return {"loss": 0.5}
"""
NAMES = ["bad", "good"]
TOPICS = ["연기", "영화", "음악"]


def write_tables(rng, multi_label: bool) -> None:
    for name, count in (("train", 240), ("test", 60)):
        texts, labels = (topics if multi_label else reviews)(rng, count)
        named = [
            "|".join(TOPICS[index] for index in np.flatnonzero(row)) if multi_label else NAMES[row]
            for row in labels
        ]
        pd.DataFrame({"text": texts, "label": named}).to_csv(f"{name}.csv", index=False)


def finished_model(data, *, linear: bool = True) -> keras.Model:
    """A network as it was born, and a linear part that was fitted."""
    keras.utils.set_random_seed(0)
    names = data.class_names
    tokens = keras.Input((None,), dtype="int32")
    small = keras.ops.mod(tokens, 1000)
    embedded = keras.layers.Embedding(1000, 8, mask_zero=True, name="embedding")(small)
    pooled = keras.layers.GlobalAveragePooling1D()(embedded)
    network = keras.Model(tokens, keras.layers.Dense(len(names))(pooled), name="network")
    text = keras.Input((), dtype="string", name="text")
    layer = CharacterTokens(40, name="tokens")
    found = layer(NormalizedText(name="normalized")(text))
    logits = network(found[:, :30])
    if linear:
        part = fit_ngram_linear(
            encode(data.train.texts, layer),
            data.train.labels,
            len(names),
            multi_label=data.multi_label,
        )
        logits = LogitBlend(2, name="blend")([logits, part(found)])
    kind = "sigmoid" if data.multi_label else "softmax"
    shares = keras.layers.Activation(kind, dtype="float32", name="probabilities")(logits)
    return keras.Model(text, ClassLabels(names, name="labels")(shares))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Makes a project with a run called `first`; returns what runs its commands."""
    package = tmp_path / "tiny_texts"
    package.mkdir()
    files = {"__init__": "", "config": CONFIG, "data": DATA, "model": "", "pretrain": PRETRAIN}
    for name, code in files.items():
        (package / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)

    def make(rng, *, multi_label: bool = False, linear: bool = True):
        from dltemplates.data.text_data import load_texts

        write_tables(rng, multi_label)
        separator = "|" if multi_label else ""
        data = load_texts("path", path="train.csv", test_path="test.csv", label_separator=separator)
        run = Run.create(tmp_path / "runs", "first")
        text = (
            f'[data]\npath = "train.csv"\ntest_path = "test.csv"\nlabel_separator = "{separator}"\n'
        )
        run.write_text("config.toml", text)
        (tmp_path / "config.toml").write_text(text, "utf-8")
        run.write_json("data.json", data.describe())
        run.write_samples([text.encode() for text in data.held_out_texts(4)])
        run.save_model(finished_model(data, linear=linear))
        group = command_line("tiny_texts", "Test.")
        return lambda *arguments: CliRunner().invoke(group, arguments)

    yield make
    for name in [name for name in sys.modules if name.startswith("tiny_texts")]:
        del sys.modules[name]


def test_a_text_of_one_token_is_nothing_to_warn_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="softmax"):
            keras.ops.softmax(np.zeros((1, 1)))
        command_line("dltemplates", "Test.")
        keras.ops.softmax(np.zeros((1, 1)))


def test_evaluate(rng, project, tmp_path, caplog):
    run = project(rng)
    result = run("evaluate", "--json")
    assert result.exit_code == 0, result.output
    assert "changed" not in caplog.text and "cannot be read" not in caplog.text
    found = json.loads(result.stdout)
    names = [each["name"] for each in found["comparison"]["contenders"]]
    assert names[0] == "always the commonest class" and names[-1] == "this model"
    assert "linear baseline" in names[1] and len(names) == 5
    assert found["items"] == 60
    by_name = {each["name"]: each for each in found["comparison"]["contenders"]}
    assert by_name["this model's linear part alone"]["accuracy"] > 0.9
    assert by_name["this model"]["accuracy"] == found["accuracy"]
    folder = tmp_path / "runs/first"
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert metrics["comparison"]["verdict"]
    assert (folder / "confusion.csv").read_text("utf-8").startswith("true,bad,good")
    mistakes = pd.read_csv(folder / "mistakes.csv")
    assert len(mistakes) == round((1 - found["accuracy"]) * 60)
    assert "Traceback" not in result.output


def test_duplicates_between_splits_are_said(rng, project):
    run = project(rng)
    train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
    pd.concat([test, train.iloc[:3]]).to_csv("test.csv", index=False)
    result = run("evaluate", "--no-baseline")
    assert result.exit_code == 0, result.output
    assert "texts are in this split and in train too" in result.output
    assert "linear baseline" not in result.output


def test_several_classes_a_text(rng, project, tmp_path):
    run = project(rng, multi_label=True)
    result = run("evaluate")
    assert result.exit_code == 0, result.output
    assert "micro F1" in result.output
    assert (tmp_path / "runs/first/classes.csv").exists()
    result = run("predict", "영화 배우", "--format", "csv")
    assert result.exit_code == 0, result.output
    result = run("predict", "영화 배우", "--json")
    answer = json.loads(result.stdout)[0]
    assert set(answer["labels"]) <= set(TOPICS) and len(answer["top"]) == 3


def test_a_network_alone(rng, project):
    run = project(rng, linear=False)
    result = run("evaluate", "--json")
    assert result.exit_code == 0, result.output
    comparison = json.loads(result.stdout)["comparison"]
    assert [each["name"] for each in comparison["contenders"]][2:] == ["this model"]
    assert "LOSES" in comparison["verdict"]
    assert "THE MODEL LOSES to the linear baseline" in result.stderr


def test_predict(rng, project, tmp_path):
    run = project(rng)
    one = run("predict", "정말 재미있다 영화", "돈이 아깝다", "--format", "csv")
    assert one.exit_code == 0, one.output
    lines = one.stdout.splitlines()
    assert lines[0] == "text,label,probability"
    assert lines[1].startswith("정말 재미있다 영화,good,0.")
    assert lines[2].startswith("돈이 아깝다,bad,0.")

    texts = ["정말 재미있다 영화", "", '"돈이", 아깝다']
    (tmp_path / "texts.txt").write_bytes("\r\n".join([*texts, ""]).encode("cp949"))
    answers = json.loads(run("predict", "--file", "texts.txt", "--json").stdout)
    assert [each["text"] for each in answers] == texts
    pd.DataFrame({"review": texts}).to_csv("texts.csv", index=False)
    table = json.loads(
        run("predict", "--file", "texts.csv", "--text-column", "review", "--json").stdout
    )
    assert [each.pop("line") for each in answers] == [1, 2, 3]
    assert [each.pop("line") for each in table] == [2, 3, 4]
    assert table == answers

    assert run("export", "--name", "texts").exit_code == 0
    exported = run("predict", "--file", "texts.txt", "--export", "export/texts", "--json")
    assert exported.exit_code == 0, exported.output
    for there, here in zip(json.loads(exported.stdout), answers, strict=True):
        assert there["label"] == here["label"]
        assert there["probability"] == pytest.approx(here["probability"], abs=1e-5)
    words = run("predict", "정말\n재미있다 " + "영화 " * 40)
    assert words.stdout.splitlines()[-1].startswith("정말 재미있다 영화")
    assert "…: " in words.stdout


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet"])
def test_a_blank_row_has_an_answer_of_its_own(rng, project, tmp_path, name):
    run = project(rng)
    texts = ["정말 재미있다 영화", "", "돈이 아깝다"]
    if name == "a.parquet":
        pd.DataFrame({"review": [texts[0], None, texts[2]]}).to_parquet(name)
    elif name == "a.jsonl":
        (tmp_path / name).write_text("".join(f'{{"review": "{text}"}}\n' for text in texts))
    else:
        (tmp_path / name).write_text("\n".join(["review", *texts, ""]))
    unit, first = ("row", 1) if name == "a.parquet" else ("line", 1 if "json" in name else 2)
    found = run("predict", "--file", name, "--text-column", "review", "--json")
    assert found.exit_code == 0, found.output
    direct = json.loads(run("predict", *texts, "--json").stdout)
    answers = json.loads(found.stdout)
    assert [each.pop(unit) for each in answers] == [first, first + 1, first + 2]
    assert answers == direct
    table = run("predict", "--file", name, "--text-column", "review", "--format", "csv").stdout
    lines = table.splitlines()
    assert lines[0] == f"{unit},text,label,probability"
    assert lines[2].startswith(f"{first + 1},,")
    words = run("predict", "--file", name, "--text-column", "review").stdout.splitlines()
    assert words[1].startswith(f"{unit} {first + 1}: (blank): ")


def test_quotes_as_in_training_or_as_asked(rng, project, tmp_path):
    run = project(rng)
    (tmp_path / "a.csv").write_text('review\n"하나"\n둘\n')

    def texts(*options):
        result = run("predict", "--file", "a.csv", "--text-column", "review", "--json", *options)
        assert result.exit_code == 0, result.output
        return [each["text"] for each in json.loads(result.stdout)]

    assert texts() == ["하나", "둘"]
    assert texts("--quotes", "literal") == ['"하나"', "둘"]
    config = tmp_path / "runs/first/config.toml"
    config.write_text(config.read_text("utf-8") + 'quotes = "literal"\n', "utf-8")
    assert texts() == ['"하나"', "둘"]
    assert texts("--quotes", "csv") == ["하나", "둘"]
    assert run("export", "--name", "texts").exit_code == 0
    assert texts("--export", "export/texts") == ['"하나"', "둘"]
    assert texts("--export", "export/texts", "--quotes", "csv") == ["하나", "둘"]
    (tmp_path / "export/texts/1/config.toml").unlink()
    assert texts("--export", "export/texts") == ["하나", "둘"]


def test_bad_input_is_answered_in_words(rng, project, tmp_path):
    run = project(rng)
    (tmp_path / "empty.txt").write_text("")
    pd.DataFrame({"review": ["a"]}).to_csv("texts.csv", index=False)
    for arguments, words in [
        (["predict"], "Give texts"),
        (["predict", "a", "--file", "texts.csv"], "Give texts"),
        (["predict", "a", "--text-column", "review"], "--text-column is for --file"),
        (["predict", "a", "--quotes", "csv"], "--quotes is for a table"),
        (["predict", "a", "--run", "first", "--export", "x"], "not both"),
        (["predict", "--file", "none.txt"], "none.txt"),
        (["predict", "--file", "empty.txt"], "empty"),
        (["predict", "--file", "texts.csv"], "--text-column"),
        (["predict", "--file", "texts.csv", "--text-column", "text"], "Set --text-column."),
        (["evaluate", "--run", "other"], "No such run"),
    ]:
        result = run(*arguments)
        assert result.exit_code != 0, arguments
        assert words in result.output, result.output
        assert "Traceback" not in result.output


def test_other_classes_are_refused(rng, project):
    run = project(rng)
    table = pd.read_csv("train.csv")
    table.loc[:20, "label"] = "so-so"
    table.to_csv("train.csv", index=False)
    result = run("evaluate")
    assert result.exit_code == 1
    assert "classes that the network does not know: so-so. It knows bad, good" in result.output


def test_pretrain_leaves_a_run_that_is_no_finished_model(rng, project, tmp_path):
    run = project(rng)
    result = run("pretrain", "--name", "before", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["loss"] == 0.5
    assert (tmp_path / "runs/before/encoder.keras").exists()
    again = run("pretrain", "--name", "before")
    assert again.exit_code == 1
    assert "runs/before: There is a run of this name." in again.output
    assert (tmp_path / "runs/before/encoder.keras").exists()  # untouched
    assert "runs/first" in run("predict", "a").stderr  # the latest run that is finished
    failed = run("pretrain", "--name", "failed", "--set", "data.path=")
    assert failed.exit_code != 0
    assert not (tmp_path / "runs/failed").exists()


def test_no_pretrain_command_without_its_module(tmp_path, monkeypatch):
    (tmp_path / "plain_texts").mkdir()
    (tmp_path / "plain_texts/__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    assert "pretrain" not in command_line("plain_texts", "Test.").commands


def write_many(path):
    texts = [f"정말 재미있다 영화 {number}" for number in range(60)] + ["", "한 줄\n더"]
    frame = pd.DataFrame({"review": texts, "other": 1})
    if path.endswith("parquet"):
        frame.to_parquet(path)
    elif path.endswith("jsonl"):
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        frame.to_csv(path, index=False, encoding="cp949" if "cp949" in path else "utf-8-sig")
    return texts


@pytest.mark.parametrize("ending", ["csv", "cp949.csv", "jsonl", "parquet"])
def test_predict_to_a_table_answers_as_in_print(rng, project, monkeypatch, ending):
    run = project(rng)
    monkeypatch.setattr("dltemplates.project.text_batch._CHUNK", 16)
    texts = write_many(f"many.{ending}")
    options = ("predict", "--file", f"many.{ending}", "--text-column", "review")
    printed = json.loads(run(*options, "--json").stdout)
    result = run(*options, "--to", f"a.{ending}", "--top-k", "2")
    assert result.exit_code == 0, result.output
    assert "62 texts answered" in result.stdout
    if ending == "parquet":
        found = pd.read_parquet("a.parquet")
    elif ending == "jsonl":
        found = pd.read_json("a.jsonl", lines=True)
    else:
        found = pd.read_csv(f"a.{ending}", keep_default_na=False)
    assert found["text"].tolist() == texts
    unit = "row" if ending == "parquet" else "line"
    assert found[unit].tolist() == [each[unit] for each in printed]
    assert found["label"].tolist() == [each["label"] for each in printed]
    shares = [each["top"][1]["probability"] for each in printed]
    np.testing.assert_allclose(found["probability_2"], shares, atol=1e-6)


def test_a_prediction_goes_on_with_the_same_model_and_files_alone(rng, project, monkeypatch):
    run = project(rng)
    monkeypatch.setattr("dltemplates.project.text_batch._CHUNK", 16)
    write_many("many.csv")
    options = ("predict", "--file", "many.csv", "--text-column", "review")
    assert run(*options, "--to", "whole.csv").exit_code == 0

    def stop(answer):
        asked = []

        def stopping(self, texts):
            asked.append(len(texts))
            if len(asked) == 3:
                raise KeyboardInterrupt
            return answer(self, texts)

        return stopping

    with monkeypatch.context() as patch:
        from dltemplates.project.text_predictor import KerasPredictor

        patch.setattr(KerasPredictor, "probabilities", stop(KerasPredictor.probabilities))
        result = run(*options, "--to", "a.csv")
        assert result.exit_code == 130 and "Stopped" in result.output
    assert not os.path.exists("a.csv")
    again = run(*options, "--to", "a.csv", "--resume", "--all-probabilities")
    assert again.exit_code == 1 and "columns" in again.output
    again = run(*options, "--to", "a.csv", "--resume")
    assert again.exit_code == 0 and "Going on after 32 texts" in again.output
    assert Path("a.csv").read_bytes() == Path("whole.csv").read_bytes()
    done = run(*options, "--to", "a.csv", "--resume")
    assert done.exit_code == 0 and "is complete" in done.output


def test_texts_of_several_labels_to_a_table(rng, project):
    run = project(rng, multi_label=True)
    write_many("many.csv")
    result = run("predict", "--file", "many.csv", "--text-column", "review", "--to", "a.csv")
    assert result.exit_code == 0, result.output
    found = pd.read_csv("a.csv", keep_default_na=False)
    shares = found[[f"probability of {name}" for name in TOPICS]].to_numpy()
    expected = [
        ";".join(name for name, share in zip(TOPICS, row, strict=True) if share >= 0.5)
        for row in shares
    ]
    assert found["labels"].tolist() == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a", "--to", "a.csv"], "name some with --file"),
        (["a", "--overwrite"], "--overwrite is for --to"),
        (["--file", "x.txt", "--file", "y.txt"], "More than one --file"),
        (["--file", "x.txt", "--to", "a.xlsx"], "not written to files that end in '.xlsx'"),
        (["--file", "many.csv", "--to", "a.csv"], "--text-column"),
    ],
)
def test_what_is_not_answered_to_a_table(rng, project, arguments, words):
    run = project(rng)
    write_many("many.csv")
    result = run("predict", *arguments)
    assert result.exit_code != 0 and words in " ".join(result.output.split()), result.output
    assert not os.path.exists("a.csv")
