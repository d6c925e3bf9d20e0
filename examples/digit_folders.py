"""Writes scikit-learn's handwritten digits as class folders: `python digit_folders.py FOLDER`.

`old/` has the digits 0 to 6; `new/` has few of 7, 8 and 9, in another ink: paler.
"""

import sys
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits

FEW = 20  # training images of each new class


def main(folder: Path) -> None:
    digits = load_digits()
    seen = dict.fromkeys(range(10), 0)
    for image, digit in zip(digits.images, digits.target.tolist(), strict=True):
        seen[digit] += 1
        split = "test" if seen[digit] % 4 == 0 else "train"
        if digit < 7:
            pixels, place = image * (255 / 16), folder / "old" / split
        elif split == "test" or seen[digit] <= FEW * 4 / 3:
            pixels, place = image * (150 / 16), folder / "new" / split
        else:
            continue
        file = place / f"digit {digit}" / f"{seen[digit]}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.round().astype("uint8")).save(file)
    print(f"{folder}/old, {folder}/new")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
