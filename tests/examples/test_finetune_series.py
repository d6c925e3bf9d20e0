"""The walk of fine-tuning a forecaster, on a small file."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.warm_python import warm_environment

ROOT = Path(__file__).parents[2]
SMALL = {
    "OLD": "north,south",
    "NEW": "west",
    "ROWS": "400",
    "STEPS": "20",
    "FINETUNE_STEPS": "10",
    "LOOKBACK": "48",
    "HORIZON": "24",
    "MORE": "train.batch_size=32 train.steps_per_epoch=10 model.units=8",
}


@pytest.mark.slow
def test_finetuning_a_forecaster(tmp_path, rng):
    rows = np.arange(1500)
    times = pd.date_range("2025-01-01", periods=len(rows), freq="h")
    daily = np.sin(rows[:, None] * np.pi / 12 + np.array([0.0, 1.0, 2.0]))
    values = daily + 0.3 * rng.normal(size=daily.shape)
    table = pd.DataFrame(values, times, ["north", "south", "west"])
    table.to_csv(tmp_path / "series.csv", index_label="time")
    result = subprocess.run(
        ["bash", ROOT / "examples/finetune_series.sh", tmp_path / "walk", tmp_path / "series.csv"],
        env=warm_environment(**SMALL),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    comparison = json.loads((tmp_path / "walk/runs/one/finetuning.json").read_text())
    errors = {name: row["new data"] for name, row in comparison["values"].items()}
    assert errors["fine-tuned"] < 1.05 * errors["from scratch"]
    assert "old data" in comparison["values"]["fine-tuned"]
    parity = json.loads((tmp_path / "walk/export/forecaster/1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5
    assert set(pd.read_csv(tmp_path / "walk/forecast.csv")["series"]) == {"west"}
