"""How many epochs or steps fit into a given time."""

import time
from collections.abc import Callable
from typing import Any

from dltemplates.errors import TrainingError


def fit_to_time(
    step: str, config: Any, seconds: float, measure: Callable[[], dict[str, Any]]
) -> str:
    """The setting that makes training end after about `seconds`, by its first steps.

    What follows on the last epoch, such as calibration, is not part of it.

    Args:
        step: `train` or `pretrain`; the section of the configuration is called likewise.
        config: The configuration.
        seconds: Time from now to the end of the last epoch.
        measure: Measures the training, see `dltemplates.project.speed.ask_child`.

    Returns:
        `KEY=VALUE`: `epochs` or `steps` of that section, whichever there is.

    Raises:
        TrainingError: Not even one epoch fits, or nothing is trained.
    """
    table = getattr(config, step)
    length = "epochs" if hasattr(table, "epochs") else "steps"
    if getattr(table, length) == 0:
        raise TrainingError(
            f"Nothing is trained: {step}.{length} is 0.",
            where="--time-budget",
            hint=f"Set {step}.{length} above 0, or leave the budget out.",
        )
    began = time.monotonic()
    found = measure()
    left = seconds - (time.monotonic() - began) - found["start_seconds"]
    epochs = left / found["epoch_seconds"]
    if epochs < 1.0:
        spent = seconds - left
        raise TrainingError(
            f"An epoch takes about {found['epoch_seconds']:.0f} seconds, after {spent:.0f} seconds "
            f"of measuring and reading the data; the budget is {seconds:.0f}.",
            where="--time-budget",
            hint="Allow more time, or use less data or a smaller network.",
        )
    if length == "epochs":
        return f"{step}.epochs={int(epochs)}"
    return f"{step}.steps={int(epochs * found['steps_per_epoch'])}"
