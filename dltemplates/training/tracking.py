"""Logs of a run for the tools that show them: TensorBoard and MLflow."""

import tomllib
from typing import Any

import keras

from dltemplates.callbacks.mlflow_log import MlflowLog
from dltemplates.callbacks.tensorboard_log import TensorBoardLog
from dltemplates.training.run import Run

_LONGEST = 500  # characters of a setting that MLflow takes in every version


def tracking_callbacks(
    run: Run, tensorboard: bool = True, mlflow: bool = False, experiment: str = "dltemplates"
) -> list[keras.callbacks.Callback]:
    """The callbacks that log a run's metrics every epoch; for `run.callbacks`.

    A run that is resumed goes on with the logs that it began: in TensorBoard's folder another file
    beside the first, in MLflow the same run.

    Args:
        run: The run, whose config.toml is written.
        tensorboard: Whether to write the scalars of each epoch into the run's folder.
        mlflow: Whether to log to MLflow: to MLFLOW_TRACKING_URI, or where MLflow keeps it here.
        experiment: Name of MLflow's experiment.

    Raises:
        TrainingError: MLflow is wanted and not installed.
    """
    callbacks: list[keras.callbacks.Callback] = []
    if tensorboard:
        callbacks.append(TensorBoardLog(run.folder / "tensorboard"))
    if mlflow:
        callbacks.append(MlflowLog(experiment, run.folder, _settings(run), run.model_path))
    return callbacks


def _settings(run: Run) -> dict[str, Any]:
    """What config.toml says, by `section.key`."""
    sections = tomllib.loads(run.config_path.read_text("utf-8"))
    return {
        f"{section}.{key}": str(value)[:_LONGEST]
        for section, values in sections.items()
        for key, value in values.items()
    }
