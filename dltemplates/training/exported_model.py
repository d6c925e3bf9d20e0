"""The Keras model behind an exported SavedModel."""

import json
from pathlib import Path

import keras
import numpy as np

from dltemplates.errors import RunError
from dltemplates.training.model_allowlist import check_config

ARCHITECTURE = "model.json"  # beside saved_model.pb: layers and their settings, without weights


def find_version(folder: Path) -> Path | None:
    """The version that a server would take, of `NAME/` or `NAME/VERSION/`; None: no export."""
    if (folder / "saved_model.pb").is_file():
        return folder
    versions = [
        each.parent for each in folder.glob("*/saved_model.pb") if each.parent.name.isdigit()
    ]
    return max(versions, key=lambda each: int(each.name), default=None)


def read_exported(version: Path) -> keras.Model:
    """Builds the model that was exported and gives it the exported weights.

    Nothing of the SavedModel's graph is run.

    Args:
        version: Folder with `saved_model.pb` and `model.json`.

    Raises:
        RunError: The export has no description of its layers, is damaged, or names objects that are
            not allowed; see `check_config`.
    """
    import tensorflow as tf

    from dltemplates import layers  # noqa: F401 - registers our layers with Keras

    place = version / ARCHITECTURE
    try:
        config = json.loads(place.read_text("utf-8"))
    except FileNotFoundError:
        raise RunError(
            f"This export has no {ARCHITECTURE}, which says what its layers are.",
            where=version,
            hint="Export the run again, or start from the run itself.",
        ) from None
    except (OSError, ValueError, RecursionError):
        raise RunError("This file is damaged.", where=place, hint="Export the run again.") from None
    check_config(config, place)
    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        reader = tf.train.load_checkpoint(str(version / "variables" / "variables"))
        values = [reader.get_tensor(_key(index)) for index in range(len(model.variables))]
        found = sum(name.startswith("variables/") for name in reader.get_variable_to_shape_map())
        _assign(model, values, found)
    except Exception as error:  # Keras and TensorFlow raise whatever damage leads to
        raise RunError(
            f"This export cannot be read: {str(error).partition(chr(10))[0]}",
            where=version,
            hint="Export the run again.",
        ) from error
    return model


def _key(index: int) -> str:
    return f"variables/{index}/.ATTRIBUTES/VARIABLE_VALUE"


def _assign(model: keras.Model, values: list[np.ndarray], found: int) -> None:
    """Gives a model its variables, which an export keeps in their order."""
    if found != len(values):
        raise ValueError(f"it has {found} variables, its layers {len(values)}")
    for variable, value in zip(model.variables, values, strict=True):
        if tuple(variable.shape) != value.shape or variable.dtype != value.dtype.name:
            raise ValueError(f"{variable.path} has another shape in its layers")
    for variable, value in zip(model.variables, values, strict=True):
        variable.assign(value)
