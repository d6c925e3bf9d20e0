"""What a `.keras` file may be, looked at before Keras opens it.

It is a zip archive with the weights in HDF5. Both formats can point out of themselves: names such
as `../x`, links to other files, a few bytes that claim to be terabytes.
"""

import io
import math
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import h5py

from dltemplates.errors import RunError

DAMAGE = (  # what zipfile, h5py and json raise on bytes that make no sense
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
)
_WEIGHTS = "model.weights.h5"
_ENTRIES = {"metadata.json", "config.json", "training.json", _WEIGHTS}
_EXPANSION = 20  # Keras compresses nothing; someone may have packed a file anew
_SPARE = 2**20  # bytes that no expansion is asked of


def check_archive(path: Path, hint: str | None = None) -> None:
    """Checks names, sizes and checksums of a `.keras` file, and that its weights lie in it.

    Args:
        path: The file.
        hint: What to do if it is damaged.

    Raises:
        RunError: It is damaged, or holds what Keras does not write.
        PermissionError: It may not be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(path, archive)
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            if _WEIGHTS in archive.namelist():
                _check_weights(path, archive.read(_WEIGHTS))
    except PermissionError:
        raise
    except DAMAGE:
        raise RunError("This file is damaged.", where=path, hint=hint) from None


def _check_entries(path: Path, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    strange = next((n for n in names if n not in _ENTRIES and not _is_asset(n)), None)
    if strange is not None:
        raise _not_from_keras(path, f"it holds {strange[:100]!r}")
    if len(set(names)) < len(names):
        raise _not_from_keras(path, "it holds two files of one name")
    if "config.json" not in names or _WEIGHTS not in names:
        raise _not_from_keras(path, "it lacks a configuration or weights")
    declared = sum(entry.file_size for entry in archive.infolist())
    _check_size(path, declared, path.stat().st_size)


def _is_asset(name: str) -> bool:
    """Whether an entry is a file of a layer, such as the words of `TextVectorization`."""
    parts = PurePosixPath(name).parts
    plain = all(character not in name for character in "\\:\0") and ".." not in parts
    return plain and name.startswith("assets/") and str(PurePosixPath(name)) == name


def _check_weights(path: Path, contents: bytes) -> None:
    declared = 0
    with h5py.File(io.BytesIO(contents)) as file:
        links: dict[str, object] = {}
        file.visititems_links(links.__setitem__)  # each once, without following one
        for name, link in links.items():
            if not isinstance(link, h5py.HardLink):
                raise _not_from_keras(path, f"its weights hold a link, {name!r}")
        for name in links:
            found = file[name]
            if not isinstance(found, h5py.Dataset):
                continue
            if found.external or found.is_virtual or found.dtype.hasobject:
                raise _not_from_keras(path, f"its weights {name!r} are no plain numbers")
            declared += math.prod(found.shape) * found.dtype.itemsize
    _check_size(path, declared, len(contents))


def _check_size(path: Path, declared: int, size: int) -> None:
    if declared > _EXPANSION * size + _SPARE:
        raise _not_from_keras(path, f"its {size:,} bytes claim to be {declared:,}")


def _not_from_keras(path: Path, why: str) -> RunError:
    return RunError(
        f"This file is not as Keras writes it: {why}. It was not opened.",
        where=path,
        hint="Do not trust it, wherever it is from.",
    )
