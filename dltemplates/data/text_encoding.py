"""Which encoding a file of text has: UTF-8, or cp949, which is what a Korean Windows writes."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dltemplates.errors import DataError

_BLOCK = 2**20
_HANGUL = re.compile("[가-힣]")
_OTHERS = (  # what a file begins with that is no text for us, and what to do
    (b"\xff\xfe", "It is UTF-16", "Save it as UTF-8."),
    (b"\xfe\xff", "It is UTF-16", "Save it as UTF-8."),
    (b"PK\x03\x04", "It is an Excel workbook or a ZIP archive", "Save it as CSV, or unpack it."),
    (b"\xd0\xcf\x11\xe0", "It is an Excel or Word file", "Save it as CSV in UTF-8."),
    (b"\x1f\x8b", "It is compressed with gzip", "Unpack it first."),
)


@dataclass(frozen=True)
class _Fault:
    """Where a file stops being text of an encoding: byte and line, and if Hangul came before."""

    byte: int
    line: int
    value: int
    after_hangul: bool


def encoding_of(path: Path) -> str:
    """The encoding of the file at `path`: `utf-8-sig` (with or without a mark) or `cp949`.

    The file is read in pieces. Strict UTF-8 is tried first, then strict cp949; a file that is
    UTF-8 with Hangul in it up to some byte is damaged UTF-8, whatever cp949 makes of it.

    Raises:
        DataError: It cannot be read, or is neither.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
        return _encoding(lambda: _blocks(path), head, str(path))
    except OSError as error:
        raise DataError(
            f"Cannot read it: {(error.strerror or str(error)).lower()}.",
            where=path,
            hint="Check the path and its permissions.",
        ) from None


def decode(content: bytes, where: str) -> str:
    """The text that `content` holds; see `encoding_of`.

    Args:
        content: The bytes of a whole file.
        where: What messages call it.

    Raises:
        DataError: It is neither UTF-8 nor cp949.
    """
    return content.decode(_encoding(lambda: [content], content[:4], where))


def _encoding(blocks: Callable[[], Iterable[bytes]], head: bytes, where: str) -> str:
    for mark, what, hint in _OTHERS:
        if head.startswith(mark):
            raise DataError(f"{what}, not UTF-8 or cp949 text.", where=where, hint=hint)
    fault = _first_fault(blocks(), "utf-8-sig")
    if fault is None:
        return "utf-8-sig"
    other = None if fault.after_hangul else _first_fault(blocks(), "cp949")
    if not fault.after_hangul and other is None:
        return "cp949"
    if other is not None and other.byte > fault.byte:
        fault = other
    raise DataError(
        f"It is neither UTF-8 nor cp949 text: see line {fault.line:,}, byte {fault.byte:,} of the "
        f"file (0x{fault.value:02x}).",
        where=where,
        hint="Save it as UTF-8, or correct this place.",
    )


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _first_fault(blocks: Iterable[bytes], encoding: str) -> _Fault | None:
    """The first byte that is no text of `encoding`, or None; bytes count from 0, lines from 1."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size, line, hangul = 0, 1, False
    last = b""
    try:
        for block in blocks:
            last = block
            size += len(block)
            text = decoder.decode(block)
            hangul = hangul or (not text.isascii() and bool(_HANGUL.search(text)))
            line += block.count(b"\n")
        last = b""
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        start = size - len(error.object) + error.start
        before = error.object[: error.start]
        carried = max(0, len(error.object) - len(last))  # of a character begun a block earlier
        hangul = hangul or bool(_HANGUL.search(before.decode(encoding, "ignore")))
        line += before[carried:].count(b"\n")
        return _Fault(start, line, error.object[error.start], hangul)
    return None
