import tomllib
from pathlib import Path

import pytest

from dltemplates.columns import text_width
from dltemplates.scaffold import answers, catalog, record
from dltemplates.scaffold.generate import Project, generate, project_files
from dltemplates.scaffold.reasons import with_reasons, written
from tests.scaffold.small_template import write_template

CONFIG = """# << title >>: a project.
# Every setting.

[data]
# pixels
size = << size >>
#% if size == 32
path = << path | toml >>
#% else
path = << path | toml >>
#% endif
score = ["<< "a" if network == "b" else "c" >>"]
# << size >> is what it says
"""


def project(tmp_path: Path, reasons: dict[str, str], *settings: str) -> Project:
    template = catalog.find(str(write_template(tmp_path / "small")))
    resolved = answers.resolve(template, answers.from_settings(settings, template))
    target = tmp_path / "a"
    return generate(template, resolved, target, title="a", package="a", reasons=reasons)


def text(found: Project, path: str) -> str:
    return next(file.data.decode() for file in found.files if file.path == path)


def test_a_reason_stands_above_its_key() -> None:
    lines = with_reasons(CONFIG, {"size": "64: large", "path": "yours"}).splitlines()
    assert lines[lines.index("size = << size >>") - 1] == "# 64: large"
    places = [number for number, line in enumerate(lines) if line.startswith("path = ")]
    assert [lines[place - 1] for place in places] == ["# yours", "# yours"]
    assert len(lines) == len(CONFIG.splitlines()) + 3


def test_a_reason_without_a_key_stands_in_the_head() -> None:
    lines = with_reasons(CONFIG, {"network": "b: it must be"}).splitlines()
    assert lines[3] == "# network = b: it must be"
    assert lines[4] == ""


def test_no_reasons_change_nothing() -> None:
    assert with_reasons(CONFIG, {}) == CONFIG


@pytest.mark.parametrize(
    "reason",
    [
        "a word " * 60,
        "가나다라마바사 " * 40,
        "<< title >> and << nothing >>",
        "a\nb = 1\x00\x7f\u2028c",
        'quotes " and \\ and # and [x]',
        "x" * 300,
        "#% if nothing",
    ],
)
def test_whatever_a_reason_says_it_stays_a_comment(tmp_path: Path, reason: str) -> None:
    plain = text(project(tmp_path / "b", {}), "config.toml")
    found = text(project(tmp_path, {"rate": reason, "width": reason}), "config.toml")
    assert tomllib.loads(found) == tomllib.loads(plain)
    assert all(text_width(line) <= 100 for line in found.splitlines())
    if "<<" in reason:
        assert "# << title >> and << nothing >>" in found


def test_the_record_keeps_the_reasons(tmp_path: Path) -> None:
    made = project(tmp_path, {"rate": "0.1: it was so"})
    made.write()
    kept = record.read(made.target)
    assert kept.reasons == {"rate": "0.1: it was so"}
    template = catalog.find(str(tmp_path / "small"))
    resolved = answers.resolve(template, {})
    again = project_files(template, resolved, kept, folder="a")
    assert again == [file for file in made.files if not file.path.startswith(record.FOLDER)]


def test_without_reasons_the_record_is_as_it_was(tmp_path: Path) -> None:
    made = project(tmp_path, {})
    assert '"reasons":' not in text(made, record.RECORD)
    made.write()
    assert record.read(made.target).reasons == {}


REASONS = {
    "size": "64: half of your images are 64 pixels or more on their shorter side (inspect)",
    "path": "all columns of numbers but left-hand-side (ends before the others do), right-hand - "
    "side (a copy of another), and-so-on (not a number in most of its rows) and 3 more (inspect)",
    "network": "b: " + "it-must-be-since-the-data-are-so-" * 5 + "and no other (inspect)",
    "score": "크기가 서로 다른 그림이 대부분이고, " * 4 + "가운데 값이 이렇습니다 (inspect)",
}


def test_reasons_are_read_as_they_were_written() -> None:
    template = CONFIG.replace("score = [", "score = << score >>\nother = [")
    for chosen in (REASONS, {"size": REASONS["size"]}, {"network": REASONS["network"]}, {}):
        text = with_reasons(template, chosen)
        assert written(text, template, template) == chosen


def test_comments_of_users_are_no_reasons() -> None:
    theirs = CONFIG.replace("size = <<", "# 64, as Kim said\nsize = <<")
    assert written(theirs, CONFIG, CONFIG) == {}
    edited = with_reasons(CONFIG, REASONS).replace("64: half", "64: nearly half")
    edited = edited.replace("on their shorter", "on the shorter").replace(
        "(inspect)\nsize", "\nsize"
    )
    assert "size" not in written(edited, CONFIG, CONFIG)
