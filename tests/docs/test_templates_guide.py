"""The commands of docs/templates.md, one after the other, as a reader would type them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def commands() -> str:
    """Everything after a `$` of the guide, with the lines that belong to it."""
    text = (ROOT / "docs/templates.md").read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.S)
    return "\n".join(re.sub(r"^\$ ", "", block, flags=re.M) for block in blocks)


@pytest.mark.slow
def test_the_walk(tmp_path: Path) -> None:
    script = commands()
    # What is installed goes to a folder of this test; the rest is word for word.
    site = tmp_path / "site"
    install = f"-m pip install --quiet --no-deps --no-build-isolation --target {site}"
    assert script.count("-m pip install") == 1
    script = script.replace("-m pip install", install)
    identity = {
        f"GIT_{who}_{what}": "a@b.c"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    (tmp_path / "walk").mkdir()
    result = subprocess.run(
        ["bash", "-euxc", script],
        cwd=tmp_path / "walk",
        env={**os.environ, **identity, "PATH": path, "PYTHONPATH": str(site), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "From our-templates 1.0, " in result.stdout

    def record(project: str) -> dict:
        return json.loads((tmp_path / "walk" / project / ".dltemplates/project.json").read_text())

    assert record("my-app")["answers"]["width"] == 128
    assert record("my-app")["origin"] == str(tmp_path / "walk/mlp-tabular")
    assert record("other-app")["origin"].endswith("/walk/mlp-tabular@v1")
    assert re.fullmatch("[0-9a-f]{40}", record("other-app")["commit"])
    assert record("third-app")["origin"] == "our-templates:mlp-tabular"
