"""Known ways in which training fails, in words for the project's owner."""

import errno
from pathlib import Path

from dltemplates.errors import TrainingError

_DIVERGED = """{kept} Likely causes, most likely first:
    the learning rate is too high: halve train.learning_rate
    float16 overflowed, if you train in it: set train.precision to "float32"
    the data hold values that make no sense"""


def explain(error: Exception, run: Path) -> TrainingError | None:
    """What `error`, raised while training the run in the folder `run`, means; None if not known."""
    text = str(error)
    if diverged(error):
        return TrainingError(
            "Training diverged: the loss is no longer a number. It was stopped at once.",
            hint=_DIVERGED.format(kept=_kept(run / "checkpoints")),
        )
    if "URL fetch failure" in text:
        return TrainingError(
            "The pre-trained weights cannot be downloaded: the network cannot be reached.",
            where="model.imagenet",
            hint="Train once online (Keras keeps them in ~/.keras/models), or "
            "start from random weights: --set model.imagenet=false",
        )
    if isinstance(error, ValueError) and "Input size must be at least" in text:
        return TrainingError(
            f"The images are too small for this network. {text.splitlines()[0]}",
            where="data.image_size",
            hint="Raise data.image_size, or choose a network for small images.",
        )
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return TrainingError(
            "Out of memory.",
            where=run,
            hint="Lower train.batch_size; of images also data.image_size, or set data.cache to no.",
        )
    if "file signature not found" in text:
        return TrainingError(
            "The downloaded weights are damaged.",
            where="~/.keras/models",
            hint="Delete the newest file there, and train once online.",
        )
    if isinstance(error, OSError):
        return _explain_system(error, text, run)
    if type(error).__name__ == "NotFoundError":
        return TrainingError(
            f"A file is gone: {text.partition(chr(10))[0]}", where=run, hint="Put it back."
        )
    return None


def diverged(error: Exception) -> bool:
    """Whether `error` says that a loss or a weight is no longer a number."""
    return isinstance(error, FloatingPointError) or str(error).startswith("NaN or Inf loss")


def _explain_system(error: OSError, text: str, run: Path) -> TrainingError | None:
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in text:
        return TrainingError(
            "The disk is full. What was saved before is whole.",
            where=run,
            hint="Free some space, then go on with --resume.",
        )
    if error.errno in (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY):
        return TrainingError(
            f"{error.strerror}.",
            where=error.filename2 or error.filename or run,
            hint="Something else is where a file of this run belongs: move it away.",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return TrainingError(
            f"{error.strerror}.", where=error.filename or run, hint="Check its permissions."
        )
    return None


def _kept(checkpoints: Path) -> str:
    if any(checkpoints.glob("*.keras")):
        return f"The last good weights are in {checkpoints}."
    return "It happened in the first epoch, so there are no good weights to keep."
