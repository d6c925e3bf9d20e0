import json

import pytest

from dltemplates.errors import TargetError
from dltemplates.scaffold.ejecting import notebook


def written(*cells: object) -> bytes:
    table = {"cells": list(cells), "metadata": {"이름": 1}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def code(*lines: str) -> dict[str, object]:
    return {"cell_type": "code", "outputs": [], "source": list(lines)}


def test_only_cells_that_are_python_are_seen() -> None:
    data = written(code("x = 1\n", "y"), {"cell_type": "markdown", "source": "x"}, code("%time"))
    (source,) = notebook.sources("a.ipynb", data)
    assert source.text == "x = 1\ny"
    assert source.path == "a.ipynb, cell 1"


def test_what_does_not_change_stays_byte_for_byte() -> None:
    data = written(code("x = 1\n", "y"), code("%time"))
    assert notebook.changed("a.ipynb", data, lambda source: source.text.encode()) == data
    renamed = notebook.changed("a.ipynb", data, lambda source: source.text.upper().encode())
    assert renamed == data.replace(b"x = 1", b"X = 1").replace(b'"y"', b'"Y"')


def test_no_notebook() -> None:
    with pytest.raises(TargetError, match=r"a\.ipynb: is no notebook"):
        notebook.sources("a.ipynb", b"{")
    assert notebook.sources("a.ipynb", b"[]") == notebook.sources("a.ipynb", b'{"cells": 1}') == []
