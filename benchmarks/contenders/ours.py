"""The generated project's own network, compile and batches."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_data import ImageData, ImageSplit
from dltemplates.project.config import load_config
from dltemplates.scaffold import answers, catalog, generate
from dltemplates.training.precision import choose_precision
from dltemplates.training.steps import plan_steps

BATCH, STEPS = 256, 60


def project(folder: Path) -> None:
    """Generates the project and makes it importable."""
    template = catalog.find("cnn-classifier")
    generate.generate(
        template, answers.resolve(template, {}), folder / "app", title="app", package="app"
    ).write()
    sys.path.insert(0, str(folder / "app"))


def images() -> ImageData:
    rng = np.random.default_rng(0)
    count = 50_000
    pixels = rng.integers(0, 256, (count, 32, 32, 3), "uint8")
    encoded = EncodedImages([""] * count, rng.integers(0, 10, count))
    data = ImageData([str(n) for n in range(10)], 32, 3, "crop", {"train": encoded})
    data.__dict__["train"] = ImageSplit(encoded, pixels, lambda index: None)
    return data


def main(contender: str, folder: Path) -> None:
    project(folder)
    from app.config import Config
    from app.data import make_batches
    from app.model import build_model
    from app.train import compile_model

    optimizer = "muon" if contender == "ours_muon" else "nesterov"
    settings = (
        f"train.optimizer={optimizer}",
        f"train.batch_size={BATCH}",
        "train.progressive_resizing=false",  # every contender sees whole images
    )
    config = load_config(Config, folder / "app" / "config.toml", settings)
    keras.config.set_dtype_policy(choose_precision())
    data = images()
    steps = plan_steps(len(data.train), 1, BATCH)
    training, _ = make_batches(config, data, steps)
    model = build_model(config, data)
    compile_model(model, config, steps)
    measure = bare_step if contender == "ours_step" else fit
    seconds, done = measure(model, training, steps.per_execution)
    print(json.dumps({"items_per_second": BATCH * done / seconds}))


def fit(model, training, per_execution: int) -> tuple[float, int]:
    steps = -(-STEPS // per_execution) * per_execution
    model.fit(training, steps_per_epoch=per_execution, verbose=0, shuffle=False)
    started = time.perf_counter()
    model.fit(training, steps_per_epoch=steps, verbose=0, shuffle=False)
    return time.perf_counter() - started, steps


def bare_step(model, training, per_execution: int) -> tuple[float, int]:
    """The compiled training step alone, on batches that are already there."""
    batches = [(tf.cast(pixels, tf.float32), labels) for pixels, labels in training.take(4)]
    step = tf.function(model.train_step, jit_compile=False)
    for batch in batches:
        step(batch)
    started = time.perf_counter()
    for number in range(STEPS):
        step(batches[number % 4])
    return time.perf_counter() - started, STEPS


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(sys.argv[1], Path(temporary))
