from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dltemplates.cli import main
from tests.scaffold.small_template import write_template


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory beside a template, in an English locale."""
    write_template(tmp_path / "small")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path / "work"


@pytest.fixture
def run(place: Path) -> Callable[..., Result]:
    """Runs a command line in `place`."""

    def run(*args: str) -> Result:
        result = CliRunner().invoke(main, args, prog_name="dltemplates")
        assert "Traceback" not in result.output
        return result

    return run
