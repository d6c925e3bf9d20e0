"""The report of a run that classifies images, by its command."""

import json
import re
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_data import load_images
from dltemplates.data.image_decoding import resizing
from dltemplates.layers import ClassLabels
from dltemplates.project.image_classification import command_line
from dltemplates.project.image_report import held_out, report_on
from dltemplates.project.image_sections import image_sections
from dltemplates.training.run import Run
from tests.evaluation.headless import look_at, needs_browser

CONFIG = """
from dltemplates.project.config import Section

class Data(Section):
    test_fraction: float

class Train(Section):
    epochs: int
    learning_rate: float | str
    optimizer: str

class Config(Section):
    data: Data
    train: Train
"""
DATA = """
from dltemplates.data.image_data import load_images

def load_data(config):
    if config.data.test_fraction > 0.4:
        from dltemplates.errors import DataError
        raise DataError("The disk is gone.")
    return load_images("sample", size=8, channels=1, test_fraction=config.data.test_fraction,
        validation_fraction=0.1)
"""
SETTINGS = """[data]
test_fraction = {test}
[train]
epochs = 3
learning_rate = "auto"
optimizer = "adam"
"""
HISTORY = """epoch,accuracy,learning_rate,loss,val_accuracy,val_loss
1,0.5,0.01,1.5,0.6,1.4
2,0.8,0.02,0.7,0.85,0.6
3,0.9,0.001,0.4,0.9,0.4
"""


def classifier():
    """A small network, trained a little: enough to be right and wrong."""
    keras.utils.set_random_seed(0)
    data = load_images("sample", size=8, channels=1)
    pixels = keras.Input((8, 8, 1))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    x = keras.layers.Conv2D(16, 3, activation="relu")(x)
    x = keras.layers.Dense(10)(keras.layers.GlobalMaxPooling2D()(x))
    network = keras.Model(pixels, x, name="plain")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.02), loss)
    network.fit(data.train.pixels, data.train.labels, epochs=3, batch_size=64, verbose=0)
    raw = keras.Input((None, None, 1), name="pixels")
    answer = keras.layers.Softmax()(network(resizing(8, "crop")(raw)))
    return keras.Model(raw, ClassLabels(data.class_names, name="labels")(answer))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("꽃 분류")
    package = folder / "tiny_images"
    package.mkdir()
    for name, text in {"__init__": "", "config": CONFIG, "data": DATA, "model": ""}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    (folder / "config.toml").write_text(SETTINGS.format(test=0.2), "utf-8")
    run = Run.create(folder / "runs", "first")
    run.write_text("config.toml", SETTINGS.format(test=0.1))
    run.write_text("history.csv", HISTORY)
    run.write_json("data.json", load_images("sample", size=8, channels=1).describe())
    run.write_json("done.json", {"training_seconds": 3.5, "best_epoch": 3, "val_accuracy": 0.9})
    run.save_model(classifier())
    return folder


@pytest.fixture
def report(folder, monkeypatch):
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(folder)
    group = command_line("tiny_images", "Test.")
    yield lambda *options: CliRunner().invoke(group, ["report", *options])
    for name in [name for name in sys.modules if name.startswith("tiny_images")]:
        del sys.modules[name]


@pytest.fixture
def run(folder):
    """The run, whose small files may be changed."""
    run = Run(folder / "runs" / "first")
    before = {path: path.read_bytes() for path in run.folder.iterdir() if path.is_file()}
    yield run
    for path, contents in before.items():
        path.write_bytes(contents)


def page(run):
    return (run.folder / "report.html").read_text("utf-8")


def test_it_holds_what_there_is_to_say(report, run):
    result = report()
    assert result.exit_code == 0, result.output
    assert "report.html" in result.output and "Traceback" not in result.output
    text = page(run)
    for section in (
        "What was learned",
        "Diagnosis",
        "Curves",
        "Confusion",
        "Calibration",
        "Worst mistakes",
        "Least certain",
        "Where it looked",
        "Data",
        "Settings",
        "Speed and cost",
        "Model card",
    ):
        assert f">{section}</h2>" in text, section
    assert "logistic regression" in text and "kept: epoch 3" in text
    assert "data.test_fraction" in text and "train.epochs</td>" in text
    assert text.count("data:image/png") >= 24 + 12
    assert re.search(r" · digit \d+</figcaption>", text)  # the name of an image
    assert len(text) < 400_000
    assert not list(run.folder.glob(".*"))  # nothing is left aside


@needs_browser
@pytest.mark.parametrize("width", [375, 1280])
def test_it_can_be_read_in_a_browser(report, run, width):
    assert report().exit_code == 0
    seen = look_at(run.folder / "report.html", width)
    assert seen["scroll"] <= width and not (seen["out"] or seen["console"] or seen["broken"])


def test_json(report, run):
    result = report("--json", "--run", "first")
    answer = json.loads(result.stdout)
    assert answer["report"].endswith("first/report.html")
    assert answer["findings"][0]["name"]


def test_its_figures_are_those_of_evaluate(run):
    data = load_images("sample", size=8, channels=1)
    measured = report_on(run.load_model(), data, "test")
    predicted = run.load_model().predict(data.test.pixels, verbose=0).argmax(axis=1)
    assert measured.report.accuracy == pytest.approx((predicted == data.test.labels).mean())
    assert 0.85 < measured.linear_accuracy < 1.0
    worst = measured.worst(5)
    assert (measured.predicted[worst] != data.test.labels[worst]).all()
    assert (measured.predicted[measured.sure(5)] == data.test.labels[measured.sure(5)]).all()


def test_without_a_test_split_validation_stands_in(run):
    data = load_images("sample", size=8, channels=1, test_fraction=0.0)
    assert report_on(run.load_model(), data, held_out(data)).split == "validation"
    data = load_images("sample", size=8, channels=1, test_fraction=0.0, validation_fraction=0.0)
    assert held_out(data) is None


def test_where_the_data_are_gone_the_rest_is_told(report, run):
    run.write_text("config.toml", SETTINGS.format(test=0.45))
    result = report()
    assert result.exit_code == 0
    assert "The disk is gone." in page(run) and ">Curves</h2>" in page(run)


@pytest.mark.parametrize("contents", [b"", b"\xff\x00", b"[1]", b"{}", b'{"images": 3, "cpu": 1}'])
def test_damaged_records_are_no_error(report, run, contents):
    for name in ("history.csv", "data.json", "done.json", "environment.json", "metrics.json"):
        (run.folder / name).write_bytes(contents)
    result = report()
    (run.folder / "environment.json").unlink()
    (run.folder / "metrics.json").unlink()
    assert result.exit_code == 0, result.output
    assert ">What was learned</h2>" in page(run)


def test_an_unfinished_run_has_curves_at_least(report, run):
    half = Run.create(run.folder.parent, "half")
    half.write_text("config.toml", SETTINGS.format(test=0.1))
    half.write_text("history.csv", HISTORY)
    assert report("--run", "half").exit_code == 0
    assert "not finished" in page(half) and ">Curves</h2>" in page(half)


def test_no_such_run(report, run):
    result = report("--run", "nothing")
    assert result.exit_code == 1 and "No such run" in result.output


def test_images_in_two_splits_are_told(run):
    data = load_images("sample", size=8, channels=1)
    model = run.load_model()
    assert report_on(model, data, "test").copies == 0
    train, test = data.splits["train"], data.splits["test"]
    data = replace(data, splits=data.splits | {"train": join(train, test.take(np.arange(7)))})
    assert report_on(model, data, "test").copies == 7
    words = "".join(image_sections(None, run, model, data, None)[0].blocks)
    assert "7 of these images are training images too" in words


def join(a, b):
    labels = np.concatenate([a.labels, b.labels])
    return EncodedImages([*a.names, *b.names], labels, [*a.contents, *b.contents])
