"""Divides film reviews for a walk: `python review_folders.py FOLDER [NSMC]`.

`unlabelled/` has all training reviews, whose labels are not looked at; `few/` a thousand of them,
and the test reviews; `named/` has another thousand, whose classes have names. TEXTS reads fewer.
Without NSMC they are the generated reviews that `source=sample` trains on, the last thousand of
them for the test.
"""

import os
import sys
from pathlib import Path

from dltemplates.data.review_sample import review_sample

FEW = 1_000
NAMES = {"0": "부정", "1": "긍정"}
HEADING = "id\tdocument\tlabel"


def main(folder: Path, source: Path | None) -> None:
    most = int(os.environ.get("TEXTS", "1000000"))
    if source is None:
        lines = generated()
        train, test = lines[:5_000][:most], lines[5_000:][:most]
    else:
        train, test = (read(source / f"ratings_{split}.txt", most) for split in ("train", "test"))
    few = min(FEW, len(train) // 2)
    named = [rename(line) for line in train[few : 2 * few]]
    write(folder / "unlabelled" / "train.tsv", [HEADING, *train])
    write(folder / "few" / "train.tsv", [HEADING, *train[:few]])
    write(folder / "few" / "test.tsv", [HEADING, *test])
    write(folder / "named" / "train.tsv", [HEADING, *named])
    write(folder / "named" / "test.tsv", [HEADING, *map(rename, test)])
    print(f"{folder}/unlabelled, {folder}/few, {folder}/named: {len(train):,} and {few:,} reviews")


def read(path: Path, most: int) -> list[str]:
    lines = path.read_text("utf-8").rstrip("\n").split("\n")[1 : most + 1]
    return [line for line in lines if line.split("\t")[1].strip()]


def generated() -> list[str]:
    sample = review_sample().splits["train"]
    rows = enumerate(zip(sample.texts, sample.labels, strict=True))
    return [f"{number}\t{text}\t{label}" for number, (text, label) in rows]


def rename(line: str) -> str:
    text, _, label = line.rpartition("\t")
    return f"{text}\t{NAMES[label]}"


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
