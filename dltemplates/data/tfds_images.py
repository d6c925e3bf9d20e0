"""Images from TensorFlow Datasets."""

import difflib
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dltemplates.data.encoded_images import SPLITS, EncodedImages, LabelledImages
from dltemplates.data.memory import available_memory
from dltemplates.data.unpacked_images import cache_folder, unpack_images
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_MEMORY_SHARE = 0.5
_CATALOGUE = "https://www.tensorflow.org/datasets/catalog/overview"
_HOST = ("storage.googleapis.com", 443)


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

    builder = _builder(tfds, name, data_dir)
    image, label = _keys(tfds, builder.info, name)
    _prepare(builder, name)
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


def _builder(tfds: Any, name: str, data_dir: str | None) -> Any:
    if not name:
        raise DataError(
            "No TensorFlow Datasets name given.",
            where="data.name",
            hint="For instance: --set data.name=cifar10",
        )
    if data_dir:  # a data set that only the folder knows, such as a company's own
        try:
            return tfds.builder_from_directories(_prepared_folders(data_dir, name))
        except (ValueError, FileNotFoundError):
            pass
    try:
        return tfds.builder(name, data_dir=data_dir or None, try_gcs=False)
    except tfds.core.registered.DatasetNotFoundError:
        raise DataError(
            f"TensorFlow Datasets knows no {name!r}.",
            where="data.name",
            hint=_nearest(name.split("/")[0].lower(), tfds.list_builders()),
        ) from None
    except Exception as error:  # whatever a builder raises for a config or version it lacks
        raise DataError(
            f"TensorFlow Datasets cannot open it: {str(error).partition(chr(10))[0]}",
            where=name,
            hint="Check the config and version in the name.",
        ) from None


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Its catalogue: {_CATALOGUE}"


def _prepared_folders(data_dir: str, name: str) -> list[str]:
    """The folders below `data_dir` that hold a prepared version of `name`."""
    root = Path(data_dir).expanduser() / name.split(":")[0]
    return [str(file.parent) for file in sorted(root.glob("**/dataset_info.json"))][-1:]


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


def _prepare(builder: Any, name: str) -> None:
    if builder.data_path.exists():
        return
    try:
        socket.create_connection(_HOST, timeout=5).close()
    except OSError:
        raise DataError(
            "It is not prepared on this machine, and the network cannot be reached.",
            where=name,
            hint="Prepare it where there is a network, and set data.data_dir to that folder.",
        ) from None
    try:
        builder.download_and_prepare()
    except Exception as error:  # whatever a data set's own download code raises
        raise DataError(
            f"It cannot be downloaded: {str(error).partition(chr(10))[0]}",
            where=name,
            hint="See its page: some data sets want a manual download.",
        ) from error


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
