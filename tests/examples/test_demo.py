"""`make demo`, whole: the promise of the README's first command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import READMES, blocks
from tests.warm_python import warm_environment

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_demo(tmp_path):
    result = subprocess.run(
        ["bash", ROOT / "examples/demo.sh", tmp_path / "demo"],
        env=warm_environment(),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    metrics = json.loads(next(tmp_path.glob("demo/runs/*/metrics.json")).read_text())
    assert metrics["accuracy"] >= 0.98
    assert next(tmp_path.glob("demo/runs/*/report.html")).stat().st_size > 50_000
    parity = json.loads((tmp_path / "demo/export/digits/1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5
    answers = [line for line in result.stdout.splitlines() if line.startswith("pictures/")]
    right = [line.split("/")[1][0] == line.split(": ")[1][0] for line in answers]
    assert len(right) == 10 and sum(right) >= 9
    assert readers_own(tmp_path / "demo") == answers[3].split(": ")[1].split(" ")[0]


def readers_own(demo: Path) -> str:
    """What the README's Python says of a picture."""
    (code,) = (block.text for block in blocks(READMES[0]) if block.kind == "python")
    code = code.replace("export/my_app/1", "export/digits/1").replace("a.jpg", "pictures/3.png")
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=demo, capture_output=True, text=True, check=True)
    return said.stdout.strip()
