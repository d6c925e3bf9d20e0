"""The generated detector's own network: trained, and exported to score a long log."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.time_series import TimeSeries
from dltemplates.export.anomaly_detector import finish_sensor_detector
from dltemplates.export.detector_archive import detector_archive
from dltemplates.project.config import load_config
from dltemplates.project.detector import ExportedDetector
from dltemplates.scaffold import answers, catalog, generate

STEPS, ROWS, SENSORS = 1_000, 32_015, 8
SCORED, BATCH, ROUNDS = 100_000, 512, 3
OTHERS = 104264  # parameters of the other contenders' network


def sensor_data(window: int | str) -> SensorData:
    values = np.random.default_rng(0).normal(size=(SENSORS, ROWS)).astype("float32")
    times = pd.date_range("2024", periods=ROWS, freq="min")
    return SensorData(SensorLog(TimeSeries(times, list("abcdefgh"), values), None), window=window)


def main(contender: str, folder: Path) -> None:
    template = catalog.find("autoencoder-anomaly")
    generate.generate(
        template, answers.resolve(template, {}), folder / "app", title="app", package="app"
    ).write()
    sys.path.insert(0, str(folder / "app"))
    from app.config import Config
    from app.data import make_batches
    from app.model import build_model
    from app.train import compile_model

    config = load_config(Config, folder / "app" / "config.toml")
    keras.utils.set_random_seed(0)
    data = sensor_data(config.data.window)
    model = build_model(config, data)
    if model.count_params() != OTHERS:
        raise SystemExit(f"The network has {model.count_params():,} parameters, not {OTHERS:,}.")
    if contender == "anomaly-ours_fit":
        compile_model(model, config, STEPS, steps_per_execution=50)
        rate = training(model, make_batches(config, data)[0], config.train.batch_size)
    elif contender == "anomaly-ours_bare":
        rate = bare(model, data)
    else:
        detector = finish_sensor_detector(model, data, config.model.score, 0.01)
        rate = exported(detector, folder / "export", whole=contender == "anomaly-ours_export")
    print(json.dumps({"items_per_second": rate}))


def training(model: keras.Model, batches: tf.data.Dataset, batch_size: int) -> float:
    model.fit(batches, steps_per_epoch=100, verbose=0, shuffle=False)
    started = time.perf_counter()
    model.fit(batches, steps_per_epoch=STEPS, verbose=0, shuffle=False)
    return batch_size * STEPS / (time.perf_counter() - started)


def bare(model: keras.Model, data: SensorData) -> float:
    """The network alone, on windows that are already made and scaled."""
    log = np.random.default_rng(1).normal(size=(SCORED + data.window - 1, SENSORS))
    windows = np.lib.stride_tricks.sliding_window_view(log, data.window, axis=0)
    windows = np.ascontiguousarray(windows.transpose(0, 2, 1), "float32")
    return scoring(lambda: model.predict(windows, batch_size=BATCH, verbose=0), len(windows))


def exported(detector: keras.Model, folder: Path, whole: bool) -> float:
    """The SavedModel, given a raw log at once, or as the project's `predict` does."""
    detector_archive(detector).write_out(str(folder), verbose=False)
    values = np.random.default_rng(1).normal(size=(SCORED, SENSORS)).astype("float32")
    if not whole:
        judging = ExportedDetector(folder)
        return scoring(lambda: judging.judge(values), SCORED)
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    log = tf.constant(values[None])
    return scoring(lambda: serve(values=log)["score"].numpy(), SCORED)


def scoring(answer, rows: int) -> float:
    answer()
    started = time.perf_counter()
    for _ in range(ROUNDS):
        answer()
    return rows * ROUNDS / (time.perf_counter() - started)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(sys.argv[1], Path(temporary))
