"""A training in a file: the model with its optimizer, and all else that goes on changing."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dltemplates.callbacks.durable_file import replace_file
from dltemplates.callbacks.keras_archive import DAMAGE, check_archive
from dltemplates.errors import RunError

VERSION = 1
_ENTRY = "training.json"


def save_training(path: Path, model: keras.Model, state: dict[str, Any]) -> None:
    """Writes a `.keras` archive that also holds `state` and the states of the seeds.

    Dropout draws from seeds whose states Keras leaves out of the archive; without them the masks
    of a training that goes on would begin again.

    Args:
        path: Where to write; a file that is there is replaced once the new one is whole.
        model: A compiled model.
        state: Numbers, texts, lists and dictionaries.
    """
    contents = {"version": VERSION, **state, "seeds": read_values(_seeds(model))}

    def write(aside: Path) -> None:
        model.save(aside, overwrite=True)
        with zipfile.ZipFile(aside, "a") as archive:
            archive.writestr(_ENTRY, json.dumps(contents))

    replace_file(path, write)


def read_state(path: Path) -> dict[str, Any]:
    """The state in an archive of `save_training`, all of whose checksums are checked.

    Raises:
        RunError: The file is damaged or is not as Keras writes it, or a newer version wrote it.
    """
    check_archive(path)
    try:
        with zipfile.ZipFile(path) as archive:
            state = json.loads(archive.read(_ENTRY))
            version = state["version"]
    except DAMAGE:
        raise RunError("This checkpoint is damaged.", where=path) from None
    if version != VERSION:
        raise RunError(
            f"This checkpoint has the format {version}; this dltemplates knows {VERSION}.",
            where=path,
            hint="Upgrade with: pip install --upgrade dltemplates",
        )
    return state


def load_training(path: Path, model: keras.Model, state: dict[str, Any]) -> None:
    """Gives a compiled model the weights, optimizer and seeds of an archive.

    Args:
        path: The archive.
        model: Built by the same code as the one that was saved.
        state: What `read_state` returns for it.

    Raises:
        RunError: The archive is of another network or another optimizer.
    """
    model.optimizer.build(model.trainable_variables)
    try:
        model.load_weights(path)
        write_values(_seeds(model), state["seeds"])
    except (ValueError, KeyError, OSError) as error:
        raise RunError(
            f"This checkpoint is of another network: {str(error).partition(chr(10))[0]}",
            where=path,
            hint="Undo the changes to the project's code, or train anew.",
        ) from error
    if steps_taken(model) != state["iterations"]:
        raise RunError(
            "This checkpoint is of another optimizer.",
            where=path,
            hint="Undo the changes to the project's code, or train anew.",
        )


def steps_taken(model: keras.Model) -> int:
    """Steps of a compiled model's optimizer; of one that several devices mirror as well."""
    return int(keras.ops.convert_to_numpy(model.optimizer.iterations))


def read_values(variables: Sequence[keras.Variable]) -> list[Any]:
    """The values of small variables as lists, exactly."""
    return [np.asarray(keras.ops.convert_to_numpy(variable)).tolist() for variable in variables]


def write_values(variables: Sequence[keras.Variable], values: list[Any]) -> None:
    """Gives variables the values that `read_values` returned.

    Raises:
        ValueError: There are more or fewer of them now.
    """
    for variable, value in zip(variables, values, strict=True):
        variable.assign(np.array(value, variable.dtype))


def _seeds(model: keras.Model) -> list[keras.Variable]:
    """Variables that are neither weights nor metrics: the states of random seeds."""
    known = {id(variable) for variable in [*model.weights, *model.metrics_variables]}
    return [variable for variable in model.variables if id(variable) not in known]
