"""Generated text classifiers, put through their own tests."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dltemplates.export.text_classifier import expected_probabilities, finish_text_classifier
from dltemplates.project.config import load_config
from dltemplates.training.pretrained import load_encoder
from dltemplates.training.run import Run
from tests.templates.generated import assert_clean, check_project, run, tensorflow_snippet

WORDS_OF_SEVERAL = ["source=path", "path=reviews.csv", "labels=multi", "tokenization=word"]
OPTIONS = {
    "defaults": [],
    "words of several classes": WORDS_OF_SEVERAL,
    "textbook of bytes": ["network=textbook", "tokenization=byte", "linear=true"],
    "textbook": ["network=textbook"],
    "textbook of words": [
        "network=textbook",
        "tokenization=word",
        "positions=learned",
        "pooling=attention",
        "source=tfds",
        "dataset=imdb_reviews",
        "schedule=one_cycle",
    ],
    "textbook of several": [
        "network=textbook",
        "source=path",
        "path=톡.jsonl",
        "text_column=document",
        "label_column=주제",
        "labels=multi",
        "positions=rotary",
        "pooling=attention_max",
        "max_length=64",
    ],
    "letters": ["jamo=true", "positions=sinusoidal", "pooling=max", "stride=1"],
    "letters of several": [*WORDS_OF_SEVERAL[:3], "jamo=true", "linear=false", "stride=3"],
    "bytes": ["tokenization=byte", "positions=learned", "pooling=mean", "stride=4"],
    "words": ["tokenization=word", "pooling=attention", "linear=false", "optimizer=lion"],
    "subwords": ["tokenization=subword"],
    "textbook of subwords": [
        "tokenization=subword",
        "network=textbook",
        "pooling=max",
        *WORDS_OF_SEVERAL[:3],
    ],
}
# The first goes all the way; for the others export and pre-training are the library's to test.
TESTED = {
    "defaults": [],
    "words of several classes": ["-k", "not export and not pre_training"],
    "textbook of bytes": ["tests/test_model.py"],
}
SMALL = (
    "model.width=16",
    "model.depth=1",
    "data.text_column=text",
    "data.label_column=label",
    "model.max_length=12",
)


@pytest.fixture(scope="module")
def reviews(tmp_path_factory) -> Path:
    """Thirty texts of one class each, which may as well be sets of one."""
    path = tmp_path_factory.mktemp("texts") / "reviews.csv"
    texts = [
        f"{'정말 좋다' if row % 2 else 'so bad'} {'ㅋㅋ ' * (row % 5)}{row}" for row in range(30)
    ]
    table = pd.DataFrame({"text": texts, "label": ["bad", "good"] * 15})
    table.to_csv(path, index=False)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", TESTED)
def test_generated_project(name, tmp_path):
    check_project("transformer-classifier", OPTIONS[name], tmp_path, TESTED[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OPTIONS if name not in TESTED])
def test_every_choice_is_sound(name, reviews, tmp_path, monkeypatch):
    """The network answers a text alone as in a batch, and may start read."""
    package = f"choice_{list(OPTIONS).index(name)}"
    project = tmp_path / package
    settings = [part for option in OPTIONS[name] for part in ("--set", option)]
    run("dltemplates", "new", "transformer-classifier", project, "--defaults", *settings)
    assert_clean(project)

    if "tokenization=subword" in OPTIONS[name]:
        pytest.importorskip("sentencepiece")
    monkeypatch.syspath_prepend(project)
    data, model = (importlib.import_module(f"{package}.{part}") for part in ("data", "model"))
    schema = importlib.import_module(f"{package}.config").Config
    source = () if "labels=multi" in OPTIONS[name] else ("data.source=path",)
    config = load_config(schema, project / "config.toml", (*SMALL, *source, f"data.path={reviews}"))
    texts = data.tokenize(config, data.load_data(config))
    network = model.build_model(config, texts)
    rows = texts.shortened("train")
    together = network(rows.to_tensor()).numpy()
    alone = np.concatenate([network(row[None]).numpy() for row in rows])
    np.testing.assert_allclose(alone, together, atol=1e-5)

    encoder = model.build_encoder(config, texts)
    learned = Run.create(tmp_path / "runs", "reader")
    learned.write_json("data.json", {"tokens": texts.fingerprint})
    learned.save_encoder(encoder)
    load_encoder(tmp_path / "runs", "reader", network, texts.fingerprint)
    loaded = network.get_weights()
    for weight, other in zip(encoder.get_weights(), loaded, strict=False):  # then come the logits
        np.testing.assert_array_equal(weight, other)

    finished = finish_text_classifier(network, texts)
    answers = expected_probabilities(finished, ["정말 좋다".encode(), b""])
    assert answers.shape == (2, 2)
    assert np.isfinite(answers).all()


@pytest.mark.slow
@pytest.mark.parametrize("tokenization", ["character", "subword"])
def test_the_readme_serves_the_export(tokenization, reviews, tmp_path):
    """As the README says, by TensorFlow, and for subwords SentencePiece, alone."""
    if tokenization == "subword":
        pytest.importorskip("sentencepiece")
    project = tmp_path / "opinion"
    answers = ("--set", f"tokenization={tokenization}")
    run("dltemplates", "new", "transformer-classifier", project, "--defaults", *answers)
    settings = (*SMALL, "train.epochs=1", "data.source=path", f"data.path={reviews}")
    small = [part for setting in settings for part in ("--set", setting)]
    run("opinion", "train", *small, cwd=project)
    run("opinion", "export", cwd=project)
    forbidden = "import sys; sys.modules.update({'keras': None, 'dltemplates': None})\n"
    result = subprocess.run(
        [sys.executable, "-c", forbidden + tensorflow_snippet(project)],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    labels = result.stdout.split()
    assert len(labels) == 2
    assert set(labels) <= {"bad", "good"}
