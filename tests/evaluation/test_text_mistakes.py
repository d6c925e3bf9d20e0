import json

import numpy as np
import pandas as pd
import pytest

from dltemplates.evaluation.text_mistakes import mark, token_spans, worst_mistakes, write_mistakes

NAMES = ["부정", "긍정", "기타"]
TEXTS = ["가나", "다라", "마,\n바", "사"]
LABELS = np.array([0, 1, 2, 0])
PROBABILITIES = np.array([[0.1, 0.2, 0.7], [0.1, 0.8, 0.1], [0.9, 0.08, 0.02], [0.3, 0.3, 0.4]])


def test_wrong_answers_worst_first():
    asked = {}

    def influence(texts, direction):
        asked.update(zip(texts, direction.tolist(), strict=True))
        return [[(0, 1, 2.0), (1, 2, -1.0)] for _ in texts]

    found = worst_mistakes(TEXTS, LABELS, PROBABILITIES, NAMES, influence)
    assert [each.row for each in found] == [2, 0, 3]
    assert found[0].true == ["기타"] and found[0].answered == ["부정"]
    assert found[0].probability == pytest.approx(0.02)
    assert found[0].loss == pytest.approx(-np.log(0.02))
    assert found[0].marked() == "「마」,\n바"
    assert asked["가나"] == [-1.0, 0.0, 1.0]  # what speaks for the answer and against the truth
    assert len(worst_mistakes(TEXTS, LABELS, PROBABILITIES, NAMES, count=1)) == 1
    assert worst_mistakes(TEXTS[1:2], LABELS[1:2], PROBABILITIES[1:2], NAMES) == []


def test_several_classes_a_text():
    labels = np.array([[1, 0, 1], [0, 0, 0]], "uint8")
    probabilities = np.array([[0.9, 0.1, 0.05], [0.1, 0.7, 0.2]])
    directions = []

    def influence(texts, direction):
        directions.append(direction)
        return [[] for _ in texts]

    found = worst_mistakes(["a", "b"], labels, probabilities, NAMES, influence)
    assert [each.row for each in found] == [0, 1]
    assert found[0].true == ["부정", "기타"] and found[0].answered == ["부정"]
    assert found[1].true == [] and found[1].answered == ["긍정"]
    assert found[0].probability == pytest.approx(0.05)
    # The class that is most wrong: missing in the first text, too much in the second.
    assert directions[0].tolist() == [[0, 0, -1], [0, 1, 0]]


def test_file(tmp_path):
    found = worst_mistakes(
        TEXTS, LABELS, PROBABILITIES, NAMES, lambda texts, _: [[(0, 1, 0.5)] for _ in texts]
    )
    write_mistakes(tmp_path / "mistakes.csv", found)
    table = pd.read_csv(tmp_path / "mistakes.csv", encoding="utf-8")
    assert table["text"].tolist() == ["마,\n바", "가나", "사"]
    assert table["marked"][1] == "「가」나"
    assert json.loads(table["influence"][1]) == [[0, 1, 0.5]]
    write_mistakes(tmp_path / "mistakes.csv", [])
    assert pd.read_csv(tmp_path / "mistakes.csv").empty


def test_marks_touching_places_once():
    assert mark("가나다라", [(0, 1), (1, 2), (3, 4)]) == "「가나」다「라」"
    assert mark("가나", []) == "가나"


def test_where_tokens_stand():
    assert token_spans("character", "가a", np.array([0xAC00, 97])) == [(0, 1), (1, 2)]
    tokens = np.array([*"가a".encode()]) + 1
    assert token_spans("byte", "가a", tokens) == [(0, 1), (0, 1), (0, 1), (1, 2)]
    assert token_spans("byte", "가a", tokens[:2]) == [(0, 1), (0, 1)]  # cut inside a character
    assert token_spans("word", "a  aa b", np.array([2, 1, 3])) == [(0, 1), (3, 5), (6, 7)]
    assert token_spans("character", "", np.array([32])) == []  # a space that stands for nothing
    assert token_spans("subword", "가a", np.array([5])) == []
