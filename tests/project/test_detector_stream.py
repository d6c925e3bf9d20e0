"""Rows that are answered as they come, on networks that were never trained."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dltemplates.errors import DataError
from dltemplates.project.detector_stream import judge_stream
from tests.export.small_detector import BROKEN, WINDOW
from tests.project.conftest import log_frame, refused, table_frame


def test_a_stream_is_answered_as_predict_answers(series):
    assert series("predict", "--to", "out").exit_code == 0
    expected = pd.read_csv("out/scores.csv")
    frame = log_frame().iloc[BROKEN.start - 20 : BROKEN.start + 10][["c", "time", "a", "b"]]
    result = series("predict", "--stream", input=frame.to_csv(index=False, sep=";"))
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["row"] for answer in answers] == list(range(1, 31))
    assert all(answer["score"] is None for answer in answers[: WINDOW - 1])
    first = BROKEN.start - 20
    rows = expected.iloc[first : first + 30 - WINDOW + 1]
    whole = answers[WINDOW - 1 :]
    np.testing.assert_allclose([each["score"] for each in whole], rows["score"], atol=1e-5)
    assert [each["alarm"] for each in whole] == rows["alarm"].tolist()
    shares = rows.filter(like="share").to_numpy()
    assert [each["strongest"] for each in whole] == ["abc"[place] for place in shares.argmax(1)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "3 of the detector's 3 columns are missing"),
        ("a,b\n1,2\n", "1 of the detector's 3 columns are missing: 'c'"),
        ("a,b,c\n1,two,3\n", "'two' is no number"),
        ("a,b,c\n" + "9" * 200_000 + ",1,2\n", "This is no CSV"),
    ],
)
def test_streams_that_cannot_be_judged(series, text, words):
    refused(series("predict", "--stream", input=text), words)


def test_a_stream_with_gaps(series):
    rows = log_frame().iloc[:20][["a", "b", "c"]]
    rows.iloc[3:9, 1] = np.nan
    text = rows.to_csv(index=False).replace("\n", "\n\n")
    result = series("predict", "--stream", input="\ufeff" + text)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == 20
    assert all(0 <= answer["score"] <= 1 for answer in answers[WINDOW - 1 :])


def test_a_stream_with_decimal_commas(table):
    frame = table_frame().drop(columns="bad").iloc[:3]
    plain, european = (
        table("predict", "--stream", input=frame.to_csv(index=False, sep=";", decimal=mark)).stdout
        for mark in ".,"
    )
    assert plain == european and len(plain.splitlines()) == 3


def test_a_single_column_with_decimal_commas():
    judged = SimpleNamespace(score=[0.5], alarm=[False], attribution=np.ones((1, 1)))
    seen = []
    one = SimpleNamespace(
        names=["level"],
        window=1,
        columns=lambda header, where: [header.index("level")],
        judge=lambda rows: seen.append(float(rows[0, 0])) or judged,
    )
    assert len(list(judge_stream(one, ["level\n", "1,5\n", "2\n", "-0,25\n"]))) == 3
    assert seen == [1.5, 2.0, -0.25]
    with pytest.raises(DataError, match="is no number"):
        list(judge_stream(one, ["level\n", "1,5,2\n"]))
