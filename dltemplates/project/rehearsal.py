"""Trainings of which nothing is left: what `lr-find`, `tune` and `finetune` learn from."""

import contextlib
import gc
import io
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dltemplates.logs import OURS
from dltemplates.project.commands import Project


def rehearse(
    project: Project,
    config: Any,
    callbacks: Sequence[Any],
    look: Callable[[Any, dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Trains as the project's `train` does, in a scratch run and without its progress.

    Args:
        project: The project.
        config: Its configuration.
        callbacks: Keras callbacks that watch the training, or end it with an exception.
        look: Given the scratch run and what the function returned, before the run is gone.

    Returns:
        What the project's function returned.
    """
    learn = project.function("train", "train")
    import keras

    from dltemplates.training.run import Run

    policy = keras.config.dtype_policy()
    # no word of the same data at every trial, nor of how often TensorFlow traces
    quiet = [OURS, logging.getLogger("tensorflow")]
    levels = [log.level for log in quiet]
    with _signals_as_before(), Run.scratch(project.runs) as run:
        run.callbacks += callbacks
        for log, level in zip(quiet, (logging.WARNING, logging.ERROR), strict=True):
            log.setLevel(level)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                result = learn(config, run)
            if look is not None:
                look(run, result)
            return result
        finally:
            for log, level in zip(quiet, levels, strict=True):
                log.setLevel(level)
            keras.config.set_dtype_policy(policy)
            keras.backend.clear_session()
            gc.collect()  # a model and its optimizer refer to each other


@contextlib.contextmanager
def _signals_as_before() -> Iterator[None]:
    """Takes Ctrl-C and SIGTERM back from a training that an exception ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
