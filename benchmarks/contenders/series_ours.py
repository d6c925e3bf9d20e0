"""The generated forecaster's own network, compile and batches."""

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

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.time_series import TimeSeries
from dltemplates.project.config import load_config
from dltemplates.scaffold import answers, catalog, generate

STEPS = 100


def main(folder: Path) -> None:
    template = catalog.find("lstm-forecaster")
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
    times = pd.date_range("2024", periods=14_400, freq="h")
    values = np.random.default_rng(0).normal(size=(7, len(times))).astype("float32")
    series = TimeSeries(times, list("abcdefg"), values)
    data = ForecastData(series, lookback=config.data.lookback, horizon=config.data.horizon)
    training, _ = make_batches(config, data)
    model = build_model(config, data)
    compile_model(model, config, steps_per_execution=20)
    model.fit(training, steps_per_epoch=STEPS, verbose=0, shuffle=False)
    started = time.perf_counter()
    model.fit(training, steps_per_epoch=STEPS, verbose=0, shuffle=False)
    seconds = time.perf_counter() - started
    print(json.dumps({"items_per_second": config.train.batch_size * STEPS / seconds}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(temporary))
