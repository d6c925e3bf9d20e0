"""Rows as CSV, JSON lines and Parquet."""

import csv
import datetime
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dltemplates.project.table_rows import FORMATS, csv_head, csv_rows, json_rows

TEXTS = ["plain", 'with "quotes", and commas', "two\nlines\r", "한국어 👍🏽", "", None]


@pytest.fixture
def batch():
    time = datetime.datetime(2024, 3, 1, 12, 30)
    return pa.record_batch(
        {
            "row": pa.array([1, 2, 3, 4, 5, None], pa.int64()),
            'a "text", 글': pa.array(TEXTS, pa.string()),
            "score": pa.array([0.1, 1.0, 1e-9, np.nan, np.inf, None], pa.float32()),
            "alarm": pa.array([True, False, True, False, True, None]),
            "time": pa.array([time] * 4 + [time.replace(microsecond=5), None], pa.timestamp("us")),
        }
    )


def test_csv_is_read_back(batch):
    text = (csv_head(batch.schema) + csv_rows(batch)).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == batch.schema.names
    assert [row[1] for row in rows[1:]] == [text or "" for text in TEXTS]
    assert [row[2] for row in rows[1:]][3:] == ["", "", ""]
    scores = [np.float32(row[2]) for row in rows[1:4]]
    assert scores == [np.float32(0.1), np.float32(1), np.float32(1e-9)]  # to the last bit
    assert [row[3] for row in rows[1:]] == ["True", "False", "True", "False", "True", ""]
    assert rows[1][4] == "2024-03-01 12:30:00" and rows[5][4] == "2024-03-01 12:30:00.000005"


def test_json_is_read_back(batch):
    lines = json_rows(batch).decode().split("\n")
    assert lines.pop() == ""
    rows = [json.loads(line) for line in lines]
    assert [row['a "text", 글'] for row in rows] == TEXTS
    assert [row["score"] is None for row in rows] == [False] * 3 + [True] * 3
    assert np.float32(rows[0]["score"]) == np.float32(0.1)
    assert [row["alarm"] for row in rows] == [True, False, True, False, True, None]
    assert rows[5] == dict.fromkeys(batch.schema.names)
    assert rows[0]["time"] == "2024-03-01 12:30:00"


def test_parquet_is_made_of_rows_that_were_added(batch, tmp_path):
    kind = FORMATS[".parquet"]
    rows = tmp_path / "rows"
    rows.write_bytes(kind.head(batch.schema) + b"".join(kind.rows(batch) for _ in range(3)))
    kind.finish(rows, tmp_path / "a.parquet")
    found = pd.read_parquet(tmp_path / "a.parquet")
    assert found["row"].tolist()[:5] == [1, 2, 3, 4, 5] and len(found) == 18
    rows.write_bytes(kind.head(batch.schema))
    kind.finish(rows, tmp_path / "none.parquet")
    assert list(pd.read_parquet(tmp_path / "none.parquet")) == batch.schema.names


def test_nothing_is_nothing(batch):
    assert csv_rows(batch.slice(0, 0)) == json_rows(batch.slice(0, 0)) == b""
