"""Import statements that stand together, sorted as isort and ruff do: one of them finds its place.

Only what is moved moves; the other statements, their comments and blank lines stay as they are.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dltemplates.scaffold.ejecting.python_source import Edit, PythonSource

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL = range(5)
Key = tuple[int, int, str]


@dataclass(frozen=True)
class Statement:
    """One import statement.

    Attributes:
        text: Its lines, with the comments above them.
        section: `FUTURE` to `LOCAL`.
        key: Its order within the section.
        blanks: How many blank lines are above it.
    """

    text: str
    section: int
    key: Key
    blanks: int = 0


def blocks(source: PythonSource) -> Iterator[list[ast.stmt]]:
    """The import statements that stand together, wherever, each on lines of its own."""
    for node in ast.walk(source.tree):
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                yield from (block for block in _runs(statements) if _own_lines(source, block))


def rearranged(
    source: PythonSource,
    block: list[ast.stmt],
    moved: dict[ast.stmt, Statement],
    first_party: Iterable[str],
) -> Edit:
    """Returns the block with some statements replaced, and where they belong."""
    first_party = frozenset(first_party)
    kept: list[Statement] = []
    above = block[0].lineno
    last_blanks = 0
    for place, node in enumerate(block):
        begin = above if place else node.lineno
        lines = source.lines[begin - 1 : node.end_lineno]
        text = [line for line in lines if line.strip()]
        blanks = len(lines) - len(text) if place else 0
        above = (node.end_lineno or node.lineno) + 1
        if node in moved:
            last_blanks = max(last_blanks, blanks)
            comments = text[: len(text) - (above - node.lineno)]
            changed = moved[node]
            moved[node] = replace(changed, text="\n".join([*comments, changed.text]))
            continue
        section, key = _order(node, first_party)
        if kept and kept[-1].section != section:
            blanks = max(blanks, last_blanks)
        last_blanks = 0
        kept.append(Statement("\n".join(text), section, key, blanks if kept else 0))
    for statement in (moved[node] for node in block if node in moved):
        _insert(kept, statement)
    whole = "\n".join("\n" * each.blanks + each.text for each in kept)
    return Edit(source.start_of_line(block[0].lineno), source.end_of_line(above - 1), whole)


def _insert(block: list[Statement], new: Statement) -> None:
    """Puts a statement in its section, behind those that come before it."""
    before = [i for i, each in enumerate(block) if each.section < new.section]
    same = [i for i, each in enumerate(block) if each.section == new.section]
    place = before[-1] + 1 if before else 0
    if same:
        smaller = [i for i in same if block[i].key <= new.key]
        place = smaller[-1] + 1 if smaller else same[0]
        if not smaller:  # it takes the place of the section's first
            new = replace(new, blanks=block[place].blanks)
            block[place] = replace(block[place], blanks=0)
    else:
        new = replace(new, blanks=1 if place else 0)
        if place < len(block):
            block[place] = replace(block[place], blanks=max(1, block[place].blanks))
    block.insert(place, new)


def _runs(statements: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    run: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            run.append(statement)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _own_lines(source: PythonSource, block: list[ast.stmt]) -> bool:
    ends = 0
    for node in block:
        if node.lineno <= ends or source.lines[node.lineno - 1][: node.col_offset].strip():
            return False
        ends = node.end_lineno or node.lineno
        after = source.lines[ends - 1].encode()[node.end_col_offset :].decode().strip()
        if after and not after.startswith("#"):
            return False
    return True


def _order(node: ast.stmt, first_party: frozenset[str]) -> tuple[int, Key]:
    if isinstance(node, ast.Import):
        module = node.names[0].name
        return _section(module, first_party), (0, 0, module.lower())
    assert isinstance(node, ast.ImportFrom)
    module = node.module or ""
    section = LOCAL if node.level else _section(module, first_party)
    return section, from_key(module, node.level)


def from_key(module: str, level: int) -> Key:
    """The order of `from module import …` in its section: further away comes first."""
    return 1, -level, module.lower()


def _section(module: str, first_party: frozenset[str]) -> int:
    top = module.split(".")[0]
    if top == "__future__":
        return FUTURE
    if top in sys.stdlib_module_names:
        return STANDARD
    return FIRST_PARTY if top in first_party else THIRD_PARTY
