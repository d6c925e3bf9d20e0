"""The generated text classifier's own network, compile and batches; and what its export takes."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from review_texts import LONGEST, STEPS, TEXTS, VOCABULARY, labelled_reviews

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.evaluation.ngram_linear import fit_ngram_linear
from dltemplates.export.text_classifier import finish_text_classifier, text_classifier_archive
from dltemplates.layers import HashedNGramLinear
from dltemplates.project.config import load_config
from dltemplates.scaffold import answers, catalog, generate
from dltemplates.training.precision import choose_precision
from dltemplates.training.steps import plan_steps

ONE, MANY, ROUNDS = 200, 256, 10
SETTINGS = (f"model.max_length={LONGEST}", f"model.vocabulary={VOCABULARY}", "train.batch_size=256")


def main(contender: str, folder: Path) -> None:
    template = catalog.find("transformer-classifier")
    generate.generate(
        template, answers.resolve(template, {}), folder / "app", title="app", package="app"
    ).write()
    sys.path.insert(0, str(folder / "app"))
    from app.config import Config
    from app.data import NGRAMS, make_batches, tokenize
    from app.model import build_model
    from app.train import compile_model

    config = load_config(Config, folder / "app" / "config.toml", SETTINGS)
    data = review_data()
    texts = tokenize(config, data)
    steps = plan_steps(TEXTS, 6, config.train.batch_size)
    batches, _ = make_batches(config, texts, steps)
    keras.utils.set_random_seed(0)
    precision = "float32" if contender.endswith("float32") else config.train.precision
    if contender != "text-ours_export":  # what is exported computes in float32
        keras.config.set_dtype_policy(choose_precision(precision))
    model = build_model(config, texts)
    if contender == "text-ours_export":
        linear = HashedNGramLinear(len(data.class_names), NGRAMS, name="linear")
        fit_ngram_linear(linear, texts.splits["train"], data.train.labels)
        answer = exported(finish_text_classifier(model, texts, linear), folder / "export", data)
        answer |= about_batches(batches)
    else:
        compile_model(model, config, steps)
        answer = {"items_per_second": training(model, batches)}
        answer["parameters"] = model.count_params()
    print(json.dumps(answer))


def review_data() -> TextData:
    texts, labels = labelled_reviews()
    return TextData(["negative", "positive"], {"train": LabelledTexts(texts, labels, "reviews")})


def training(model: keras.Model, batches: tf.data.Dataset) -> float:
    model.fit(batches, steps_per_epoch=STEPS, verbose=0, shuffle=False)
    started = time.process_time()
    model.fit(batches, steps_per_epoch=STEPS, verbose=0, shuffle=False)
    return TEXTS / (time.process_time() - started)


def about_batches(batches: tf.data.Dataset) -> dict[str, float]:
    """The share of padding, and what it costs to make a batch."""
    taken = iter(batches)
    next(taken)  # starts the pipeline
    started = time.process_time()
    tokens = [next(taken)[0] for _ in range(STEPS)]
    seconds = time.process_time() - started
    cells = sum(batch.shape.num_elements() for batch in tokens)
    filled = sum(np.count_nonzero(batch) for batch in tokens)
    return {
        "padding, share of tokens": 1.0 - filled / cells,
        "CPU ms for a training batch": seconds / STEPS * 1e3,
    }


def exported(model: keras.Model, folder: Path, data: TextData) -> dict[str, float]:
    """How long the SavedModel takes, asked through plain TensorFlow."""
    text_classifier_archive(model).write_out(str(folder), verbose=False)
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    texts = data.train.texts
    middle = sorted(texts, key=len)[len(texts) // 2]
    many = [texts[start : start + MANY] for start in range(0, ROUNDS * MANY, MANY)]
    one = milliseconds(serve, [[middle]] * ONE)
    return {
        f"CPU ms for one review of {len(middle)} characters": one,
        f"reviews/s, {MANY} at a time": MANY / milliseconds(serve, many) * 1e3,
    }


def milliseconds(serve: Any, requests: list[list[str]]) -> float:
    for texts in requests[:ROUNDS]:
        serve(text=tf.constant(texts))
    started = time.process_time()
    for texts in requests:
        serve(text=tf.constant(texts))["probabilities"].numpy()
    return (time.process_time() - started) / len(requests) * 1e3


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(sys.argv[1], Path(temporary))
