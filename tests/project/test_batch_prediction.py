"""The loop of a prediction of many items, and its line of progress."""

import io
import threading
import time

import click
import pyarrow as pa
import pytest

from dltemplates.errors import DataError
from dltemplates.project.batch_prediction import (
    Answers,
    Batch,
    in_chunks,
    read_ahead,
    write_answers,
)
from dltemplates.project.batch_progress import BatchProgress

SCHEMA = pa.schema([pa.field("number", pa.int64()), pa.field("error", pa.string())])


def batch(count=95, fail_at=None, unread=(), asked=None):
    def answer(numbers):
        if asked is not None:
            asked.extend(numbers)
        if fail_at in numbers:
            raise DataError("The model fell over.")
        errors = ["broken" if number in unread else None for number in numbers]
        rows = pa.record_batch([numbers, pa.array(errors, pa.string())], schema=SCHEMA)
        return Answers(rows, len(numbers), len(set(numbers) & set(unread)))

    return Batch(
        unit="numbers",
        total=count,
        schema=SCHEMA,
        about={"inputs": [str(count), "digest"]},
        chunks=lambda: in_chunks(range(count), 10),
        read=lambda numbers: numbers,
        answer=answer,
    )


def predict(target, made, **how):
    how = {"resume": False, "overwrite": False, "as_json": False, **how}
    write_answers(made, target, **how)


def test_all_are_answered_in_order(tmp_path, capsys):
    predict(tmp_path / "a.csv", batch())
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines == ["number,error", *(f"{number}," for number in range(95))]
    said = capsys.readouterr()
    assert said.out == f"95 numbers answered. Saved: {tmp_path / 'a.csv'}\n"
    assert "95 of 95 numbers" in said.err


def test_after_a_failure_only_the_rest_is_asked_about(tmp_path, capsys):
    with pytest.raises(DataError, match="fell over"):
        predict(tmp_path / "a.csv", batch(fail_at=55, unread=[3, 94]))
    assert not (tmp_path / "a.csv").exists()
    asked = []
    with pytest.raises(click.exceptions.Exit) as ended:
        predict(tmp_path / "a.csv", batch(unread=[3, 94], asked=asked), resume=True)
    assert ended.value.exit_code == 1
    assert asked == list(range(50, 95))
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert len(lines) == 96 and lines[4] == "3,broken" and lines[95] == "94,broken"
    said = capsys.readouterr().err
    assert "Going on after 50 numbers" in said
    assert "2 of 95 numbers could not be read" in said  # one by each of the two


def test_other_columns_are_other_answers(tmp_path):
    with pytest.raises(DataError, match="fell over"):
        predict(tmp_path / "a.csv", batch(fail_at=55))
    other = batch()
    other = Batch(**{**vars(other), "schema": SCHEMA.append(pa.field("more", pa.int64()))})
    with pytest.raises(DataError, match="columns"):
        predict(tmp_path / "a.csv", other, resume=True)


def test_reading_ahead_is_bounded_and_in_order():
    made = []

    def items():
        for number in range(50):
            made.append(number)
            yield number

    ahead = read_ahead(items(), depth=3)
    assert next(ahead) == 0
    time.sleep(0.3)
    assert len(made) <= 6
    assert list(ahead) == list(range(1, 50))


def test_what_goes_wrong_in_reading_is_raised_in_its_place():
    def items():
        yield 1
        raise DataError("No such file.")

    ahead = read_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(DataError, match="No such file"):
        next(ahead)


def test_the_thread_ends_with_the_one_who_listens():
    before = threading.active_count()
    ahead = read_ahead(iter(range(1_000)))
    next(ahead)
    ahead.close()
    for _ in range(50):
        if threading.active_count() <= before:
            return
        time.sleep(0.1)
    raise AssertionError(threading.enumerate())


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_on_a_terminal_is_one_line(monkeypatch):
    monkeypatch.setattr("dltemplates.project.batch_progress._LIVE", 0.0)
    shown = Terminal()
    progress = BatchProgress(2_000, "texts", done=500, stream=shown)
    progress.update(1_000)
    progress.finish(1_990)
    assert shown.getvalue().count("\n") == 1
    first, last = shown.getvalue().split("\r\x1b[K")[1:]
    assert first.startswith("1,000 of 2,000 texts") and first.endswith("left")
    assert last.startswith("1,990 of 1,990 texts") and "left" not in last


@pytest.mark.parametrize(("ci", "lines"), [("", 2), ("true", 1)])
def test_progress_elsewhere_is_plain_lines(monkeypatch, ci, lines):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("dltemplates.project.batch_progress._PLAIN", 0.0)
    shown = io.StringIO()
    progress = BatchProgress(10, "rows", stream=shown)
    progress.update(5)
    progress.finish(10)
    assert len(shown.getvalue().splitlines()) == lines and "\r" not in shown.getvalue()
