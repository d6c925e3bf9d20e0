"""What a copy of the library has to hold."""

import ast
import re
import sys
from importlib.metadata import requires

import pytest

from dltemplates.errors import TargetError
from dltemplates.scaffold.ejecting.library import NAME, Library
from dltemplates.scaffold.ejecting.library_closure import closure
from dltemplates.scaffold.ejecting.library_use import used_modules
from dltemplates.scaffold.ejecting.project_metadata import distribution
from dltemplates.scaffold.ejecting.python_source import PythonSource

LIBRARY = Library()
TASKS = ("image_classification", "forecasting", "anomaly_detection", "text_classification")
# What has no place in projects of other tasks.
OTHERS = {
    "image_classification": r"\.(text_(?!encoding)|token|.*ngram|.*forecast|.*detector|sensor)",
    "forecasting": r"\.(image_(?!size)|token|.*ngram|.*detector|text_classif)",
    "anomaly_detection": r"\.(image_(?!size)|token|.*ngram|text_classif|forecaster)",
    "text_classification": r"\.(image_(?!size)|.*forecaster|.*detector|sensor)",
}


def uses(text: str) -> set[str]:
    return used_modules(PythonSource("a.py", text.encode()), LIBRARY)


@pytest.mark.parametrize("task", TASKS)
def test_is_whole_and_no_more(task: str) -> None:
    found = closure([f"dltemplates.project.{task}"], LIBRARY)
    for module in found.modules - {NAME}:
        for node in ast.walk(LIBRARY.source(module).tree):
            if LIBRARY.is_package(module) or not isinstance(node, ast.ImportFrom):
                continue  # what a package exports is cut to fit
            if (node.module or "").startswith(f"{NAME}."):
                assert node.module in found.modules, f"{module}: {node.module}"
    assert not [each for each in found.modules if re.search(OTHERS[task], each)]
    assert not [each for each in found.modules if LIBRARY.is_tool(each)]
    names = {file.name for file in found.data}
    assert {"report_page.css", "page.html", "main.js"} <= names
    children = {"probe_child", "tensorflow_child", "runtime_child", "conversion_child"}
    assert children <= {module.rpartition(".")[2] for module in found.modules}


def test_everything_that_is_imported_is_a_requirement() -> None:
    """By its name in registries; numpy comes with all the others."""
    rooms = [f"{NAME}.{room}" for room in LIBRARY.rooms]
    modules = [
        ".".join((NAME, *file.relative_to(LIBRARY.folder).with_suffix("").parts))
        for room in rooms
        for file in (LIBRARY.folder / room.partition(".")[2]).glob("[!_]*.py")
    ]
    packages = closure(modules, LIBRARY).packages - sys.stdlib_module_names
    known = {re.split(r"[^\w.-]", line)[0].lower() for line in requires(NAME) or ()}
    missing = {each for each in packages if distribution(each) not in known}
    assert missing == {"numpy"}


def test_no_module_of_the_library_names_its_own_place() -> None:
    """It may lie in another package; only names in saved models and messages stay."""
    for file in LIBRARY.folder.rglob("*.py"):
        module = ".".join((NAME, *file.relative_to(LIBRARY.folder).with_suffix("").parts))
        if LIBRARY.is_tool(module) or "templates" in file.relative_to(LIBRARY.folder).parts[:1]:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not [a for a in node.names if a.name.startswith(NAME)], file
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value
                if re.fullmatch(r"dltemplates(\.\w+)+", name):
                    assert LIBRARY.file(name) is None, f"{file}: {name}"


def test_names_are_followed_wherever_they_stand() -> None:
    assert uses("from dltemplates.layers import Dirac") >= {"dltemplates.layers.dirac"}
    assert "dltemplates.layers.dirac" not in uses("from dltemplates.layers import ByteTokens")
    assert "dltemplates.layers.dirac" in uses("import dltemplates.layers as l")
    assert "dltemplates.layers.dirac" in uses("from dltemplates import layers")
    assert "dltemplates.data.text_lines" in uses("def f():\n import dltemplates.data.text_lines")
    assert "dltemplates.data.text_lines" in uses("patch('dltemplates.data.text_lines.read')")
    assert uses("from dltemplates import __version__") == {NAME}
    assert uses("log = 'dltemplates', 'dltemplates.debug'; from .dltemplates import x") == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nfrom dltemplates.layers import Dirak", "a.py:2: uses dltemplates.layers.Dirak"),
        ("from dltemplates.layers import Dirak", "Did you mean 'Dirac'"),
        ("from dltemplates.training.rum import Run", "dltemplates.training.rum"),
        ("from dltemplates.scaffold.record import read", "is of the command line"),
        ("import dltemplates.cli", "is of the command line"),
    ],
)
def test_what_cannot_be_copied_is_said(text: str, words: str) -> None:
    with pytest.raises(TargetError) as error:
        uses(text)
    assert words in str(error.value)
