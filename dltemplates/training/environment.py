"""What a run was made with."""

import os
import platform
import sys

import keras
import tensorflow as tf

import dltemplates
from dltemplates.training.precision import cpu_flags

_TELLING = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")


def describe_environment() -> dict:
    """Versions, hardware, precision and command, for the record."""
    flags = cpu_flags()
    return {
        "dltemplates": dltemplates.__version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": {"cores": os.cpu_count(), "instructions": [f for f in _TELLING if f in flags]},
        "gpus": [gpu.name for gpu in tf.config.list_physical_devices("GPU")],
        "precision": keras.config.dtype_policy().name,
        "command": sys.argv[1:],
    }
