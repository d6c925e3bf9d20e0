"""Finished models as files of other formats."""

import importlib.util
import json
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from dltemplates.errors import ExportError
from dltemplates.export.child_process import last_words, run_child
from dltemplates.export.portable_model import PortableModel

Format = Literal["onnx", "litert"]
Precision = Literal["float32", "float16", "dynamic-int8", "int8"]
FILES: dict[Format, str] = {"onnx": "model.onnx", "litert": "model.tflite"}
FORMAT_NAMES: dict[Format, str] = {"onnx": "ONNX", "litert": "LiteRT"}
_NEEDED = {"onnx": ("tf2onnx", "onnx", "onnxruntime"), "litert": ("ai_edge_litert",)}
_CHILD = Path(__file__).with_name("conversion_child.py")
_PATIENCE = 1_800  # seconds
ABOUT = "about.json"


def check_installed(kind: Format) -> None:
    """Raises `ExportError` if what converts and runs a format is not installed."""
    missing = [name for name in _NEEDED[kind] if importlib.util.find_spec(name) is None]
    if missing:
        raise ExportError(
            f"{FORMAT_NAMES[kind]} needs {', '.join(missing)}, which is not installed.",
            hint=f'Run: pip install "dltemplates[{kind}]"',
        )


def convert(
    portable: PortableModel,
    kind: Format,
    file: Path,
    precision: Precision = "float32",
    examples: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Writes a model as a file that holds what a client has to know, too.

    An ONNX file has `PortableModel.about`, as JSON, in its metadata under `about`, and takes
    batches of any size. A LiteRT file has fixed sizes and takes one item at a time, and is at the
    same time a zip archive of `about.json`, as is the custom of its labels.

    Args:
        portable: The model.
        kind: `onnx` or `litert`.
        file: What is written.
        precision: Of LiteRT: `float32`; `float16`, weights of half the size; `dynamic-int8`,
            weights of a quarter; `int8`, activations too where LiteRT has such operations.
        examples: Inputs by name, an item a row, from which `int8` learns the range of activations.

    Raises:
        ExportError: The format has no such operations, or the converter fails.
    """
    child = _converted(portable, kind, file, precision, examples or {})
    if child.returncode and kind == "litert":
        child = _converted(portable, kind, file, precision, examples or {}, hide_batch=True)
    if child.returncode:
        raise ExportError(
            f"This network cannot be converted to {FORMAT_NAMES[kind]} ({precision}): "
            f"{last_words(child)}",
            hint=_nearest(kind, precision),
        ) from RuntimeError(child.stderr)
    about = json.dumps(portable.about, ensure_ascii=False)
    if kind == "onnx":
        _describe_onnx(file, about)
    else:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(ABOUT, about)


def _converted(
    portable: PortableModel,
    kind: Format,
    file: Path,
    precision: Precision,
    examples: Mapping[str, np.ndarray],
    *,
    hide_batch: bool = False,
) -> subprocess.CompletedProcess:
    """The process that tried it, when it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        source, arrays = Path(folder, "saved_model"), Path(folder, "examples.npz")
        archive = portable.archive(fixed=kind == "litert", hide_batch=hide_batch)
        archive.write_out(str(source), verbose=False)
        np.savez(arrays, allow_pickle=False, **examples)
        try:
            return run_child(_CHILD, kind, source, file, precision, arrays, patience=_PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise ExportError(
                f"The converter did not finish within {_PATIENCE // 60} minutes.",
                hint="Is the machine busy?",
            ) from error


def read_about(file: Path) -> dict:
    """What `convert` wrote of a model into its file."""
    if file.suffix == ".tflite":
        with zipfile.ZipFile(file) as archive:
            return json.loads(archive.read(ABOUT))
    import onnx

    model = onnx.load(file, load_external_data=False)
    return json.loads(next(each.value for each in model.metadata_props if each.key == "about"))


def _describe_onnx(file: Path, about: str) -> None:
    import onnx

    model = onnx.load(file)
    model.metadata_props.add(key="about", value=about)
    onnx.save(model, file)


def _nearest(kind: Format, precision: Precision) -> str:
    if kind == "litert" and precision != "float32":
        return "Try --precision float32."
    other = "onnx" if kind == "litert" else "litert"
    return f"Try --format {other}, or the SavedModel, which holds every network."
