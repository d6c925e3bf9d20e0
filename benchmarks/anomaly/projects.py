"""Generated projects, trained in this process: to start one for each of many files takes long."""

import contextlib
import gc
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.export.anomaly_detector import detector_window
from dltemplates.project.config import changed, load_config
from dltemplates.scaffold import answers, catalog, generate
from dltemplates.training.run import Run

TEMPLATE = "autoencoder-anomaly"
logging.getLogger("tensorflow").setLevel(logging.ERROR)  # every network is traced, it complains


@dataclass(frozen=True)
class Trained:
    """A finished detector, as it lies in its run, and what it was trained on.

    Attributes:
        model: The finished detector.
        data: With its splits.
        seconds: Within training steps.
        folder: The run.
    """

    model: keras.Model
    data: SensorData | TableData
    seconds: float
    folder: Path


class DetectorProject:
    """A project generated with defaults.

    Args:
        parent: The folder to generate it in.
        chosen: Answers to the template's questions, where other than the defaults are wanted.
    """

    def __init__(self, parent: Path, **chosen: str) -> None:
        self.package = "_".join(["detector", *chosen.values()])
        self.folder = parent / self.package
        template = catalog.find(TEMPLATE)
        generate.generate(
            template,
            answers.resolve(template, chosen),
            self.folder,
            title=self.package,
            package=self.package,
        ).write()
        sys.path.insert(0, str(self.folder))

    def train(self, file: Path, settings: Sequence[str]) -> Trained:
        """Trains on `file`; the label is in its column `anomaly`."""
        return self._learn("train", file, settings)

    def finetune(self, start: Trained, file: Path, settings: Sequence[str]) -> Trained:
        """Goes on from a trained detector with `file`."""
        return self._learn("finetune", file, [f"finetune.start={start.folder}", *settings])

    def _learn(self, step: str, file: Path, settings: Sequence[str]) -> Trained:
        given = ("data.source=path", f"data.path={file}", "data.label=anomaly", *settings)
        config = load_config(
            self._module("config").Config, self.folder / "config.toml", tuple(given)
        )
        keras.utils.clear_session()
        gc.collect()
        run = Run.create(self.folder / "runs")
        with contextlib.redirect_stderr(io.StringIO()):
            measured = getattr(self._module(step), step)(config, run)
            model = run.load_model()
            if window := detector_window(model):
                config = changed(config, {"data.window": window})
            data = self._module("data").load_data(config)
        return Trained(model, data, measured["training_seconds"], run.folder)

    def _module(self, name: str):
        return importlib.import_module(f"{self.package}.{name}")
