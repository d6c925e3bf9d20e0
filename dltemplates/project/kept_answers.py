"""What `evaluate` found for each image, kept so that `report` need not ask the network again."""

import hashlib
import zipfile
from functools import partial
from pathlib import Path

import numpy as np

from dltemplates.callbacks.durable_file import replace_file
from dltemplates.data.image_data import ImageSplit
from dltemplates.evaluation.image_answers import ImageAnswers

FILE = "answers.npz"


def keep(run: Path, images: ImageSplit, names: list[str], answers: ImageAnswers) -> None:
    """Writes the answers to a split into the run's folder; `names` are those of the classes."""
    replace_file(run / FILE, partial(_write, of=_digest(run, images, names), answers=answers))


def find(run: Path, images: ImageSplit, names: list[str]) -> ImageAnswers | None:
    """The answers to these images by the model as it is now; None if they are not there."""
    try:
        with np.load(run / FILE, allow_pickle=False) as kept:
            if str(kept["of"]) != _digest(run, images, names):
                return None
            answers = ImageAnswers(kept["probabilities"], kept["linear"], int(kept["learned_from"]))
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    count = len(images)
    if answers.probabilities.shape != (count, len(names)) or answers.linear.shape != (count,):
        return None
    return answers


def _digest(run: Path, images: ImageSplit, names: list[str]) -> str:
    """Of model, images and classes: with any other of them the answers would be others."""
    digest = hashlib.sha256((run / "model.keras").read_bytes())
    digest.update("\0".join([images.encoded.fingerprint(names), *names]).encode())
    return digest.hexdigest()


def _write(path: Path, of: str, answers: ImageAnswers) -> None:
    with open(path, "wb") as file:
        np.savez(
            file,
            of=np.array(of),
            probabilities=answers.probabilities.astype("float32"),
            linear=answers.linear.astype("int32"),
            learned_from=np.array(answers.learned_from),
        )
