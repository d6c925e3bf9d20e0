"""Imports TensorFlow without the dozen lines that it prints while it loads."""

import os
import sys
import tempfile


def import_tensorflow() -> None:
    """Loads TensorFlow. What its libraries print meanwhile is shown only if loading fails.

    They write to the file descriptor, before any Python setting takes effect, so it is the
    descriptor that is turned away.
    """
    if "tensorflow" in sys.modules:
        return
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
