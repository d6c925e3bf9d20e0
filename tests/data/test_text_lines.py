import pytest

from dltemplates.data.text_lines import read_text_lines
from dltemplates.errors import DataError

LINES = ["재미있다", 'a\tb, "c"', "끝"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_text_a_line(tmp_path, encoding, end):
    path = tmp_path / "a.txt"
    path.write_bytes(f"{LINES[0]}{end}{end} {LINES[1]} {end}{LINES[2]}".encode(encoding))
    assert read_text_lines(path) == LINES
    assert read_text_lines(str(path)) == LINES


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no such file"),
        (b"", "no text in it"),
        (b" \n\r\n\t\n", "no text in it"),
        (b"\xff\xfea\x00", "UTF-16"),
        ("가".encode() + b"\xff", "byte 3"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, message):
    path = tmp_path / "a.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_text_lines(path)
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(DataError, match="Cannot read it"):
        read_text_lines(tmp_path)
