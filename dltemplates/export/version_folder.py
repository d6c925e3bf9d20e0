"""Folders of exported models as servers expect them: `NAME/VERSION/`."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import tensorflow as tf

from dltemplates.errors import ExportError
from dltemplates.export.parity import Parity

PARITY = "parity.json"


def write_version(
    destination: Path,
    write: Callable[[Path], None],
    prove: Callable[[Path], Parity],
    record: Mapping[str, object] | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[Path, Parity]:
    """Writes a model as the next version below `destination`, if it passes its proof.

    The version is written aside and renamed only after the proof: a server that watches the folder
    never sees a version that is half written or wrong.

    Args:
        destination: The model's folder, `export/NAME`; versions 1, 2, … go below it.
        write: Writes the model into a folder.
        prove: Given the written folder, returns its parity or raises.
        record: What `parity.json` shall hold beside the parity.
        texts: Other files of the version, by name; empty ones are left out.

    Returns:
        The version's folder, which also holds `parity.json`, and the parity.

    Raises:
        ExportError: It cannot be written, or its proof fails; nothing is left behind.
    """
    created = [p for p in (destination, *destination.parents) if not os.path.exists(p)]
    aside = None
    try:
        destination.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=destination))
        aside.chmod(0o755)
        write(aside)
        parity = prove(aside)
        known = {**(record or {}), **parity.as_dict()}
        (aside / PARITY).write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", "utf-8")
        for name, text in (texts or {}).items():
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
