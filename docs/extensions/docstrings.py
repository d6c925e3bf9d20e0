"""What a room of the library exports, read as text, so that nothing has to be imported."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dltemplates

_SECTION = re.compile(r"[A-Z][\w ]+:")
_LISTS = ("Args", "Attributes", "Call arguments", "Raises")
_ITEM = re.compile(r"(\S[\w*, `.]*): (.*)")


@dataclass(frozen=True)
class Class:
    """A class or function, its call, and its docstring without the indent."""

    name: str
    signature: str
    docstring: str


def exported(room: str) -> list[Class]:
    """The names in `__all__` of `dltemplates.<room>`, in that order."""
    folder = Path(dltemplates.__file__).parent / room
    package = ast.parse((folder / "__init__.py").read_text("utf-8"))
    homes = {
        alias.name: node.module.rsplit(".", 1)[-1]
        for node in package.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    names = next(
        ast.literal_eval(node.value)
        for node in package.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return [_read(folder / f"{homes[name]}.py", name, room) for name in names]


def markdown(docstring: str) -> Iterator[str]:
    """Google's style as Markdown: sections become bold, their items a list."""
    paragraphs: list[str] = []
    section = ""
    for line in docstring.splitlines():
        item = _ITEM.fullmatch(line[4:]) if section in _LISTS and line.startswith("    ") else None
        if _SECTION.fullmatch(line):
            section = line.rstrip(":")
            paragraphs += ["", f"**{section}**", ""]
        elif item:
            name = item[1] if "`" in item[1] else f"`{item[1]}`"
            paragraphs.append(f"- {name}: {item[2]}")
        else:
            paragraphs.append(_escaped(line))
    yield from paragraphs


def _escaped(line: str) -> str:
    """Text below a section keeps two of its four spaces, so that it goes on an item."""
    text = re.sub(r"\((https?://\S+?)\)", r"(<\1>)", line)
    return f"  {text.strip()}" if line.startswith("        ") else text.strip()


def _read(file: Path, name: str, room: str) -> Class:
    tree = ast.parse(file.read_text("utf-8"))
    node = next(
        each
        for each in tree.body
        if isinstance(each, ast.ClassDef | ast.FunctionDef) and each.name == name
    )
    docstring = ast.get_docstring(node)
    if docstring is None:
        raise ValueError(f"{file}: {name} has no docstring.")
    return Class(name, f"dltemplates.{room}.{name}({_arguments(node)})", docstring)


def _arguments(node: ast.ClassDef | ast.FunctionDef) -> str:
    """The arguments of a call, with their defaults and without types."""
    call: ast.FunctionDef | None = node if isinstance(node, ast.FunctionDef) else None
    if isinstance(node, ast.ClassDef):
        methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
        call = next((each for each in methods if each.name == "__init__"), None)
    if call is None:
        return ""
    for argument in (*call.args.args, *call.args.kwonlyargs, call.args.vararg, call.args.kwarg):
        if argument is not None:
            argument.annotation = None
    call.args.args = [each for each in call.args.args if each.arg != "self"]
    return ast.unparse(call.args)
