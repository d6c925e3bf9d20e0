"""Which files a command is asked about, and in which order."""

import os

import pytest

from dltemplates.data.input_files import InputFiles
from dltemplates.errors import DataError


@pytest.fixture
def photos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [
        "b/2.png",
        "b/1.png",
        "a.png",
        "c/꽃/9.jpg",
        "c/notes.txt",
        ".x/1.png",
        "b/.h.png",
    ]:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def found(*named, listed=None):
    return list(InputFiles(named, {".png", ".jpg"}, listed))


def test_a_folder_is_gone_through_in_name_order(photos):
    expected = ["photos/a.png", "photos/b/1.png", "photos/b/2.png", "photos/c/꽃/9.jpg"]
    assert found("photos") == expected
    names = [f"{number:02}.png" for number in range(40)]
    (photos / "many").mkdir()
    for name in reversed(names[::2] + names[1::2]):
        (photos / "many" / name).write_text("")
    assert found("many") == [f"many/{name}" for name in names]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("photos/**/*.png", ["photos/a.png", "photos/b/1.png", "photos/b/2.png"]),
        ("photos/*/1.png", ["photos/b/1.png"]),
        ("photos/**/**/9.*", ["photos/c/꽃/9.jpg"]),
        ("photos/c/**", ["photos/c/notes.txt", "photos/c/꽃/9.jpg"]),
        ("ph*/[ab].png", ["photos/a.png"]),
    ],
)
def test_patterns(photos, pattern, expected):
    assert found(pattern) == expected
    assert found(str(photos / pattern)) == [str(photos / name) for name in expected]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(photos):
    (photos / "a[1].png").write_text("")
    assert found("a[1].png") == ["a[1].png"]


def test_a_list_of_names(photos):
    (photos / "list.txt").write_bytes("photos/a.png\r\n\nmissing.png\n꽃.png".encode("cp949"))
    names = found("photos/b", listed=photos / "list.txt")
    assert names[2:] == ["photos/a.png", "missing.png", "꽃.png"]


def test_a_link_to_a_folder_is_not_followed(photos):
    os.symlink(photos / "photos", photos / "photos/b/loop")
    assert len(found("photos")) == 4


@pytest.mark.parametrize("name", ["nothing", "nothing/*.png", "photos/*.gif", ".x/.."])
def test_nothing_to_be_found_is_refused(photos, name):
    if name == ".x/..":
        (photos / "empty").mkdir()
        name = "empty"
    with pytest.raises(DataError, match=name.replace("*", r"\*")):
        found(name)


def test_a_digest_tells_other_files(photos):
    files, target = InputFiles(["photos"], {".png", ".jpg"}), photos / "out.csv"
    count, digest = files.survey(target)
    assert count == 4 and files.survey(target) == (count, digest)
    (photos / "photos/a.png").write_text("longer than before")
    changed = files.survey(target)
    assert changed[0] == 4 and changed[1] != digest
    (photos / "photos/d.png").write_text("")
    assert files.survey(target)[0] == 5


def test_answers_do_not_go_over_what_is_asked_about(photos):
    with pytest.raises(DataError, match="would be written over"):
        InputFiles(["photos"], {".png"}).survey(photos / "photos/a.png")
