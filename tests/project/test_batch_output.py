"""A file of answers that goes on after anything."""

import json
import os
import signal
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pytest

from dltemplates.errors import DataError
from dltemplates.project.batch_output import BatchOutput
from dltemplates.project.batch_target import nothing_left

SCHEMA = pa.schema([pa.field("row", pa.int64()), pa.field("text", pa.string())])
ABOUT = {"inputs": ["2 files", "a" * 64], "model": "b" * 64, "--quotes": None}
CHUNKS, SIZE = 12, 50


def rows(chunk):
    numbers = range(chunk * SIZE, (chunk + 1) * SIZE)
    return pa.record_batch([list(numbers), [f"글 {n}" * (n % 7) for n in numbers]], schema=SCHEMA)


def write(target, stop=None, error=None, about=ABOUT, **how):
    with BatchOutput(target, SCHEMA, about, **how) as output:
        first = output.done.chunks
        for chunk in range(first, CHUNKS):
            if chunk == stop:
                raise error
            output.write(rows(chunk), SIZE, chunk % 2)
        output.finish()
    return first, output.done


def content(target):
    if target.suffix == ".parquet":
        return pd.read_parquet(target).to_dict()
    return target.read_bytes()


@pytest.fixture(params=["csv", "jsonl", "parquet"])
def target(request, tmp_path):
    return tmp_path / f"answers.{request.param}"


def test_nothing_is_left_beside_a_complete_file(target):
    first, done = write(target)
    assert (first, done.chunks, done.items, done.unread) == (0, CHUNKS, CHUNKS * SIZE, 6)
    assert os.listdir(target.parent) == [target.name]
    assert len(content(target)) > 0


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), OSError(28, "full")])
@pytest.mark.parametrize("stop", [0, 1, 7])
def test_goes_on_where_it_was_stopped(target, tmp_path, stop, error):
    whole = tmp_path / f"whole{target.suffix}"
    write(whole)
    with pytest.raises(type(error)):
        write(target, stop=stop, error=error)
    assert not target.exists()
    first, done = write(target, resume=True)
    assert (first, done.unread) == (stop, 6)
    assert content(target) == content(whole)


def test_what_was_written_after_the_last_record_is_written_again(target, tmp_path):
    whole = tmp_path / f"whole{target.suffix}"
    write(whole)
    with pytest.raises(KeyboardInterrupt):
        write(target, stop=5, error=KeyboardInterrupt())
    with open(f"{target}.part", "ab") as file:
        file.write(b"half a row" * 10_000)
    assert write(target, resume=True)[0] == 5
    assert content(target) == content(whole)


def test_a_failure_of_the_disk_is_told_and_does_no_harm(target, tmp_path, monkeypatch):
    whole = tmp_path / f"whole{target.suffix}"
    write(whole)
    append = BatchOutput._append

    def full(self, content, done):
        if done.chunks == 4:
            self._file.write(content[: len(content) // 2])
            raise OSError(28, "No space left on device")
        append(self, content, done)

    monkeypatch.setattr(BatchOutput, "_append", full)
    with pytest.raises(OSError, match="No space"):
        write(target)
    monkeypatch.setattr(BatchOutput, "_append", append)
    assert not target.exists()
    assert write(target, resume=True)[0] == 3
    assert content(target) == content(whole)


def test_a_kill_while_the_file_gets_its_name(target, tmp_path, monkeypatch):
    whole = tmp_path / f"whole{target.suffix}"
    write(whole)
    replace = os.replace

    def killed(source, to):
        if str(to) == str(target):
            raise SystemExit(137)
        replace(source, to)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(SystemExit):
        write(target)
    monkeypatch.setattr(os, "replace", replace)
    assert not target.exists()
    assert write(target, resume=True)[0] == CHUNKS
    assert content(target) == content(whole)
    assert sorted(os.listdir(tmp_path)) == sorted([target.name, whole.name])
    journal = target.with_name(f"{target.name}.journal")
    journal.write_text("left by a process that was killed in its last moment")
    assert nothing_left(target, resume=True) and not journal.exists()
    assert not nothing_left(target, resume=False)


def test_what_is_there_is_kept(target):
    target.write_text("mine")
    with pytest.raises(DataError, match="--overwrite"):
        write(target)
    with pytest.raises(DataError, match="there already"):
        write(target, resume=True)
    assert target.read_text() == "mine"
    write(target, overwrite=True)
    with pytest.raises(KeyboardInterrupt):
        write(target, stop=3, error=KeyboardInterrupt(), overwrite=True)
    assert len(content(target)) > 1  # the old one, until the new one is complete
    with pytest.raises(DataError, match="there already"):
        write(target)
    target.unlink()
    with pytest.raises(DataError, match="unfinished"):
        write(target)
    assert write(target, resume=True)[0] == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "c" * 64}, "model: bbbbbbbbbbbb then, cccccccccccc now"),
        ({"inputs": ["3 files", "d" * 64]}, "2 files aaaaaaaaaaaa then, 3 files dddddddddddd now"),
        ({"--quotes": "csv"}, "--quotes: none then, csv now"),
    ],
)
def test_goes_on_with_the_same_alone(target, change, message):
    with pytest.raises(KeyboardInterrupt):
        write(target, stop=3, error=KeyboardInterrupt())
    with pytest.raises(DataError, match=message):
        write(target, resume=True, about={**ABOUT, **change})
    assert write(target, resume=True)[0] == 3


@pytest.mark.parametrize("damage", ["{", "[]", '{"written": {}, "about": {}, "layout": 1}'])
def test_a_damaged_record_is_refused(target, damage):
    with pytest.raises(KeyboardInterrupt):
        write(target, stop=3, error=KeyboardInterrupt())
    journal = target.with_name(f"{target.name}.journal")
    record = journal.read_text()
    journal.write_text(damage)
    with pytest.raises(DataError, match="damaged"):
        write(target, resume=True)
    journal.write_text(record)
    os.truncate(f"{target}.part", 3)
    with pytest.raises(DataError, match="damaged"):
        write(target, resume=True)
    assert write(target, overwrite=True)[0] == 0


def test_two_processes_do_not_write_one_file(target):
    with BatchOutput(target, SCHEMA, ABOUT), pytest.raises(DataError, match="Another process"):
        BatchOutput(target, SCHEMA, ABOUT, overwrite=True)


@pytest.mark.parametrize("name", ["a.xlsx", "a", "none/a.csv"])
def test_names_that_say_nothing(tmp_path, name):
    with pytest.raises(DataError):
        BatchOutput(tmp_path / name, SCHEMA, ABOUT)
    assert os.listdir(tmp_path) == []


CHILD = """
import sys, time
from pathlib import Path
from dltemplates.project import batch_output
from tests.project.test_batch_output import ABOUT, SCHEMA, rows, CHUNKS, SIZE
batch_output._EVERY = 0.0
with batch_output.BatchOutput(Path(sys.argv[1]), SCHEMA, ABOUT, resume=True) as output:
    for chunk in range(output.done.chunks, CHUNKS):
        output.write(rows(chunk), SIZE, chunk % 2)
        print(chunk, flush=True)
        time.sleep(0.1)
    output.finish()
"""


def test_goes_on_after_kills(tmp_path):
    target, whole = tmp_path / "answers.csv", tmp_path / "whole.csv"
    write(whole)
    for after in (0, 5):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(target)], stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                if int(line) >= after:
                    break
            os.kill(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert not target.exists()
    journal = json.loads((tmp_path / "answers.csv.journal").read_text())
    assert 0 < journal["written"]["chunks"] <= CHUNKS
    assert write(target, resume=True)[0] == journal["written"]["chunks"]
    assert content(target) == content(whole)
