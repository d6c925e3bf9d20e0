"""Loads an exported SavedModel, by TensorFlow alone."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from dltemplates.errors import ExportError
from dltemplates.export.conversion import FILES
from dltemplates.export.runtime import Runtime
from dltemplates.export.version_folder import PARITY


def load_export(folder: Path, what: str) -> tuple[Any, dict[str, np.ndarray]]:
    """The SavedModel in `folder`, or the latest version below it, and its metadata.

    Args:
        folder: A version's folder, or that of all versions.
        what: What it should be, for the message.

    Raises:
        ExportError: There is none, or it has no metadata.
    """
    folder = latest_version(folder)
    try:
        loaded = tf.saved_model.load(str(folder))
        metadata = loaded.signatures["metadata"]()
    except (OSError, KeyError, ValueError, tf.errors.OpError) as error:
        raise ExportError(
            f"This cannot be loaded as an exported {what}: {error}", where=folder
        ) from error
    return loaded, {name: tensor.numpy() for name, tensor in metadata.items()}


def config_of_export(folder: Path) -> Path:
    """The configuration that an export was trained with.

    Args:
        folder: A version's folder, or that of all versions.

    Raises:
        ExportError: There is no export, or it was made without one.
    """
    path = latest_version(folder) / "config.toml"
    if not path.exists():
        raise ExportError(
            "This export does not say how its data are read.",
            where=path,
            hint="Export again, or name the run that it was made from with --run.",
        )
    return path


def latest_version(folder: Path, runtime: Runtime = "savedmodel") -> Path:
    """`folder` if it is an export, else the latest version below it.

    Raises:
        ExportError: There is none.
    """
    file = "saved_model.pb" if runtime == "savedmodel" else FILES[runtime]
    if os.path.exists(folder / file):
        return folder
    versions = [p for p in folder.glob("*") if p.name.isdigit() and (p / file).exists()]
    if not versions:
        raise ExportError("No exported model here.", where=folder, hint="Run the export command.")
    return max(versions, key=lambda path: int(path.name))


def read_record(version: Path) -> dict[str, Any]:
    """What `parity.json` says of a version; nothing where it cannot be read."""
    try:
        found = json.loads((version / PARITY).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
