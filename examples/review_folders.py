"""Divides film reviews for a walk: `python review_folders.py NSMC FOLDER`.

`unlabelled/` has all training reviews, whose labels are not looked at; `few/` a thousand of them,
and the test reviews; `named/` has another thousand, whose classes have names. TEXTS reads fewer.
"""

import os
import sys
from pathlib import Path

FEW = 1_000
NAMES = {"0": "부정", "1": "긍정"}


def main(source: Path, folder: Path) -> None:
    most = int(os.environ.get("TEXTS", "1000000"))
    heading, *train = read(source / "ratings_train.txt", most)
    _, *test = read(source / "ratings_test.txt", most)
    few = min(FEW, len(train) // 2)
    named = [rename(line) for line in train[few : 2 * few]]
    write(folder / "unlabelled" / "train.tsv", [heading, *train])
    write(folder / "few" / "train.tsv", [heading, *train[:few]])
    write(folder / "few" / "test.tsv", [heading, *test])
    write(folder / "named" / "train.tsv", [heading, *named])
    write(folder / "named" / "test.tsv", [heading, *map(rename, test)])
    print(f"{folder}/unlabelled, {folder}/few, {folder}/named: {len(train):,} and {few:,} reviews")


def read(path: Path, most: int) -> list[str]:
    lines = path.read_text("utf-8").rstrip("\n").split("\n")[: most + 1]
    return [line for line in lines if line.split("\t")[1].strip()]


def rename(line: str) -> str:
    text, _, label = line.rpartition("\t")
    return f"{text}\t{NAMES[label]}"


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
