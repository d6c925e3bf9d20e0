"""Data of every kind, small enough to be made by a test."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

SHARED = Path("../shared/data")

KOREAN = [
    "정말 재미있는 영화였다",
    "다시는 보고 싶지 않다",
    "배우들의 연기가 훌륭했다",
    "시간이 아까웠다",
]
JAPANESE = [
    "とても面白い映画でした",
    "二度と見たくないです",
    "俳優の演技が素晴らしい",
    "時間の無駄だった",
]
ENGLISH = ["It was the best film of the year", "I want my money back for that", "A joy to watch"]


def write_images(
    folder: Path,
    classes: Mapping[str, int],
    *,
    size: tuple[int, int] = (40, 40),
    grey: bool = False,
    seed: int = 0,
) -> Path:
    """Writes so many PNG files of each class; no two are the same."""
    rng = np.random.default_rng(seed)
    for name, count in classes.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            shape = (size[1], size[0]) if grey else (size[1], size[0], 3)
            pixels = rng.integers(0, 255, shape).astype("uint8")
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


def write_series(
    path: Path, rows: int, frequency: str, *, period: int = 0, columns: int = 1, start="2015-01-04"
) -> Path:
    """Writes a CSV file of noise, with a cycle of `period` rows if there is one."""
    rng = np.random.default_rng(0)
    table = {"date": pd.date_range(start, periods=rows, freq=frequency)}
    for column in range(columns):
        values = rng.normal(50, 1, rows)
        if period:
            values = values + 10 * np.sin(np.arange(rows) * 2 * np.pi / period)
        table[f"value{column}"] = values.round(3)
    pd.DataFrame(table).to_csv(path, index=False)
    return path


def write_texts(
    path: Path, sentences: Sequence[str], rows: int = 200, *, text="text", label="label", **how
) -> Path:
    """Writes a table of texts that differ, of two classes."""
    table = pd.DataFrame(
        {
            text: [f"{sentences[row % len(sentences)]} {row}" for row in range(rows)],
            label: [("good", "bad")[row % 2] for row in range(rows)],
        }
    )
    if path.suffix == ".jsonl":
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        table.to_csv(path, index=False, **how)
    return path


def write_log(path: Path, rows: int = 600) -> Path:
    """Writes a log of two sensors with an anomaly label, a mark and a column of text."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "time": pd.date_range("2024", periods=rows, freq="min"),
            "pressure": rng.normal(5, 1, rows),
            "flow": rng.normal(2, 1, rows),
            "state": "on",
            "anomaly": (np.arange(rows) > 0.9 * rows).astype(int),
            "changepoint": 0,
        }
    )
    table.to_csv(path, index=False)
    return path
