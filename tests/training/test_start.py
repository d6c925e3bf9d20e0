"""What a fine-tuning can start from: the same model in three shapes."""

import json
import zipfile

import keras
import numpy as np
import pytest

from dltemplates.errors import RunError
from dltemplates.export.parity import Parity
from dltemplates.export.savedmodel import export_savedmodel
from dltemplates.layers import ClassLabels, WordTokens
from dltemplates.training.exported_model import find_version
from dltemplates.training.run import Run
from dltemplates.training.start import read_start


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    texts = keras.Input((), dtype="string", name="text")
    tokens = WordTokens(["good", "bad"], 4, name="tokens")(texts)
    inside = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(4, 3, mask_zero=True)(inside)
    x = keras.layers.Dropout(0.5)(x)  # its seed is a variable too
    x = keras.layers.GlobalAveragePooling1D()(x)
    network = keras.Model(inside, keras.layers.Dense(2)(x), name="network")
    x = keras.layers.Softmax()(network(tokens))
    return keras.Model(texts, ClassLabels(["yes", "no"], name="labels")(x))


@pytest.fixture
def run(model, tmp_path):
    run = Run.create(tmp_path / "runs", "old")
    run.begin("train", "my_app", "")
    run.save_model(model)
    return run


@pytest.fixture
def export(model, tmp_path):
    archive = keras.export.ExportArchive()
    archive.track(model)
    spec = [keras.InputSpec(shape=(None,), dtype="string")]
    archive.add_endpoint("serve", lambda text: model(text, training=False), spec)
    destination = tmp_path / "export" / "app"
    for _ in range(2):
        export_savedmodel(
            archive, destination, lambda _: Parity(0.0, 1e-5, ()), "[data]\n", model.to_json()
        )
    return destination


def answers(model):
    return np.asarray(model(keras.ops.convert_to_tensor(np.array(["good day", "bad"]))))


@pytest.mark.parametrize("shape", ["run", "path of a run", "file", "export", "version"])
def test_every_shape_gives_the_same_model(shape, model, run, export, tmp_path):
    names = {
        "run": "old",
        "path of a run": str(run.folder),
        "file": str(run.model_path),
        "export": str(export),
        "version": str(export / "1"),
    }
    start = read_start(tmp_path / "runs", names[shape])
    np.testing.assert_allclose(answers(start.model), answers(model), atol=1e-7)
    assert start.network("network").name == "network"
    assert (start.config is None) == (shape == "file")
    assert (start.hint is None) == (shape == "file")


def test_the_latest_version_is_taken(export, tmp_path):
    assert find_version(export) == export / "2"
    assert find_version(tmp_path) is None


def refused(tmp_path, name, *words):
    with pytest.raises(RunError) as refusal:
        read_start(tmp_path / "runs", str(name))
    for word in words:
        assert word in str(refusal.value)


def test_what_is_not_there_is_named(run, tmp_path):
    refused(tmp_path, "", "Nothing to start from")
    refused(tmp_path, "other", "no run, file or export called 'other'", "Known: old")
    (tmp_path / "empty").mkdir()
    refused(tmp_path, tmp_path / "empty", "no run, file or export")


def test_a_model_of_another_kind_is_refused(run, tmp_path):
    with pytest.raises(RunError, match="network called network; this project's is called resnet"):
        read_start(tmp_path / "runs", "old").network("resnet")


def test_a_file_of_another_keras_is_refused(run, tmp_path):
    path = tmp_path / "colleague.keras"
    with zipfile.ZipFile(run.model_path) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            contents = old.read(name)
            if name == "metadata.json":
                contents = json.dumps({"keras_version": "4.1.0", "date_saved": ""}).encode()
            new.writestr(name, contents)
    refused(tmp_path, path, "saved by Keras 4.1.0", f"this is Keras {keras.__version__}")


def test_no_file_of_another_format_is_opened(tmp_path):
    for name in ("model.h5", "model.pkl"):
        (tmp_path / name).write_bytes(b"\x80\x04anything")
        refused(tmp_path, tmp_path / name, "no Keras file")


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (None, "has no model.json"),
        ("{", "damaged"),
        ('{"class_name": "Lambda", "config": {}}', "Lambda"),
    ],
)
def test_layers_of_an_export_are_looked_at_first(contents, words, export, tmp_path):
    path = export / "2" / "model.json"
    path.unlink()
    if contents is not None:
        path.write_text(contents)
    refused(tmp_path, export, words)


def test_weights_that_do_not_fit_the_layers_are_refused(export, tmp_path):
    path = export / "2" / "model.json"
    path.write_text(path.read_text().replace('"units": 2', '"units": 3'))
    refused(tmp_path, export, "cannot be read")
    for file in (export / "1" / "variables").iterdir():
        file.unlink()
    refused(tmp_path, export / "1", "cannot be read")
