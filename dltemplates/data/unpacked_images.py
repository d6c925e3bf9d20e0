"""Encoded images as files in a cache folder, for data sets that do not fit in memory."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_LABELS = "labels.npy"


def cache_folder() -> Path:
    """Where unpacked images lie: `dltemplates` in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dltemplates"


def unpack_images(examples: Iterable[tuple[bytes, int]], folder: Path, size: int) -> EncodedImages:
    """Writes images to `folder`, as files 0, 1, 2, …; the next call finds them there.

    Args:
        examples: Image bytes and label of each; not touched if the folder is there already.
        folder: Where they go. It appears once all of them are written.
        size: Bytes that they take, about.

    Raises:
        DataError: There is not enough room, or the folder cannot be written.
    """
    if not folder.exists():
        log.info("Unpacking %.1f GiB of images, once, to %s", size / 2**30, folder)
        try:
            _write(examples, folder, size)
        except OSError as error:
            raise DataError(
                f"The images do not fit in memory, and cannot be unpacked: {error.strerror}.",
                where=folder,
                hint=f"They take {size / 2**30:.1f} GiB. Another place: set XDG_CACHE_HOME.",
            ) from None
    labels = np.load(folder / _LABELS)
    return EncodedImages([str(folder / str(index)) for index in range(len(labels))], labels)


def _write(examples: Iterable[tuple[bytes, int]], folder: Path, size: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder.parent).free < size:
        raise OSError(0, "the disk has not enough room")
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        labels = []
        for index, (contents, label) in enumerate(examples):
            (aside / str(index)).write_bytes(contents)
            labels.append(label)
        np.save(aside / _LABELS, np.array(labels, "int64"))
        aside.chmod(0o755)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
