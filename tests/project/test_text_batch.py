"""Texts of tables, answered into a table."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.project.small_text_project import TOPICS


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
def test_predict_to_a_table_answers_as_in_print(rng, text_project, monkeypatch, ending):
    run = text_project(rng)
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


def test_a_prediction_goes_on_with_the_same_model_and_files_alone(rng, text_project, monkeypatch):
    run = text_project(rng)
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


def test_texts_of_several_labels_to_a_table(rng, text_project):
    run = text_project(rng, multi_label=True)
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
def test_what_is_not_answered_to_a_table(rng, text_project, arguments, words):
    run = text_project(rng)
    write_many("many.csv")
    result = run("predict", *arguments)
    assert result.exit_code != 0 and words in " ".join(result.output.split()), result.output
    assert not os.path.exists("a.csv")
