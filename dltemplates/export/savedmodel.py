"""Writes a SavedModel with signatures that TensorFlow Serving has names for."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
import tensorflow as tf

from dltemplates.export.parity import Parity
from dltemplates.export.version_folder import write_version
from dltemplates.training.exported_model import ARCHITECTURE

CLASSIFY, REGRESS = "classify", "regress"
EXAMPLES = "inputs"  # what TensorFlow Serving calls serialized examples


def export_savedmodel(
    archive: keras.export.ExportArchive,
    destination: Path,
    prove: Callable[[Path], Parity],
    config: str = "",
    architecture: str = "",
    record: Mapping[str, object] | None = None,
) -> tuple[Path, Parity]:
    """Writes `archive` as the next version below `destination`, if it passes its proof.

    Args:
        archive: The prepared SavedModel. Signatures called `classify` and `regress` become what
            TensorFlow Serving answers under these names.
        destination: The model's folder, `export/NAME`; see `write_version`.
        prove: Given the written folder, returns its parity or raises.
        config: The configuration that it was trained with, if it shall be kept with it.
        architecture: The Keras model's `to_json()`, from which others can fine-tune it, likewise.
        record: What `parity.json` shall hold beside the parity.

    Returns:
        The version's folder, which also holds `parity.json` and maybe `config.toml` and
        `model.json`, and the parity.

    Raises:
        ExportError: It cannot be written, or its proof fails; nothing is left behind.
    """

    def write(folder: Path) -> None:
        archive.write_out(str(folder), verbose=False)
        _name_methods(folder)

    texts = {"config.toml": config, ARCHITECTURE: architecture}
    return write_version(destination, write, prove, record, texts)


def example_spec() -> tf.TensorSpec:
    """The input of `classify` and `regress`: serialized `tf.train.Example`s."""
    return tf.TensorSpec((None,), tf.string, name=EXAMPLES)


def _name_methods(folder: Path) -> None:
    """Keras marks every signature for `predict`; TensorFlow Serving goes by these marks."""
    updater = tf.compat.v1.saved_model.signature_def_utils.MethodNameUpdater(str(folder))
    for name in (CLASSIFY, REGRESS):
        with contextlib.suppress(ValueError):  # it has none
            updater.replace_method_name(name, f"tensorflow/serving/{name}", tags="serve")
    updater.save()
