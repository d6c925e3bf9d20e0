"""A Python file that is read by its grammar and changed at exact places."""

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from dltemplates.errors import TargetError

_NAMING = (ast.Import, ast.ImportFrom, ast.Constant, ast.JoinedStr, ast.Attribute, ast.Name)


@dataclass(frozen=True)
class Edit:
    """Replaces what is between two places in a text."""

    start: int
    end: int
    text: str


class PythonSource:
    """The text of a Python file, and what its grammar says of it.

    Args:
        path: The file's path, for errors.
        data: What is in it.

    Raises:
        TargetError: It is no Python.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        try:
            self._encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            self._whole = data.decode(self._encoding)
            self.text = self._whole.replace("\r\n", "\n")
            self.tree = ast.parse(self.text)
        except (SyntaxError, ValueError, LookupError) as error:
            hint = "Correct the file first; nothing was changed."
            raise TargetError(f"is no Python: {error}.", where=path, hint=hint) from error

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The parts of its grammar that can name a module, from the outermost in."""
        return [node for node in ast.walk(self.tree) if isinstance(node, _NAMING)]

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def start_of_line(self, line: int) -> int:
        """Where a line begins, counted from 1; one beyond the last is the end of the text."""
        return min(self._starts[line - 1], len(self.text))

    def end_of_line(self, line: int) -> int:
        """Where a line ends, before its newline."""
        return self._starts[line - 1] + len(self.lines[line - 1])

    def place(self, line: int, column: int) -> int:
        """Where a token begins."""
        return self._starts[line - 1] + column

    def place_of(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Where a node begins; its column counts UTF-8 bytes."""
        before = self.lines[node.lineno - 1].encode()[: node.col_offset]
        return self.place(node.lineno, len(before.decode()))

    def tokens(self, *kinds: int) -> Iterator[tokenize.TokenInfo]:
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type in kinds:
                yield token

    def changed(self, edits: Iterable[Edit]) -> bytes:
        """Returns the file with edits made, none of which may touch another."""
        text = self._whole
        newline = "\r\n" if "\r\n" in text else "\n"
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            start, end = self._in_file(edit.start), self._in_file(edit.end)
            text = text[:start] + edit.text.replace("\n", newline) + text[end:]
        return text.encode(self._encoding)

    def _in_file(self, place: int) -> int:
        """Where a place in `text` is in the file, whose lines may end with CRLF, all or some."""
        return place + bisect_right(self._carriage_returns, place)

    @cached_property
    def _carriage_returns(self) -> list[int]:
        """The places in `text` before which the file has another character."""
        found = re.finditer("\r\n", self._whole)
        return [match.start() - number + 1 for number, match in enumerate(found)]
