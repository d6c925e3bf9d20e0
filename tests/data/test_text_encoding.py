import pytest

from dltemplates.data import text_encoding
from dltemplates.data.text_encoding import decode, encoding_of
from dltemplates.errors import DataError

KOREAN = "가나다 한글 문장\n"


def refused(path, content):
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        encoding_of(path)
    assert caught.value.where == str(path)
    assert caught.value.hint
    return caught.value


@pytest.fixture(params=[1, 2, 3, 7, 2**20])
def block(request, monkeypatch):
    """Files are read in pieces; what is found does not depend on where they are cut."""
    monkeypatch.setattr(text_encoding, "_BLOCK", request.param)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp949", "cp949")],
)
def test_every_encoding_that_is_read(tmp_path, block, encoding, expected):
    path = tmp_path / "a.txt"
    path.write_bytes((KOREAN * 20).encode(encoding))
    assert encoding_of(path) == expected
    assert path.read_text(expected) == KOREAN * 20
    assert decode(path.read_bytes(), "a") == KOREAN * 20


def test_nothing_is_utf_8(tmp_path):
    (tmp_path / "a.txt").touch()
    assert encoding_of(tmp_path / "a.txt") == "utf-8-sig"


def test_damaged_utf_8_is_named_with_line_and_byte(tmp_path, block):
    start = (KOREAN * 3).encode()
    error = refused(tmp_path / "a.txt", start + b"ab\xffcd")
    place = f"line 4, byte {len(start) + 2:,} of the file (0xff)"
    assert error.message == f"It is neither UTF-8 nor cp949 text: see {place}."
    assert error.hint == "Save it as UTF-8, or correct this place."


def test_a_mark_counts_among_the_bytes(tmp_path, block):
    error = refused(tmp_path / "a.txt", b"\xef\xbb\xbfab\nc\xff\xffd")
    assert "line 2, byte 7 of the file" in error.message


def test_damaged_utf_8_is_not_taken_for_cp949(tmp_path):
    content = "좋다".encode() + "가".encode("cp949")
    content.decode("cp949")  # as something else than was meant
    refused(tmp_path / "a.txt", content)


def test_damaged_cp949_is_named_where_cp949_fails(tmp_path, block):
    start = (KOREAN * 3).encode("cp949")
    error = refused(tmp_path / "a.txt", start + b"x\nabc\xff\xffd")
    assert f"line 5, byte {len(start) + 5:,} of the file (0xff)" in error.message


def test_a_character_cut_off_at_the_end(tmp_path, block):
    error = refused(tmp_path / "a.txt", (KOREAN + "가").encode()[:-1])
    assert f"line 2, byte {len(KOREAN.encode()):,} " in error.message


@pytest.mark.parametrize(
    ("content", "what", "hint"),
    [
        (KOREAN.encode("utf-16"), "It is UTF-16", "Save it as UTF-8."),
        (b"\xfe\xff\xac\x00", "It is UTF-16", "Save it as UTF-8."),
        (b"PK\x03\x04rest", "Excel workbook", "Save it as CSV"),
        (b"\x1f\x8brest", "gzip", "Unpack it"),
    ],
)
def test_what_is_no_text_at_all(tmp_path, content, what, hint):
    error = refused(tmp_path / "a.csv", content)
    assert what in error.message
    assert hint in error.hint
    with pytest.raises(DataError, match=what):
        decode(content, "a.csv")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        encoding_of(tmp_path / "none.txt")
