"""What a run was made with."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import keras
import tensorflow as tf

from dltemplates import __version__
from dltemplates.machine.processor import cpu_flags, cpu_model, usable_cores

_TELLING = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")


def describe_environment() -> dict:
    """Versions, hardware, precision and command, for the record."""
    flags = cpu_flags()
    return {
        "dltemplates": __version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": {
            "model": cpu_model(),
            "cores": usable_cores(),
            "instructions": [name for name in _TELLING if name in flags],
        },
        "memory_gib": _memory_gib(),
        "gpus": [gpu.name for gpu in tf.config.list_physical_devices("GPU")],
        "precision": keras.config.dtype_policy().name,
        "command": sys.argv[1:],
    }


def describe_commit(folder: Path) -> dict | None:
    """The git commit that `folder` is at, and whether files differ from it; None outside of git."""
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "dirty": bool(changed)}


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    return answer.stdout.strip()


def _memory_gib() -> float | None:
    """Memory of the machine; None where the system does not say."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, OSError, ValueError):
        return None
