"""The terminal's picture shows what was recorded, and only that."""

import json
import re
import xml.etree.ElementTree as ElementTree

from docs.pictures.session import COMMANDS, Entry
from docs.pictures.terminal import drawing
from tests.docs.markdown import DOCS

FOLDER = DOCS / "pictures"
SVG = "{http://www.w3.org/2000/svg}"


def recorded() -> list[Entry]:
    return json.loads((FOLDER / "session.json").read_text("utf-8"))


def test_the_picture_is_of_the_record() -> None:
    picture = (FOLDER / "terminal.svg").read_text("utf-8")
    assert picture == drawing(recorded())
    root = ElementTree.fromstring(picture)
    texts = [each.text or "" for each in root.iter(f"{SVG}text")]
    assert [text for text in texts if text.startswith("$ ")] == [f"$ {each}" for each in COMMANDS]
    written = " ".join(line for entry in recorded() for line in entry["lines"])
    for text in texts:
        assert text == "…" or text.startswith("$ ") or text in written


def test_the_record_is_of_a_whole_walk() -> None:
    said = "\n".join(line for entry in recorded() for line in entry["lines"])
    assert [entry["command"] for entry in recorded()] == list(COMMANDS)
    assert re.search(r"^epoch 12/12 ", said, re.M)
    assert re.search(r"^  proven in a fresh process .*largest difference \d", said, re.M)
    assert not re.search(r"Traceback|Error|Warning|/tmp/|/home/", said)


def test_long_lines_go_on_below_and_others_are_left_out() -> None:
    lines = ["proven " + "x" * 200, "", "y", "z"]
    entry = Entry(command="python -m a export", lines=lines, seconds=[1.0, 2.0, 3.0, 4.0], took=4.0)
    shown = [each.text for each in ElementTree.fromstring(drawing([entry])).iter(f"{SVG}text")]
    assert shown[0] == "$ python -m a export"
    assert "".join(shown[1:-1]) == lines[0]
    assert shown[-1] == "…"
