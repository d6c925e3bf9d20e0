"""Files that use the library, before and after they use a copy of it."""

import ast

import pytest

from dltemplates.errors import TargetError
from dltemplates.scaffold.ejecting.library import Library
from dltemplates.scaffold.ejecting.library_renaming import (
    Copy,
    kept_exports,
    renamed_library_file,
    renamed_project_file,
)
from dltemplates.scaffold.ejecting.python_source import PythonSource

COPY = Copy(
    module="my_app.library",
    folder="my_app/library",
    rooms=("data", "layers", "training"),
    first_party=frozenset({"my_app", "tests"}),
    line_length=60,
)
CASES = {
    "to the section of the package, in its place": (
        "my_app/train.py",
        """
        import keras
        from dltemplates.layers import Dirac
        from dltemplates.training.run import Run
        from keras import ops

        from .config import Config
        from .model import build_model
        """,
        """
        import keras
        from keras import ops

        from .config import Config
        from .library.layers import Dirac
        from .library.training.run import Run
        from .model import build_model
        """,
    ),
    "a section of its own, and one that is gone": (
        "my_app/__main__.py",
        """
        # where it starts
        import os

        from dltemplates.training.run import Run  # noqa: F401

        print(os, Run)
        """,
        """
        # where it starts
        import os

        from .library.training.run import Run  # noqa: F401

        print(os, Run)
        """,
    ),
    "tests import it by its whole name, on lines that are not too long": (
        "tests/test_model.py",
        """
        import pytest
        from dltemplates.training.steps import plan_steps, plan_no_steps

        from my_app.model import build_model
        """,
        """
        import pytest

        from my_app.library.training.steps import (
            plan_steps,
            plan_no_steps,
        )
        from my_app.model import build_model
        """,
    ),
    "names, texts and comments": (
        "my_app/deep/own.py",
        """
        import dltemplates.layers
        import dltemplates.data as d

        # see dltemplates.data.text_lines and dltemplates
        x = dltemplates.layers.Dirac, "dltemplates.layers.dirac", dltemplates.__version__
        y = f'Run: pip install "dltemplates[tune]"', "dltemplates"
        """,
        """
        import my_app.library.data as d
        import my_app.library.layers

        # see library.data.text_lines and dltemplates
        x = my_app.library.layers.Dirac, "my_app.library.layers.dirac", my_app.library.__version__
        y = f'Run: pip install ".[tune]"', "dltemplates"
        """,
    ),
    "in a function, with a comment above, beside others": (
        "my_app/data.py",
        """
        def load():
            import numpy as np

            # heavy
            from dltemplates.data.text_lines import (
                read_lines,  # one by one
            )
            if np:
                import json; from dltemplates.layers import Dirac
        """,
        """
        def load():
            import numpy as np

            # heavy
            from .library.data.text_lines import (
                read_lines,  # one by one
            )
            if np:
                import json; from .library.layers import Dirac
        """,
    ),
    "a package within the package": (
        "my_app/deep/er/own.py",
        """
        from dltemplates.layers import Dirac

        from ...config import Config
        from .other import x
        """,
        """
        from ...config import Config
        from ...library.layers import Dirac
        from .other import x
        """,
    ),
}


def dedent(text: str) -> str:
    return "\n".join(line.removeprefix("        ") for line in text.strip("\n").split("\n"))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_project_file(name: str, newline: str) -> None:
    path, before, after = CASES[name]
    source = PythonSource(path, dedent(before).replace("\n", newline).encode())
    renamed = renamed_project_file(source, COPY).decode()
    assert renamed == dedent(after).replace("\n", newline)
    ast.parse(renamed)


def test_all_else_stays_byte_for_byte() -> None:
    """A mark at the beginning, and ends of lines of both kinds."""
    text = "\ufeff# 꽃\r\nfrom dltemplates.layers import Dirac\n\nx = 1\r\ny = '''a\n\r\n'''\n"
    data = text.encode()
    changed = renamed_project_file(PythonSource("my_app/a.py", data), COPY)
    assert changed == data.replace(b"dltemplates", b".library")


@pytest.mark.parametrize("data", [b"def (", b"x = '\xff'", b"# coding: klingon\n", b"\0"])
def test_no_python(data: bytes) -> None:
    with pytest.raises(TargetError, match=r"a\.py: is no Python"):
        PythonSource("a.py", data)


def test_library_file_gets_relative_imports_and_nothing_else_moves() -> None:
    text = """import keras

from dltemplates import __version__
from dltemplates.errors import DataError
from dltemplates.layers.dirac import (
    Dirac,
)


@keras.saving.register_keras_serializable(package="dltemplates")
class A: ...
"""
    changed = renamed_library_file(PythonSource("dltemplates/training/a.py", text.encode()), COPY)
    expected = text.replace("from dltemplates import", "from .. import")
    expected = expected.replace("from dltemplates.", "from ..")
    assert changed.decode() == expected


def test_exports_of_what_is_not_copied_go() -> None:
    source = Library().source("dltemplates.layers")
    kept = kept_exports(source, frozenset({"dltemplates.layers.dirac"})).decode()
    assert kept.splitlines()[2:] == [
        "from dltemplates.layers.dirac import Dirac",
        "",
        "__all__ = [",
        '    "Dirac",',
        "]",
    ]
