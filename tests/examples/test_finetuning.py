"""The walks of examples/ that fine-tune, at a reduced size."""

import csv
import json
import subprocess
from pathlib import Path

import pytest

from tests.warm_python import warm_environment

EXAMPLES = Path(__file__).parents[2] / "examples"


def walk(name: str, folder: Path, **settings: str) -> str:
    result = subprocess.run(
        ["bash", EXAMPLES / name, folder],
        env=warm_environment(**settings),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def values(run: Path) -> dict:
    return json.loads((run / "finetuning.json").read_text())["values"]


@pytest.mark.slow
def test_images(tmp_path):
    output = walk(
        "finetune_images.sh", tmp_path / "app", EPOCHS="3", FINETUNE_EPOCHS="4", WIDTH="24"
    )
    three, ten = (values(tmp_path / "app/runs" / name) for name in ("three", "ten"))
    assert three["before"]["new data"] == three["fine-tuned"]["old data"] == 0.0
    assert three["fine-tuned"]["new data"] > 0.6
    assert ten["fine-tuned"]["old data"] > 0.7
    rows = list(csv.DictReader(output[output.index("file,label") :].splitlines()))
    right = [row["file"].split("/")[-2] == row["label"] for row in rows]
    assert len(right) > 60 and sum(right) > 0.6 * len(right)


@pytest.mark.slow
def test_anomalies(tmp_path):
    output = walk("finetune_anomalies.sh", tmp_path / "app", FINETUNE_STEPS="20")
    other = values(tmp_path / "app/runs/other")
    assert other["fine-tuned"]["new data"] > other["before"]["new data"]
    assert other["fine-tuned"]["new data"] > 0.8
    assert "What fine-tuning brought" in (tmp_path / "app/runs/other/report.html").read_text()
    alarms = json.loads((tmp_path / "app/runs/other/threshold.json").read_text())["alarms"]
    assert alarms["of the normal test rows"] < 0.1 < alarms["of the anomalous test rows"]
    assert "rows alarm. Saved: judged" in output


@pytest.mark.slow
def test_texts(tmp_path):
    settings = {"TEXTS": "400", "PRETRAIN_EPOCHS": "1", "FINETUNE_EPOCHS": "2", "WIDTH": "32"}
    output = walk("finetune_texts.sh", tmp_path / "app", **settings)
    few, named = (values(tmp_path / "app/runs" / name) for name in ("few", "named"))
    assert not few["before"]
    assert few["fine-tuned"].keys() == {"new data"}
    # The test reviews are the same, so what it knew of them under old names has stayed.
    assert named["before"]["new data"] == named["before"]["old data"] > 0.5
    assert named["fine-tuned"]["new data"] == named["fine-tuned"]["old data"] > 0.5
    assert "긍정" in output.splitlines()[-1] and "부정" in output.splitlines()[-1]
