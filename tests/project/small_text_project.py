"""A project that classifies texts, with a network that was hardly trained."""

import sys

import keras
import numpy as np
import pandas as pd
from click.testing import CliRunner

from dltemplates.data.text_batches import encode
from dltemplates.evaluation.ngram_linear import fit_ngram_linear
from dltemplates.layers import CharacterTokens, ClassLabels, LogitBlend, NormalizedText
from dltemplates.project.text_classification import command_line
from dltemplates.training.run import Run
from tests.evaluation.small_texts import reviews, topics

CONFIG = """
from dltemplates.project.config import Section

class Data(Section):
    path: str
    test_path: str
    label_separator: str
    quotes: str = "auto"

class Config(Section):
    data: Data
"""
DATA = """
from dltemplates.data.text_data import load_texts

def load_data(config):
    data = config.data
    return load_texts(
        "path",
        path=data.path,
        test_path=data.test_path,
        label_separator=data.label_separator,
    )
"""
PRETRAIN = """
import keras

def pretrain(config, run):
    if not config.data.path:
        raise ValueError("nothing to learn from")
    keras.Sequential([keras.layers.Dense(1)]).save(run.folder / "encoder.keras")
    return {"loss": 0.5}
"""
NAMES = ["bad", "good"]
TOPICS = ["연기", "영화", "음악"]


def write_tables(rng, multi_label: bool) -> None:
    for name, count in (("train", 240), ("test", 60)):
        texts, labels = (topics if multi_label else reviews)(rng, count)
        named = [
            "|".join(TOPICS[index] for index in np.flatnonzero(row)) if multi_label else NAMES[row]
            for row in labels
        ]
        pd.DataFrame({"text": texts, "label": named}).to_csv(f"{name}.csv", index=False)


def finished_model(data, *, linear: bool = True) -> keras.Model:
    """A network as it was born, and a linear part that was fitted."""
    keras.utils.set_random_seed(0)
    names = data.class_names
    tokens = keras.Input((None,), dtype="int32")
    small = keras.ops.mod(tokens, 1000)
    embedded = keras.layers.Embedding(1000, 8, mask_zero=True, name="embedding")(small)
    pooled = keras.layers.GlobalAveragePooling1D()(embedded)
    network = keras.Model(tokens, keras.layers.Dense(len(names))(pooled), name="network")
    text = keras.Input((), dtype="string", name="text")
    layer = CharacterTokens(40, name="tokens")
    found = layer(NormalizedText(name="normalized")(text))
    logits = network(found[:, :30])
    if linear:
        part = fit_ngram_linear(
            encode(data.train.texts, layer),
            data.train.labels,
            len(names),
            multi_label=data.multi_label,
        )
        logits = LogitBlend(2, name="blend")([logits, part(found)])
    kind = "sigmoid" if data.multi_label else "softmax"
    shares = keras.layers.Activation(kind, dtype="float32", name="probabilities")(logits)
    return keras.Model(text, ClassLabels(names, name="labels")(shares))


def text_project(tmp_path, monkeypatch):
    """Gives what makes a project with a run called `first`, and returns what runs its commands."""
    package = tmp_path / "tiny_texts"
    package.mkdir()
    files = {"__init__": "", "config": CONFIG, "data": DATA, "model": "", "pretrain": PRETRAIN}
    for name, code in files.items():
        (package / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)

    def make(rng, *, multi_label: bool = False, linear: bool = True):
        from dltemplates.data.text_data import load_texts

        write_tables(rng, multi_label)
        separator = "|" if multi_label else ""
        data = load_texts("path", path="train.csv", test_path="test.csv", label_separator=separator)
        run = Run.create(tmp_path / "runs", "first")
        text = (
            f'[data]\npath = "train.csv"\ntest_path = "test.csv"\nlabel_separator = "{separator}"\n'
        )
        run.write_text("config.toml", text)
        (tmp_path / "config.toml").write_text(text, "utf-8")
        run.write_json("data.json", data.describe())
        run.write_samples([text.encode() for text in data.held_out_texts(4)])
        run.save_model(finished_model(data, linear=linear))
        group = command_line("tiny_texts", "Test.")
        return lambda *arguments: CliRunner().invoke(group, arguments)

    yield make
    for name in [name for name in sys.modules if name.startswith("tiny_texts")]:
        del sys.modules[name]
