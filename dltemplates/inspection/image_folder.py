"""Images of known classes: in class folders, or listed in a CSV file."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dltemplates.data.class_folders import read_class_folders
from dltemplates.data.encoded_images import LabelledImages, printable
from dltemplates.data.image_manifest import read_manifest
from dltemplates.inspection.finding import Finding
from dltemplates.inspection.image_sample import duplicates, look_at_images
from dltemplates.inspection.words import few, share

_BALANCED = 3.0  # times as many images in the largest class as in the smallest
_FEW = 20
HELD_OUT = 0.2  # of the images where there are no such folders: the templates' defaults

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ImageFinding(Finding):
    """Labelled images.

    Attributes:
        layout: `class folders` or `manifest`.
        images: How many of each split.
        classes: How many images of each class, over all splits.
        rarest, commonest: Name and training images of the smallest and the largest class.
        looked_at: How many of them were opened.
        decoded: How many of these were decoded.
        short_side: Pixels of the shorter side: 10 %, half, 90 % of the images have less.
        aspect: The longer side over the shorter, likewise.
        one_size: Width and height, if all have the same.
        grey: Share without colour.
        broken: How many of those opened cannot be read.
        duplicate_images: How many hold the same bytes as another, estimated if not all were read.
    """

    layout: str
    images: dict[str, int]
    classes: dict[str, int]
    rarest: tuple[str, int]
    commonest: tuple[str, int]
    looked_at: int
    decoded: int
    short_side: tuple[int, int, int]
    aspect: tuple[float, float, float]
    one_size: tuple[int, int] | None
    grey: float
    broken: int
    duplicate_images: int

    @property
    def training(self) -> int:
        """Images that training will see: what is held out where there are no such folders aside."""
        held_out = (2 - sum(split in self.images for split in ("validation", "test"))) / 2
        return round(self.images["train"] * (1 - HELD_OUT * held_out))

    def title(self) -> str:
        place = "class folders" if self.layout == "class folders" else "a CSV file that lists them"
        return f"{sum(self.images.values()):,} images of {len(self.classes):,} classes, in {place}"

    def rows(self) -> list[tuple[str, str]]:
        counts = sorted(self.classes.items(), key=lambda item: -item[1])
        low, middle, high = self.short_side
        size = f"all {self.one_size[0]} x {self.one_size[1]} pixels" if self.one_size else ""
        spread = f"shorter side {low} to {high} pixels, half have {middle} or more"
        return [
            ("classes", few([f"{name} {count:,}" for name, count in counts], 6)),
            ("splits", ", ".join(f"{name} {count:,}" for name, count in self.images.items())),
            ("size", size or f"{spread}; longer / shorter side {self.aspect[1]:.2g}"),
            ("colour", "none" if self.grey == 1 else f"{share(1 - self.grey)} have some"),
            ("looked at", f"{self.looked_at:,} images; {self.decoded:,} of them decoded"),
        ]


def read_images(path: Path) -> ImageFinding:
    """Looks at the images that `path`, a folder of class folders or a manifest, has.

    Raises:
        DataError: Training would refuse them, or none of those looked at can be read.
    """
    manifest = path.is_file()
    found = read_manifest(path) if manifest else read_class_folders(path)
    files = [str(name) for images in found.splits.values() for name in images.names]
    seen = look_at_images(files)
    short = np.sort(seen.sizes, axis=1)
    if not len(short):
        short = np.ones((1, 2), "int64")
    copies, looked = duplicates(files)
    again = round(sum(len(group) - 1 for group in copies.values()) / looked)
    classes = np.sum(
        [np.bincount(i.labels, minlength=len(found.class_names)) for i in found.splits.values()],
        axis=0,
    )
    counts = dict(zip(found.class_names, map(int, classes), strict=True))
    trained = np.bincount(found.splits["train"].labels, minlength=len(found.class_names))
    order = [(found.class_names[place], int(trained[place])) for place in np.argsort(trained)]
    splits = {name: len(images) for name, images in found.splits.items()}
    concerns = [
        *_broken(seen.broken, seen.looked_at),
        *_copies(found, copies, again, looked),
        *_unequal(order),
        *_ignored(found.ignored),
    ]
    same = bool((seen.sizes == seen.sizes[:1]).all()) and len(seen.sizes) > 0
    return ImageFinding(
        kind="images",
        path=path,
        layout="manifest" if manifest else "class folders",
        images=splits,
        classes=counts,
        rarest=order[0],
        commonest=order[-1],
        looked_at=seen.looked_at,
        decoded=seen.decoded,
        short_side=_percentiles(short[:, 0]),
        aspect=tuple(np.percentile(short[:, 1] / short[:, 0], (10, 50, 90)).round(3).tolist()),
        one_size=tuple(seen.sizes[0].tolist()) if same else None,
        grey=seen.grey,
        broken=len(seen.broken),
        duplicate_images=again,
        concerns=tuple(concerns),
    )


def _percentiles(values: np.ndarray) -> tuple[int, int, int]:
    low, middle, high = np.percentile(values, (10, 50, 90)).astype("int64").tolist()
    return low, middle, high


def _broken(broken: dict[str, str], looked_at: int) -> list[str]:
    if not broken:
        return []
    shown = few([f"{os.path.basename(file)}: {why}" for file, why in broken.items()], 3)
    return [
        f"{len(broken):,} of the {looked_at:,} files looked at cannot be read ({shown}). Training "
        "skips up to data.broken_limit of all, 1 %, and stops if there are more."
    ]


def _copies(
    found: LabelledImages, copies: dict[str, list[str]], again: int, looked: float
) -> list[str]:
    if not copies:
        return []
    about = "" if looked == 1 else f"about (1 in {round(1 / looked)} file sizes was looked at) "
    labels: dict[str, int] = {}
    splits: dict[str, str] = {}
    for split, images in found.splits.items():
        for name, label in zip(images.names, images.labels, strict=True):
            labels[name], splits[name] = int(label), split
    copied = (
        "1 image is a copy of another" if again == 1 else f"{again:,} images are copies of others"
    )
    sentences = [f"{about}{copied}, byte for byte.".capitalize()]
    crossing = _differing(copies.values(), splits)
    if crossing:
        sentences.append(f"{crossing:,} images are in two splits: the test is too easy by them.")
    torn = _differing(copies.values(), labels)
    if torn:
        sentences.append(f"{torn:,} images are in two classes: one of the labels must be wrong.")
    return sentences


def _differing(groups, of: dict) -> int:
    return sum(len({of[name] for name in group}) > 1 for group in groups)


def _unequal(order: list[tuple[str, int]]) -> list[str]:
    (rare, fewest), (common, most) = order[0], order[-1]
    sentences = []
    if most > _BALANCED * fewest:
        sentences.append(
            f"Classes are unequal: {most:,} training images of {common!r}, {fewest:,} of {rare!r}."
        )
    scarce = [repr(name) for name, count in order if count < _FEW]
    if scarce:
        sentences.append(f"Fewer than {_FEW} training images of {few(scarce, 5)}.")
    return sentences


def _ignored(ignored: Sequence[str]) -> list[str]:
    if not ignored:
        return []
    shown = few([printable(os.path.basename(name)) for name in ignored], 3)
    return [f"{len(ignored):,} other files in the class folders are passed over ({shown})."]
