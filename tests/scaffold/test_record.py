import gzip
import io
import json
import os
import tarfile
import time
from pathlib import Path

import pytest

from dltemplates.errors import TargetError
from dltemplates.scaffold import answers, catalog, record
from dltemplates.scaffold.files import File
from dltemplates.scaffold.generate import Project, generate
from tests.scaffold.small_template import write_template

FILES = [
    File("run.sh", b"#!/bin/sh\n", executable=True),
    File("꽃/a.py", b"x = 1\n"),
    File(".gitignore", b""),
    File("deep/" * 40 + "f" * 120, b"\0" * 100_000),
]


def project(tmp_path: Path, *settings: str) -> Project:
    template = catalog.find(str(write_template(tmp_path / "small")))
    resolved = answers.resolve(template, answers.from_settings(settings, template))
    return generate(template, resolved, tmp_path / "꽃", title="꽃", package="kkot")


def test_archive_gives_the_files_back() -> None:
    assert record.unpack(record.archive(FILES)) == sorted(FILES, key=lambda file: file.path)


def test_archive_is_the_same_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    first = record.archive(FILES)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    assert record.archive(list(reversed(FILES))) == first
    assert gzip.decompress(first).count(b"4321") == 0


def test_record_of_a_project(tmp_path: Path) -> None:
    made = project(tmp_path, "network=plain", "width=8")
    made.write()
    read = record.read(tmp_path / "꽃")
    assert read == made.record
    assert (read.template, read.template_version) == ("small", "1.2.0")
    assert (read.title, read.package) == ("꽃", "kkot")
    assert read.origin == str(tmp_path / "small")
    assert read.chosen == ("network", "width")
    assert "backbone" not in read.answers


def test_pristine_is_the_project_as_it_was_written(tmp_path: Path) -> None:
    project(tmp_path).write()
    root = tmp_path / "꽃"
    pristine = {file.path: file.data for file in record.read_pristine(root)}
    on_disk = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and record.FOLDER not in path.parts
    }
    assert pristine == on_disk


def test_a_record_is_an_answers_file(tmp_path: Path) -> None:
    made = project(tmp_path, "network=application", "backbone=ResNet50", "rate=0.1")
    made.write()
    template = catalog.find(str(tmp_path / "small"))
    given = answers.from_file(tmp_path / "꽃" / record.RECORD, template)
    assert answers.resolve(template, given).as_dict() == made.record.answers


def test_an_archive_cannot_name_what_is_outside(tmp_path: Path) -> None:
    project(tmp_path).write()
    for path in ("../outside", "/etc/passwd", ".git/hooks/pre-commit", "a/../../b"):
        packed = record.archive([File(path, b"x")])
        (tmp_path / "꽃" / record.PRISTINE).write_bytes(packed)
        with pytest.raises(TargetError, match="which no project has"):
            record.read_pristine(tmp_path / "꽃")


def test_no_record_or_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="was not made by dltemplates"):
        record.read(tmp_path)
    (tmp_path / record.FOLDER).mkdir()
    for text in ("", "{}", "[]", '{"chosen": [], "surplus": 1}', "[" * 100_000):
        (tmp_path / record.RECORD).write_text(text)
        with pytest.raises(TargetError, match="cannot be read"):
            record.read(tmp_path)
    (tmp_path / record.RECORD).unlink()
    project(tmp_path).write()
    values = json.loads((tmp_path / "꽃" / record.RECORD).read_text("utf-8"))
    names = ("", "..", "my app", "../app", "my-app", "앱")
    for wrong in (
        {"answers": [1]},
        {"answers": {"a": []}},
        {"chosen": 1},
        *({"title": title} for title in ("\ud800", "", " ", "a\nb")),
        *({"package": package} for package in names),
    ):
        (tmp_path / "꽃" / record.RECORD).write_text(json.dumps(values | wrong))
        with pytest.raises(TargetError, match="cannot be read: "):
            record.read(tmp_path / "꽃")
    (tmp_path / record.PRISTINE).write_bytes(record.archive(FILES)[:50])
    with pytest.raises(TargetError, match="cannot be read"):
        record.read_pristine(tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_an_archive_has_files_alone(kind: bytes) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = kind, "/etc/passwd"
        tar.addfile(link)
        tar.addfile(tarfile.TarInfo("file"))
    assert [file.path for file in record.unpack(packed.getvalue())] == ["file"]
