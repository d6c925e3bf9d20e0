"""Reading a saved model without letting the file run code."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import keras

from dltemplates.callbacks.keras_archive import check_archive
from dltemplates.errors import RunError
from dltemplates.training.model_allowlist import check_config

_LARGEST_CONFIG = 64 * 2**20  # bytes; that of a text classifier holds its words


def read_model(path: Path, hint: str | None = None) -> keras.Model:
    """Loads a `.keras` file, without its optimizer.

    The file may be from anyone: what it holds is looked at before Keras builds anything. Layers of
    the project have to be imported and registered with Keras.

    Args:
        path: The file.
        hint: What to do if it is damaged; by default, what helps where it is a run's.

    Raises:
        RunError: The file is damaged, or could do more than compute; names what it holds.
    """
    from dltemplates import layers  # noqa: F401 - registers our layers with Keras

    if hint is None:
        hint = f"Make it anew with --resume {path.parent.name}, or choose another run with --run."
    if not os.access(path, os.R_OK):
        raise RunError("No permission to read this model.", where=path)
    if not zipfile.is_zipfile(path):  # also a pickle, or a renamed .h5
        raise RunError("This model is damaged: it is no Keras file.", where=path, hint=hint)
    check_archive(path, hint)
    check_config(_read_config(path, hint), path)
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever a configuration without sense leads to
        innermost = str(error).rpartition("Exception encountered: ")[2]
        raise RunError(
            f"This model cannot be read: {innermost.partition(chr(10))[0]}", where=path, hint=hint
        ) from error


def _read_config(path: Path, hint: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("config.json").file_size
        if size > _LARGEST_CONFIG:
            raise RunError(f"This model's configuration has {size:,} bytes.", where=path)
        try:
            return json.loads(archive.read("config.json"))
        except (ValueError, RecursionError):
            raise RunError(
                "This model is damaged: its configuration is no JSON.", where=path, hint=hint
            ) from None
