"""The commands of a project that classifies texts, on a network that was hardly trained."""

import json
import warnings

import keras
import numpy as np
import pandas as pd
import pytest

from dltemplates.project.text_classification import command_line
from tests.project.small_text_project import TOPICS


def test_a_text_of_one_token_is_nothing_to_warn_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="softmax"):
            keras.ops.softmax(np.zeros((1, 1)))
        command_line("dltemplates", "Test.")
        keras.ops.softmax(np.zeros((1, 1)))


def test_evaluate(rng, text_project, tmp_path, caplog):
    run = text_project(rng)
    result = run("evaluate", "--json")
    assert result.exit_code == 0, result.output
    assert "changed" not in caplog.text and "cannot be read" not in caplog.text
    found = json.loads(result.stdout)
    names = [each["name"] for each in found["comparison"]["contenders"]]
    assert names[0] == "always the commonest class of train" and names[-1] == "this model"
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


def test_duplicates_between_splits_are_said(rng, text_project):
    run = text_project(rng)
    train, test = pd.read_csv("train.csv"), pd.read_csv("test.csv")
    pd.concat([test, train.iloc[:3]]).to_csv("test.csv", index=False)
    result = run("evaluate", "--no-baseline")
    assert result.exit_code == 0, result.output
    assert "texts are in this split and in train too" in result.output
    assert "linear baseline" not in result.output


def test_several_classes_a_text(rng, text_project, tmp_path):
    run = text_project(rng, multi_label=True)
    result = run("evaluate")
    assert result.exit_code == 0, result.output
    assert "micro F1" in result.output
    assert (tmp_path / "runs/first/classes.csv").exists()
    result = run("predict", "영화 배우", "--format", "csv")
    assert result.exit_code == 0, result.output
    result = run("predict", "영화 배우", "--json")
    answer = json.loads(result.stdout)[0]
    assert set(answer["labels"]) <= set(TOPICS) and len(answer["top"]) == 3


def test_a_network_alone(rng, text_project):
    run = text_project(rng, linear=False)
    result = run("evaluate", "--json")
    assert result.exit_code == 0, result.output
    comparison = json.loads(result.stdout)["comparison"]
    assert [each["name"] for each in comparison["contenders"]][2:] == ["this model"]
    assert "LOSES" in comparison["verdict"]
    assert "THE MODEL LOSES to the linear baseline" in result.stderr


def test_predict(rng, text_project, tmp_path):
    run = text_project(rng)
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
def test_a_blank_row_has_an_answer_of_its_own(rng, text_project, tmp_path, name):
    run = text_project(rng)
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


def test_quotes_as_in_training_or_as_asked(rng, text_project, tmp_path):
    run = text_project(rng)
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


def test_bad_input_is_answered_in_words(rng, text_project, tmp_path):
    run = text_project(rng)
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


def test_other_classes_are_refused(rng, text_project):
    run = text_project(rng)
    table = pd.read_csv("train.csv")
    table.loc[:20, "label"] = "so-so"
    table.to_csv("train.csv", index=False)
    result = run("evaluate")
    assert result.exit_code == 1
    assert "classes that the network does not know: so-so. It knows bad, good" in result.output


def test_pretrain_leaves_a_run_that_is_no_finished_model(rng, text_project, tmp_path):
    run = text_project(rng)
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
