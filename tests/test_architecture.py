"""The arrows of ARCHITECTURE.md, read from the import statements themselves."""

import ast
import sys
from pathlib import Path

import pytest

import dltemplates

PACKAGE = Path(dltemplates.__file__).parent
COMMON = {"errors", "console", "columns", "logs", ""}
BELOW = {
    "machine": set(),
    "layers": set(),
    "callbacks": set(),
    "data": {"layers", "machine"},
    "training": {"data", "layers", "callbacks", "machine"},
    "evaluation": {"training", "data", "layers", "callbacks"},
    "export": {"evaluation", "training", "data", "layers", "callbacks"},
    "serving": set(),
    "project": {
        "serving",
        "export",
        "evaluation",
        "training",
        "data",
        "layers",
        "callbacks",
        "machine",
    },
    "scaffold": {"machine"},
    "inspection": {"data"},
    "cli": {"scaffold", "machine", "inspection"},
}


def imports(file: Path) -> set[str]:
    """Every module that `file` imports, wherever the statement stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: import one way, absolutely"
            found.add(node.module)
            if node.module == "dltemplates":
                found |= {f"dltemplates.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("room", BELOW)
def test_imports_run_downwards(room):
    for file in (PACKAGE / room).rglob("*.py"):
        for module in imports(file):
            parts = [*module.split("."), ""]
            if parts[0] == "dltemplates":
                assert parts[1] in BELOW[room] | COMMON | {room, "__version__", "DISTRIBUTION"}, (
                    f"{file}: {module}"
                )


@pytest.mark.parametrize("room", ["cli", "scaffold"])
def test_the_command_line_never_imports_a_framework(room):
    for file in (PACKAGE / room).rglob("*.py"):
        heavy = {m.split(".")[0] for m in imports(file)} & {
            "tensorflow",
            "keras",
            "numpy",
            "pandas",
        }
        assert not heavy, f"{file}: {heavy}"


def test_data_are_looked_at_without_a_framework():
    for file in (PACKAGE / "inspection").rglob("*.py"):
        heavy = {module.split(".")[0] for module in imports(file)} & {"tensorflow", "keras"}
        assert not heavy, f"{file}: {heavy}"


def test_a_server_needs_tensorflow_but_neither_keras_nor_what_trains():
    allowed = {"numpy", "tensorflow", "PIL", "starlette", "uvicorn", "prometheus_client"}
    for file in (PACKAGE / "serving").rglob("*.py"):
        found = {module.split(".")[0] for module in imports(file)} - sys.stdlib_module_names
        assert found <= allowed | {"dltemplates"}, f"{file}: {found}"


@pytest.mark.parametrize("room", ["layers", "callbacks"])
def test_layers_and_callbacks_run_on_every_backend(room):
    """TensorFlow may be named only inside a function, where its backend is the one in use."""
    for file in (PACKAGE / room).rglob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Import):
                assert "tensorflow" not in {alias.name for alias in node.names}, file


def test_every_room_is_on_the_map():
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text("utf-8")
    for folder in PACKAGE.iterdir():
        if folder.is_dir() and (folder / "__init__.py").exists():
            assert f"{folder.name}/" in text, folder.name


def test_no_python_file_is_too_long():
    for file in PACKAGE.rglob("*.py"):
        assert len(file.read_text("utf-8").splitlines()) <= 400, file
