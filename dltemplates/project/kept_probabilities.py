"""What `evaluate` found for each image, kept so that `report` need not ask the network again."""

import hashlib
import zipfile
from functools import partial
from pathlib import Path

import numpy as np

from dltemplates.callbacks.durable_file import replace_file
from dltemplates.data.image_data import ImageSplit

FILE = "probabilities.npz"


def keep(run: Path, images: ImageSplit, names: list[str], probabilities: np.ndarray) -> None:
    """Writes the probabilities of a split, `(images, classes)`, into the run's folder."""
    of = _digest(run, images, names)
    replace_file(run / FILE, partial(_write, of=of, probabilities=probabilities))


def find(run: Path, images: ImageSplit, names: list[str]) -> np.ndarray | None:
    """The probabilities of these images by the model as it is now; None if they are not there."""
    try:
        with np.load(run / FILE, allow_pickle=False) as kept:
            if str(kept["of"]) != _digest(run, images, names):
                return None
            probabilities = kept["probabilities"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return probabilities if probabilities.shape == (len(images), len(names)) else None


def _digest(run: Path, images: ImageSplit, names: list[str]) -> str:
    """Of model, images and classes: with any other of them the answers would be others."""
    digest = hashlib.sha256((run / "model.keras").read_bytes())
    digest.update("\0".join([images.encoded.fingerprint(names), *names]).encode())
    return digest.hexdigest()


def _write(path: Path, of: str, probabilities: np.ndarray) -> None:
    with open(path, "wb") as file:
        np.savez(file, of=np.array(of), probabilities=probabilities.astype("float32"))
