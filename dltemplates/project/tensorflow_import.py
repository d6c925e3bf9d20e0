"""Imports TensorFlow without the dozen lines that it prints while it loads."""

import os
import sys
import tempfile

from dltemplates.errors import ConfigError


def import_tensorflow() -> None:
    """Loads TensorFlow. What its libraries print meanwhile is shown only if loading fails."""
    if "tensorflow" in sys.modules:
        return
    _import_quietly()
    _check_keras()


def import_bare_tensorflow() -> None:
    """Loads TensorFlow without Keras, in a process that needs none: half the time and memory."""
    sys.modules.setdefault("keras", None)  # type: ignore[arg-type]
    _import_quietly()


def _import_quietly() -> None:
    """The libraries write to the file descriptor, before any Python setting takes effect, so it is
    the descriptor that is turned away.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    with tempfile.TemporaryFile() as aside:
        original = os.dup(2)
        os.dup2(aside.fileno(), 2)
        try:
            import tensorflow  # noqa: F401
        except BaseException:
            aside.seek(0)
            os.write(original, aside.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


def _check_keras() -> None:
    import keras

    backend, layout = keras.backend.backend(), keras.config.image_data_format()
    if (backend, layout) != ("tensorflow", "channels_last"):
        raise ConfigError(
            f"Keras is set to the backend {backend} and to {layout}.",
            where="KERAS_BACKEND or ~/.keras/keras.json",
            hint="This project needs tensorflow and channels_last.",
        )


def use_cpu() -> None:
    """Keeps TensorFlow off the GPUs; before anything has been computed."""
    import_tensorflow()
    import tensorflow as tf

    tf.config.set_visible_devices([], "GPU")
