"""Python files that use the library, changed to use a copy of it: nothing else in them moves."""

import ast
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from dltemplates.scaffold.ejecting.import_blocks import (
    FIRST_PARTY,
    LOCAL,
    Statement,
    blocks,
    from_key,
    rearranged,
)
from dltemplates.scaffold.ejecting.library import NAME, ours
from dltemplates.scaffold.ejecting.library_use import is_module_name
from dltemplates.scaffold.ejecting.python_source import Edit, PythonSource

_FROM = re.compile(r"from(\s+)dltemplates[\w.]*")
# Before Python 3.12 an f-string is a string like any other.
_TEXTS = (tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", -1))


@dataclass(frozen=True)
class Copy:
    """Where the copied library lies.

    Attributes:
        module: Its dotted name, such as `my_app.library`.
        folder: Its folder in the project, such as `my_app/library`.
        rooms: What lies directly in it, by name.
        first_party: The packages and modules of the project, by import name.
        line_length: How long a line of the project may be.
    """

    module: str
    folder: str
    rooms: tuple[str, ...]
    first_party: frozenset[str]
    line_length: int

    def dots(self, path: str) -> str:
        """What a module in the same package imports the copy with: `.library`; else empty."""
        package = self.folder.rpartition("/")[0]
        if not path.startswith(f"{package}/"):
            return ""
        depth = path.count("/") - package.count("/")
        return "." * depth + self.folder.rpartition("/")[2]


def renamed_project_file(source: PythonSource, copy: Copy) -> bytes:
    """A file of the project: its imports find their new place."""
    statements: dict[ast.stmt, Statement] = {
        node: _statement(source, node, copy) for block in blocks(source) for node in _ours(block)
    }
    edits = [
        rearranged(source, block, statements, copy.first_party)
        for block in blocks(source)
        if any(node in statements for node in block)
    ]
    covered = [(edit.start, edit.end) for edit in edits]
    more = [
        edit
        for edit in (*_import_edits(source, copy), *_name_edits(source, copy))
        if not any(start <= edit.start < end for start, end in covered)
    ]
    texts = [
        edit
        for edit in _text_edits(source, copy)
        if not any(start <= edit.start < end for start, end in covered)
    ]
    return source.changed([*edits, *more, *texts])


def renamed_library_file(source: PythonSource, copy: Copy) -> bytes:
    """A file of the library: its imports become relative, which keeps their order."""
    dots = "." * (source.path.count("/"))
    edits = [
        Edit(start, start + len(f"from{gap}{module}"), f"from{gap}{dots}{module[len(NAME) + 1 :]}")
        for start, gap, module in _from_imports(source)
    ]
    return source.changed([*edits, *_text_edits(source, copy)])


def kept_exports(source: PythonSource, modules: frozenset[str]) -> bytes:
    """The `__init__.py` of a package without what was not copied."""
    gone: set[str] = set()
    edits = []
    for node in source.tree.body:
        if not isinstance(node, ast.ImportFrom) or not ours(node.module or ""):
            continue
        if node.module not in modules:
            gone |= {alias.name for alias in node.names}
            edits.append(_lines(source, node.lineno, node.end_lineno))
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            entries = [each for each in node.value.elts if isinstance(each, ast.Constant)]
            left = [each for each in entries if each.value not in gone]
            if not left:
                edits.append(_lines(source, node.lineno, node.end_lineno))
                continue
            edits += [_lines(source, e.lineno, e.end_lineno) for e in entries if e.value in gone]
    return source.changed(edits).rstrip() + b"\n"


def _lines(source: PythonSource, first: int, last: int | None) -> Edit:
    return Edit(source.start_of_line(first), source.start_of_line((last or first) + 1), "")


def _ours(block: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in block:
        if isinstance(node, ast.ImportFrom):
            if not node.level and ours(node.module or ""):
                yield node
        elif isinstance(node, ast.Import) and len(node.names) == 1 and ours(node.names[0].name):
            yield node


def _statement(source: PythonSource, node: ast.Import | ast.ImportFrom, copy: Copy) -> Statement:
    begin, end = source.start_of_line(node.lineno), source.start_of_line((node.end_lineno or 0) + 1)
    text = source.text[begin:end].rstrip("\n")
    if isinstance(node, ast.Import):
        module = copy.module + node.names[0].name[len(NAME) :]
        text = text.replace(node.names[0].name, module, 1)
        return Statement(text, FIRST_PARTY, (0, 0, module.lower()))
    tail = (node.module or "")[len(NAME) :]
    dots = copy.dots(source.path)
    level = len(dots) - len(dots.lstrip("."))
    name = f"{dots}{tail}" if dots else f"{copy.module}{tail}"
    text = _FROM.sub(lambda match: f"from{match[1]}{name}", text, count=1)
    key = from_key(name[level:], level)
    return Statement(_wrapped(text, copy.line_length), LOCAL if dots else FIRST_PARTY, key)


def _wrapped(text: str, length: int) -> str:
    """An import statement with a name a line if it is too long for one."""
    head, word, names = text.partition(" import ")
    if len(text) <= length or "\n" in text or "(" in names or "#" in names:
        return text
    indent = text[: len(text) - len(text.lstrip())]
    lines = [f"{indent}    {name.strip()}," for name in names.split(",")]
    return "\n".join([f"{head}{word}(", *lines, f"{indent})"])


def _import_edits(source: PythonSource, copy: Copy) -> Iterator[Edit]:
    """Imports where they stand, for those that share a line with something else."""
    dots = copy.dots(source.path) or copy.module
    for start, gap, module in _from_imports(source):
        text = f"from{gap}{dots}{module[len(NAME) :]}"
        yield Edit(start, start + len(f"from{gap}{module}"), text)
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if ours(alias.name):
                    start = source.place_of(alias)
                    yield Edit(start, start + len(NAME), copy.module)


def _from_imports(source: PythonSource) -> Iterator[tuple[int, str, str]]:
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and not node.level and ours(node.module or ""):
            start = source.place_of(node)
            match = _FROM.match(source.text, start)
            assert match is not None
            yield start, match[1], node.module or ""


def _name_edits(source: PythonSource, copy: Copy) -> Iterator[Edit]:
    """The name that `import dltemplates.layers` makes, where it is used."""
    imported = any(
        ours(alias.name) and alias.asname is None
        for node in source.nodes
        if isinstance(node, ast.Import)
        for alias in node.names
    )
    for node in source.nodes if imported else ():
        if isinstance(node, ast.Name) and node.id == NAME:
            start = source.place_of(node)
            yield Edit(start, start + len(NAME), copy.module)


def _text_edits(source: PythonSource, copy: Copy) -> Iterator[Edit]:
    """Texts and comments: modules that they name, and what they say to install."""
    mention = re.compile(rf"\bdltemplates\.(?=(?:{'|'.join(copy.rooms)})\b)")
    for token in source.tokens(*_TEXTS):
        old = token.string
        if NAME not in old:
            continue
        if is_module_name(old.strip("\"'")) and old.count(".") > 1:
            new = old.replace(NAME, copy.module, 1)
        else:
            new = mention.sub(f"{copy.folder.rpartition('/')[2]}.", old)
            new = new.replace(f"{NAME}[", ".[")
            new = new.replace(f"pip install --upgrade {NAME}", f"{NAME} update")
        if new != old:
            start = source.place(*token.start)
            yield Edit(start, start + len(old), new)
