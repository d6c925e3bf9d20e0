"""Images from TensorFlow Datasets."""

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np

from dltemplates.data.encoded_images import SPLITS, EncodedImages, LabelledImages
from dltemplates.data.tfds_builder import open_builder, prepare
from dltemplates.data.unpacked_images import cache_folder, unpack_images
from dltemplates.errors import DataError
from dltemplates.machine.storage import available_memory

log = logging.getLogger(__name__)

_MEMORY_SHARE = 0.5


def read_tfds_images(name: str, data_dir: str | None = None) -> LabelledImages:
    """Loads the data set `name`, downloading and preparing it first where that is needed.

    The images stay encoded, and are decoded like files. They are kept in memory if they fit, and
    else unpacked to a cache folder, once; splits and fingerprints are the same either way.

    Args:
        name: A TensorFlow Datasets name such as `cifar10`, optionally with config and version.
        data_dir: Where prepared data sets lie; None for TensorFlow Datasets' own default.

    Raises:
        DataError: No such data set, no image or no class label among its features, no training
            split, or it is not prepared and cannot be downloaded.
    """
    import tensorflow_datasets as tfds

    builder = open_builder(name, data_dir, example="cifar10")
    image, label = _keys(tfds, builder.info, name)
    prepare(builder, name)
    if "train" not in builder.info.splits:
        raise DataError(
            f"It has no split 'train', only: {', '.join(builder.info.splits)}.",
            where=name,
            hint="Choose a data set that has one.",
        )
    needed = sum(split.num_bytes for split in builder.info.splits.values())
    fits = needed < _MEMORY_SHARE * available_memory()
    splits = {
        split: _read(builder, split, _examples(tfds, builder, split, image, label), fits)
        for split in SPLITS
        if split in builder.info.splits
    }
    splits = {split: images for split, images in splits.items() if _labelled(images, name, split)}
    names = list(builder.info.features[label].names)
    if len(names) < 2:
        raise DataError("It has one class only.", where=name, hint="Choose another data set.")
    return LabelledImages(names, splits, [])


def _labelled(images: EncodedImages, name: str, split: str) -> bool:
    """Whether a split has labels; a test split is sometimes published without (-1)."""
    if (images.labels >= 0).all():
        return True
    if split != "train" and (images.labels < 0).all():
        log.warning("%s: its %s split has no labels and is left out.", name, split)
        return False
    raise DataError(
        f"Some images of its {split} split have no label.",
        where=name,
        hint="Choose another data set.",
    )


def _keys(tfds: Any, info: Any, name: str) -> tuple[str, str]:
    """The names of the image and of its label: the supervised pair, or the only ones there are."""
    kinds = (tfds.features.Image, tfds.features.ClassLabel)
    pair = info.supervised_keys
    if pair and len(pair) == 2:
        image, label = pair
        if isinstance(info.features[image], kinds[0]) and isinstance(
            info.features[label], kinds[1]
        ):
            return image, label
    found = [[k for k, f in info.features.items() if isinstance(f, t)] for t in kinds]
    if [len(keys) for keys in found] != [1, 1]:
        raise DataError(
            f"Expected one image and one class label, its features are {', '.join(info.features)}.",
            where=name,
            hint="Choose an image classification data set.",
        )
    return found[0][0], found[1][0]


def _examples(
    tfds: Any, builder: Any, split: str, image: str, label: str
) -> Iterator[tuple[bytes, int]]:
    skip = {image: tfds.decode.SkipDecoding()}
    for example in tfds.as_numpy(builder.as_dataset(split=split, decoders=skip)):
        yield example[image], int(example[label])


def _read(
    builder: Any, split: str, examples: Iterator[tuple[bytes, int]], fits: bool
) -> EncodedImages:
    name = f"{builder.info.full_name}/{split}"
    if not fits:
        return unpack_images(examples, cache_folder() / name, builder.info.splits[split].num_bytes)
    contents, labels = [], []
    for image, label in examples:
        contents.append(image)
        labels.append(label)
    names = [f"{name}/{index}" for index in range(len(labels))]
    return EncodedImages(names, np.array(labels, "int64"), contents)
