"""The Python in a notebook's cells."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from dltemplates.errors import TargetError
from dltemplates.scaffold.ejecting.python_source import PythonSource

SUFFIX = ".ipynb"


def sources(path: str, data: bytes) -> list[PythonSource]:
    """Returns the cells that are Python and nothing else: no magic of IPython's."""
    return [source for _, source in _cells(path, _read(path, data))]


def changed(path: str, data: bytes, change: Callable[[PythonSource], bytes]) -> bytes:
    """Returns the notebook with its cells changed, laid out as Jupyter does."""
    notebook = _read(path, data)
    for cell, source in _cells(path, notebook):
        text = change(source).decode()
        if text != source.text:
            cell["source"] = text.splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _cells(path: str, notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], PythonSource]]:
    cells = notebook.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else [], start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        text = cell.get("source", "")
        text = "".join(text) if isinstance(text, list) else str(text)
        try:
            yield cell, PythonSource(f"{path}, cell {number}", text.encode())
        except TargetError:  # it has a magic, such as %time
            continue


def _read(path: str, data: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(data)
    except ValueError as error:
        hint = "Correct the file first; nothing was changed."
        raise TargetError(f"is no notebook: {error}.", where=path, hint=hint) from error
    return notebook if isinstance(notebook, dict) else {}
