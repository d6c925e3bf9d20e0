"""How many threads TensorFlow divides an operation among."""

import os

import tensorflow as tf


def use_threads(count: int) -> None:
    """Has each operation divided among `count` threads; before TensorFlow computes anything.

    Operations of small networks take microseconds, and to divide them takes as long. What the user
    has set in `TF_NUM_INTRAOP_THREADS` or by `tf.config` stays; so does what TensorFlow began with,
    if it has already computed something.

    Args:
        count: Threads, at least 1.
    """
    if "TF_NUM_INTRAOP_THREADS" in os.environ:
        return
    if tf.config.threading.get_intra_op_parallelism_threads():  # 0: it is TensorFlow's choice
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(count)
    except RuntimeError:  # too late: only speed is lost
        return
