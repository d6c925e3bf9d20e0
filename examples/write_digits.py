"""Writes one handwritten digit of each class as a PNG file: `python write_digits.py FOLDER`."""

import sys
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    for digit in range(10):
        last = (digits.target == digit).nonzero()[0][-1]
        pixels = (digits.images[last] * (255 / 16)).round().astype("uint8")
        Image.fromarray(pixels).save(folder / f"{digit}.png")
    print(f"10 pictures in {folder}/")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
