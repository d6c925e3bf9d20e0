"""Writes a SavedModel as TensorFlow Serving expects it: `NAME/VERSION/`."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf

from dltemplates.errors import ExportError
from dltemplates.export.parity import Parity
from dltemplates.training.exported_model import ARCHITECTURE


def export_savedmodel(
    archive: keras.export.ExportArchive,
    destination: Path,
    prove: Callable[[Path], Parity],
    config: str = "",
    architecture: str = "",
) -> tuple[Path, Parity]:
    """Writes `archive` as the next version below `destination`, if it passes its proof.

    The version is written aside and renamed only after the proof: a server that watches the folder
    never sees a version that is half written or wrong.

    Args:
        archive: The prepared SavedModel.
        destination: The model's folder, `export/NAME`; versions 1, 2, … go below it.
        prove: Given the written folder, returns its parity or raises.
        config: The configuration that it was trained with, if it shall be kept with it.
        architecture: The Keras model's `to_json()`, from which others can fine-tune it, likewise.

    Returns:
        The version's folder, which also holds `parity.json` and maybe `config.toml` and
        `model.json`, and the parity.

    Raises:
        ExportError: It cannot be written, or its proof fails; nothing is left behind.
    """
    created = [p for p in (destination, *destination.parents) if not os.path.exists(p)]
    aside = None
    try:
        destination.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=destination))
        aside.chmod(0o755)
        archive.write_out(str(aside), verbose=False)
        parity = prove(aside)
        (aside / "parity.json").write_text(json.dumps(parity.as_dict(), indent=2) + "\n", "utf-8")
        for name, text in (("config.toml", config), (ARCHITECTURE, architecture)):
            if text:
                (aside / name).write_text(text, "utf-8")
        version = destination / str(_next_version(destination))
        aside.rename(version)
    except (OSError, tf.errors.OpError) as error:
        text = str(error)
        reason = getattr(error, "strerror", None) or text.partition("\n")[0]
        if "No space left" in text:
            reason = "the disk is full"
        raise ExportError(
            f"Cannot write the export: {reason}.",
            where=destination,
            hint="Check permissions and free space, or choose another place with --to.",
        ) from error
    finally:
        if aside is not None and aside.exists():
            shutil.rmtree(aside)
        for folder in created:
            with contextlib.suppress(OSError):  # not empty, or never made
                folder.rmdir()
    return version, parity


def _next_version(destination: Path) -> int:
    taken = [int(p.name) for p in destination.iterdir() if p.is_dir() and p.name.isdigit()]
    return max(taken, default=0) + 1
