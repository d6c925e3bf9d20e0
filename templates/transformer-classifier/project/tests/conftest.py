import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from dltemplates.project.config import load_config
from dltemplates.project.text_classification import command_line

from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"
#% if labels == "multi"
CLASSES = ["배우", "음악", "이야기"]
PHRASES = {
    "배우": ["연기가 최고", "great actors"],
    "음악": ["노래가 좋다"],
    "이야기": ["뻔한 줄거리", "old story"],
}
#% else
CLASSES = ["bad", "good"]
PHRASES = {
    "bad": ["지루하고 뻔하다", "시간 낭비", "so boring"],
    "good": ["정말 재밌어요", "loved it"],
}
#% endif
FILLERS = ["이 영화", "어제 봤는데", "ㅋㅋ", "친구랑", "the whole film", "😀"]


@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    #% if labels == "multi"
    """160 short reviews that speak of none, some or all of three things."""
    #% else
    """160 short reviews of two classes, told apart by a phrase in each."""
    #% endif
    #% if tokenization == "subword"
    pytest.importorskip("sentencepiece")
    #% endif
    random = np.random.default_rng(0)
    texts, labels = [], []
    #% if labels == "multi"
    for row in range(160):
        names = [name for place, name in enumerate(CLASSES) if row >> place & 1]
        said = [str(random.choice(PHRASES[name])) for name in names]
        texts.append(" ".join([*random.choice(FILLERS, random.integers(1, 7)), *said]))
        labels.append("|".join(names))
    #% else
    for row in range(160):
        name = CLASSES[row % 2]
        said = str(random.choice(PHRASES[name]))
        texts.append(" ".join([*random.choice(FILLERS, random.integers(1, 7)), said]))
        labels.append(name)
    #% endif
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    pd.DataFrame({"text": texts, "label": labels}).to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def settings(file) -> tuple[str, ...]:
    """Settings for a short run of a small network on the file."""
    return (
        #% if labels == "single"
        "data.source=path",
        #% endif
        f"data.path={file}",
        *(f"data.{split}_path=" for split in ("validation", "test")),
        *(f"data.{name}_column={name}" for name in ("text", "label")),
        #% if labels == "multi"
        "data.label_separator=|",
        #% endif
        *(f"data.{split}_fraction=0.2" for split in ("validation", "test")),
        "data.quotes=auto",
        #% if tokenization != "byte"
        "model.vocabulary=200",
        #% endif
        "model.width=16",
        "model.depth=1",
        "model.heads=2",
        #% if network == "ngram"
        "model.buckets=500",
        #% endif
        "model.max_length=auto",
        "train.epochs=1",
        "train.batch_size=16",
        "train.pretrained=",
        "pretrain.path=",
        "pretrain.epochs=1",
    )


@pytest.fixture
def config(settings) -> Config:
    return load_config(Config, CONFIG, settings)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="session")
def run(folder):
    """Runs a command of the project; returns its exit code and output."""
    cli = command_line("my_app", "Test.")

    def invoke(*arguments) -> tuple[int, str]:
        words = ["--runs", str(folder / "runs"), *(str(argument) for argument in arguments)]
        result = CliRunner().invoke(cli, words)
        return result.exit_code, result.output

    return invoke


def options(settings) -> list[str]:
    return [part for setting in settings for part in ("--set", setting)]


@pytest.fixture(scope="session")
def trained(run, settings, folder) -> Path:
    """The folder of a short run."""
    code, output = run("train", "--config", CONFIG, "--name", "first", *options(settings))
    assert code == 0, output
    return folder / "runs/first"


@pytest.fixture(scope="session")
def exported(run, trained, folder) -> Path:
    """The export of that run."""
    export = folder / "export"
    code, output = run("export", "--run", "first", "--name", "reviews", "--to", export)
    assert code == 0, output
    return export / "reviews"
#% if serve and tokenization != "subword"


def readme_client(url: str) -> str:
    """The code with which README.md asks a server, for the model at `url`."""
    readme = CONFIG.with_name("README.md").read_text("utf-8")
    code = next(part for part in readme.split("```") if "urlopen" in part).removeprefix("python\n")
    name = "my_app"
    return code.replace(f"http://localhost:8501/v1/models/{name}", url)
#% endif
