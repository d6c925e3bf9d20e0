"""Images of old classes, shown again so that a network does not forget them."""

from dataclasses import replace

import numpy as np

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_data import ImageData


def rehearse(new: ImageData, old: ImageData, count: int, seed: int) -> ImageData:
    """Adds some images of old classes to new data, for training and for validation.

    In validation an old class gets as many images as a new one has, so that the epoch that is best
    there is not the one that has learned nothing new. The test split stays that of the new data.
    Classes keep their places in the old network and new ones follow.

    Args:
        new: The images that a network is fine-tuned to.
        old: Those that it was trained on.
        count: Training images of each old class, or as many as there are.
        seed: Decides which.

    Reference:
        Robins, 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal"
        (https://doi.org/10.1080/09540099550039318).
    """
    names = old.class_names + [name for name in new.class_names if name not in old.class_names]
    fresh = len(new.class_names)
    old, new = old.with_classes(names), new.with_classes(names)
    splits = dict(new.splits)
    added: dict[str, int] = {}
    for name in ("train", "validation"):
        if name in splits and name in old.splits:
            each = count if name == "train" else -(-len(splits[name]) // fresh)
            again = _some(old.splits[name], each, seed)
            splits[name], added[name] = _join(splits[name], again), len(again)
    return replace(new, splits=splits, rehearsed=added)


def _some(images: EncodedImages, count: int, seed: int) -> EncodedImages:
    order = np.random.default_rng(seed).permutation(len(images))
    chosen = [order[images.labels[order] == label][:count] for label in np.unique(images.labels)]
    return images.take(np.sort(np.concatenate(chosen)))


def _join(first: EncodedImages, second: EncodedImages) -> EncodedImages:
    contents = None
    if first.contents is not None or second.contents is not None:  # then none can stay on disk
        contents = [each.read(i) for each in (first, second) for i in range(len(each))]
    return EncodedImages(
        [*first.names, *second.names], np.concatenate([first.labels, second.labels]), contents
    )
