"""A run's settings and metrics, for MLflow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from dltemplates.errors import TrainingError

_ID = "mlflow.txt"  # in the run's folder: which of MLflow's runs it is


class MlflowLog(keras.callbacks.Callback):
    """Logs settings once and metrics every epoch to MLflow: MLFLOW_TRACKING_URI, or here.

    A training that goes on continues the run that it began.

    Args:
        experiment: Name of MLflow's experiment.
        folder: Folder of our run; MLflow's run is called after it.
        settings: Settings by name.
        model: Where the finished model will be.

    Raises:
        TrainingError: MLflow is not installed.
    """

    def __init__(
        self, experiment: str, folder: Path, settings: Mapping[str, Any], model: Path
    ) -> None:
        super().__init__()
        try:
            from mlflow import MlflowClient
        except ImportError:
            raise TrainingError(
                "MLflow is not installed.",
                where="--mlflow",
                hint='Install it: pip install "dltemplates[tracking]"',
            ) from None
        self._client = MlflowClient()
        self.experiment = experiment
        self.folder = folder
        self.settings = dict(settings)
        self.model_path = model

    def on_train_begin(self, logs: dict | None = None) -> None:
        remembered = self.folder / _ID
        if remembered.exists():
            self._run = remembered.read_text("utf-8").strip()
            self._client.update_run(self._run, status="RUNNING")
            return
        experiment = self._client.get_experiment_by_name(self.experiment)
        number = (
            self._client.create_experiment(self.experiment)
            if experiment is None
            else experiment.experiment_id
        )
        self._run = self._client.create_run(number, run_name=self.folder.name).info.run_id
        remembered.write_text(self._run + "\n", "utf-8")
        for name, value in self.settings.items():
            self._client.log_param(self._run, name, value)
        self._client.set_tag(self._run, "model.keras", str(self.model_path.resolve()))

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        for name, value in (logs or {}).items():
            self._client.log_metric(self._run, name, float(value), step=epoch + 1)

    def on_train_end(self, logs: dict | None = None) -> None:
        self._client.set_terminated(self._run)
