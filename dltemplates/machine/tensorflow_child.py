"""A process of its own that loads TensorFlow and Keras and says what it found, as JSON."""

import contextlib
import json
import os
import sys
import time


def describe() -> dict[str, object]:
    """Versions, settings and devices."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    began = time.perf_counter()
    import keras
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    with tf.device("CPU"):
        tf.linalg.matmul(tf.ones((64, 64)), tf.ones((64, 64)))
    return {
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "image_data_format": keras.config.image_data_format(),
        "gpus": [_name(tf, gpu) for gpu in gpus],
        "built_with_cuda": tf.test.is_built_with_cuda(),
        "seconds": time.perf_counter() - began,
    }


def _name(tf, gpu) -> str:
    details: dict = {}
    with contextlib.suppress(Exception):  # a description is all that is lost
        details = tf.config.experimental.get_device_details(gpu)
    return str(details.get("device_name", gpu.name))


if __name__ == "__main__":
    json.dump(describe(), sys.stdout)
