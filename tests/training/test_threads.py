"""In fresh processes: TensorFlow can be told only before it computes."""

import os
import subprocess
import sys

import pytest

SETUP = """
import tensorflow as tf
from dltemplates.training.threads import use_threads
"""
SHOWN = "print(tf.config.threading.get_intra_op_parallelism_threads())"


@pytest.mark.parametrize(
    ("environment", "code", "expected"),
    [
        ({}, "use_threads(1)", "1"),
        ({"TF_NUM_INTRAOP_THREADS": "3"}, "use_threads(1)", "0"),
        (
            {},
            "tf.config.threading.set_intra_op_parallelism_threads(2)\nuse_threads(1)",
            "2",
        ),
        ({}, "tf.zeros(1) + 1\nuse_threads(1)", "0"),
    ],
    ids=["free", "environment", "set", "too late"],
)
def test_threads(environment, code, expected):
    inherited = {k: v for k, v in os.environ.items() if k != "TF_NUM_INTRAOP_THREADS"}
    result = subprocess.run(
        [sys.executable, "-c", "\n".join([SETUP, code, SHOWN])],
        env={**inherited, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == expected
