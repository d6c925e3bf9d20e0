"""Images that are in two splits, byte for byte."""

import hashlib
import os

import numpy as np

from dltemplates.data.encoded_images import EncodedImages

_LIMIT = 512 * 2**20  # bytes to read; beyond, it takes longer than it is worth


def count_copies(images: EncodedImages, others: EncodedImages) -> int | None:
    """How many of `images` are the same files as one of `others`; None if too much is to be read.

    Only images of the same size in bytes are read. A file that is gone is no copy.
    """
    sizes, other_sizes = _sizes(images), _sizes(others)
    asked = np.flatnonzero(np.isin(sizes, other_sizes) & (sizes >= 0))
    against = np.flatnonzero(np.isin(other_sizes, sizes[asked]))
    if sizes[asked].sum() + other_sizes[against].sum() > _LIMIT:
        return None
    known = {_digest(others, index) for index in against} - {None}
    return sum(_digest(images, index) in known for index in asked)


def _sizes(images: EncodedImages) -> np.ndarray:
    """Bytes of each; -1 where a file is gone."""
    if images.contents is not None:
        return np.array([len(each) for each in images.contents], "int64")
    return np.array([_file_size(name) for name in images.names], "int64")


def _file_size(name: str) -> int:
    try:
        return os.stat(name).st_size
    except OSError:
        return -1


def _digest(images: EncodedImages, index: np.integer) -> bytes | None:
    try:
        return hashlib.blake2b(images.read(int(index)), digest_size=16).digest()
    except OSError:
        return None
