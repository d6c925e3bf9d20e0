"""Trainings of which nothing is left: what `lr-find` and `tune` learn from."""

import contextlib
import gc
import io
import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from dltemplates.project.commands import Project

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=Path("config.toml"),
    show_default=True,
    help="Configuration file.",
)
set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one setting."
)


def rehearse(project: Project, config: Any, callbacks: Sequence[Any]) -> dict[str, Any]:
    """Trains as the project's `train` does, in a scratch run and without its progress.

    Args:
        project: The project.
        config: Its configuration.
        callbacks: Keras callbacks that watch the training, or end it with an exception.

    Returns:
        What the project's function returned.
    """
    learn = project.function("train", "train")
    import keras

    from dltemplates.training.run import Run

    policy = keras.config.dtype_policy()
    # no word of the same data at every trial, nor of how often TensorFlow traces
    quiet = [logging.getLogger("dltemplates"), logging.getLogger("tensorflow")]
    levels = [log.level for log in quiet]
    with _signals_as_before(), Run.scratch(project.runs) as run:
        run.callbacks += callbacks
        for log, level in zip(quiet, (logging.WARNING, logging.ERROR), strict=True):
            log.setLevel(level)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                return learn(config, run)
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
