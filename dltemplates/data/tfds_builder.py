"""Opening and preparing data sets of TensorFlow Datasets, with short answers when it fails."""

import difflib
import socket
from pathlib import Path
from typing import Any

from dltemplates.errors import DataError

_CATALOGUE = "https://www.tensorflow.org/datasets/catalog/overview"
_HOST = ("storage.googleapis.com", 443)


def open_builder(name: str, data_dir: str | None, *, example: str) -> Any:
    """Opens the data set `name`, prepared or not.

    Args:
        name: A TensorFlow Datasets name, optionally with config and version.
        data_dir: Where prepared data sets lie; None for TensorFlow Datasets' own default.
        example: A name that would do, for whoever gave none.

    Raises:
        DataError: No name is given, or there is no such data set.
    """
    import tensorflow_datasets as tfds

    if not name:
        raise DataError(
            "No TensorFlow Datasets name given.",
            where="data.name",
            hint=f"For instance: --set data.name={example}",
        )
    if data_dir:  # a data set that only the folder knows, such as a company's own
        try:
            return tfds.builder_from_directories(_prepared_folders(data_dir, name))
        except (ValueError, FileNotFoundError):
            pass
    try:
        return tfds.builder(name, data_dir=data_dir or None, try_gcs=False)
    except tfds.core.registered.DatasetNotFoundError:
        raise DataError(
            f"TensorFlow Datasets knows no {name!r}.",
            where="data.name",
            hint=_nearest(name.split("/")[0].lower(), tfds.list_builders()),
        ) from None
    except Exception as error:  # whatever a builder raises for a config or version it lacks
        raise DataError(
            f"TensorFlow Datasets cannot open it: {str(error).partition(chr(10))[0]}",
            where=name,
            hint="Check the config and version in the name.",
        ) from None


def prepare(builder: Any, name: str) -> None:
    """Downloads and prepares a data set that is not there yet.

    Raises:
        DataError: There is no network, or the download fails.
    """
    if builder.data_path.exists():
        return
    try:
        socket.create_connection(_HOST, timeout=5).close()
    except OSError:
        raise DataError(
            "It is not prepared on this machine, and the network cannot be reached.",
            where=name,
            hint="Prepare it where there is a network, and set data.data_dir to that folder.",
        ) from None
    try:
        builder.download_and_prepare()
    except Exception as error:  # whatever a data set's own download code raises
        raise DataError(
            f"It cannot be downloaded: {str(error).partition(chr(10))[0]}",
            where=name,
            hint="See its page: some data sets want a manual download.",
        ) from error


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Its catalogue: {_CATALOGUE}"


def _prepared_folders(data_dir: str, name: str) -> list[str]:
    """The folders below `data_dir` that hold a prepared version of `name`."""
    root = Path(data_dir).expanduser() / name.split(":")[0]
    return [str(file.parent) for file in sorted(root.glob("**/dataset_info.json"))][-1:]
