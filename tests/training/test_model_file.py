"""Files that try to run code while they are read: each has a payload that leaves a mark."""

import json
import os
import pickle
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from dltemplates import layers
from dltemplates.errors import RunError
from dltemplates.training.model_file import read_model


@pytest.fixture
def path(tmp_path):
    """A model of two layers, the second of them a wrapper."""
    inside = keras.layers.Dense(2, kernel_regularizer="l2", activation="gelu", name="inside")
    model = keras.Sequential(
        [
            keras.layers.Input((3, 4)),
            keras.layers.TimeDistributed(inside, name="wrapper"),
            keras.layers.GlobalAveragePooling1D(name="last"),
        ]
    )
    model.compile("adam", "mse")
    model.save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


@pytest.fixture
def mark(tmp_path):
    """What a payload makes, if it is ever run."""
    return tmp_path / "executed"


def change(path: Path, **entries: bytes | None) -> None:
    """Writes an archive anew with other contents of some entries."""
    with zipfile.ZipFile(path) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, contents in {**old, **entries}.items():
            if contents is not None:
                archive.writestr(name, contents)


def change_config(path: Path, edit) -> None:
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    edit(config)
    change(path, **{"config.json": json.dumps(config).encode()})


def layer(config, name):
    return next(each for each in config["config"]["layers"] if each["config"]["name"] == name)


def refused(path: Path, *words: str) -> None:
    with pytest.raises(RunError) as refusal:
        read_model(path)
    for word in words:
        assert word in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_what_keras_writes_is_read(path):
    expected = keras.models.load_model(path)(np.ones((1, 3, 4)))
    np.testing.assert_array_equal(read_model(path)(np.ones((1, 3, 4))), expected)
    change_config(path, lambda config: config["compile_config"].update(optimizer="unheard of"))
    read_model(path)  # the optimizer is not built


def test_operations_and_our_layers_are_read(tmp_path):
    inputs = keras.Input((4, 2))
    scaled = keras.ops.tanh(inputs * 2.0)[:, 1:] + keras.ops.mean(inputs, 1, keepdims=True)
    inner = keras.Sequential([keras.layers.LSTM(3, dropout=0.1, seed=1)])
    text = keras.layers.Dropout(0.1)(layers.AttentionPooling()(scaled))
    outputs = keras.layers.Concatenate()([inner(scaled), text])
    model = keras.Model(inputs, keras.layers.Activation(keras.ops.silu)(outputs))
    model.save(tmp_path / "model.keras")
    found = read_model(tmp_path / "model.keras")(np.ones((2, 4, 2)))
    np.testing.assert_array_equal(found, model(np.ones((2, 4, 2))))


def test_words_beside_the_weights_are_read(tmp_path):
    words = keras.layers.StringLookup(vocabulary=["하나", "둘"], name="words")
    keras.Sequential([keras.Input((1,), dtype="string"), words]).save(tmp_path / "model.keras")
    assert read_model(tmp_path / "model.keras").get_layer("words").vocabulary_size() == 3


def test_registered_layers_of_the_project_are_read(tmp_path, monkeypatch):
    @keras.saving.register_keras_serializable(package="mine")
    class Own(keras.layers.Layer):
        def call(self, inputs):
            return inputs + 1.0

    keras.Sequential([keras.Input((1,)), Own(name="own")]).save(tmp_path / "model.keras")
    assert float(read_model(tmp_path / "model.keras")(np.zeros((1, 1)))[0, 0]) == 1.0
    monkeypatch.delitem(keras.saving.get_custom_objects(), "mine>Own")
    refused(tmp_path / "model.keras", "test_model_file.Own", "'own'", "model.py")


@pytest.mark.parametrize("nested", [False, True])
def test_a_lambda_is_refused(nested, tmp_path, mark):
    mark = str(mark)
    code = keras.layers.Lambda(lambda x: [x, open(mark, "w").close()][0], name="sly")
    inputs = keras.Input((3, 4))
    code.build((None, 3, 4))
    outer = keras.layers.TimeDistributed(code, name="outer") if nested else code
    keras.Model(inputs, outer(inputs)).save(tmp_path / "model.keras")
    os.unlink(mark)
    refused(tmp_path / "model.keras", "Lambda", "'sly'")
    assert not os.path.exists(mark)
    keras.models.load_model(tmp_path / "model.keras", safe_mode=False)
    assert os.path.exists(mark)  # so the payload works


def test_a_class_that_is_not_registered_is_never_imported(path, tmp_path, mark, monkeypatch):
    (tmp_path / "evil_module.py").write_text(f"open({str(mark)!r}, 'w').close()\n")
    monkeypatch.syspath_prepend(tmp_path)

    def edit(config):
        layer(config, "last").update(module="evil_module", class_name="Evil", registered_name=None)

    change_config(path, edit)
    refused(path, "evil_module.Evil", "'last'")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.utils", "get_file"),
        ("keras.src.utils.file_utils", "get_file"),
        ("keras.models", "load_model"),
        ("keras.applications.vgg16", "VGG16"),
        ("keras.datasets.mnist", "load_data"),
        ("keras.config", "enable_unsafe_deserialization"),
        ("keras.layers", "deserialize"),
        ("keras.activations", "deserialize"),
        ("keras._legacy.backend", "eval"),
        ("builtins", "eval"),
        ("os", "system"),
    ],
)
def test_functions_that_are_no_part_of_a_network_are_refused(module, name, path):
    function = {
        "module": module,
        "class_name": "function",
        "config": name,
        "registered_name": name,
    }

    def edit(config):
        layer(config, "wrapper")["config"]["layer"]["config"]["activation"] = function

    change_config(path, edit)
    refused(path, f"{module}.{name}", "'inside'")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.layers", "TFSMLayer"),
        ("keras.layers", "TorchModuleWrapper"),
        ("keras.layers", "JaxLayer"),
        ("keras.src.layers.core.lambda_layer", "Lambda"),
        ("keras.src.saving.saving_lib", "H5IOStore"),
        ("keras.callbacks", "LambdaCallback"),
        ("keras.layers", "Missing"),
        ("keras_hub.models", "Anything"),
        (None, "Lambda"),
        (3, "Lambda"),
        ("keras.layers", ["Dense"]),
        ("keras.layers", "__lambda__"),
        ("tensorflow", "__typespec__"),
    ],
)
def test_classes_that_do_more_than_compute_are_refused(module, name, path):
    def edit(config):
        wrapped = layer(config, "wrapper")["config"]["layer"]
        wrapped.update(module=module, class_name=name, registered_name=None)

    change_config(path, edit)
    refused(path, "'inside'" if module != 3 else "Lambda")


def test_the_older_format_without_modules_is_refused(path):
    def edit(config):
        del layer(config, "last")["module"]

    change_config(path, edit)
    refused(path, "GlobalAveragePooling1D")


def test_words_of_a_file_elsewhere_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("password\n")
    words = keras.layers.StringLookup(vocabulary=["a"], name="words")
    keras.Sequential([keras.Input((1,), dtype="string"), words]).save(tmp_path / "model.keras")

    def edit(config):
        layer(config, "words")["config"]["vocabulary"] = str(tmp_path / "secret")

    change_config(tmp_path / "model.keras", edit)
    refused(tmp_path / "model.keras", "vocabulary")


class Payload:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def test_a_pickle_is_refused(path, mark):
    path.write_bytes(pickle.dumps(Payload(mark)))
    refused(path, "no Keras file")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.pkl", pickle.dumps(Payload(mark)))
    refused(path, "model.pkl")
    assert not mark.exists()
    pickle.loads(pickle.dumps(Payload(mark)))
    assert mark.exists()  # so the payload works


def test_an_older_h5_file_is_refused(path, tmp_path):
    model = keras.models.load_model(path)
    model.save(tmp_path / "model.h5")
    os.replace(tmp_path / "model.h5", path)
    refused(path, "no Keras file")


@pytest.mark.parametrize(
    "name",
    [
        "../mark",
        "/tmp/mark",
        "assets/../../mark",
        "assets\\..\\mark",
        "assets//x",
        "C:mark",
        "assets/",
        "model.weights.npz",
        "x.pkl",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name, path):
    change(path, **{name: b"x"})
    refused(path, repr(name))


def test_two_configurations_are_refused(path):
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("config.json", "{}")
    refused(path, "two files")


def test_a_bomb_is_not_unpacked(path):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/bomb", bytes(100_000_000))
    assert path.stat().st_size < 300_000
    refused(path, "claim to be")


def weights(path: Path, edit) -> None:
    aside = path.with_suffix(".h5")
    with zipfile.ZipFile(path) as archive:
        aside.write_bytes(archive.read("model.weights.h5"))
    with h5py.File(aside, "a") as file:
        edit(file)
    change(path, **{"model.weights.h5": aside.read_bytes()})


def test_a_bomb_of_weights_is_not_unpacked(path):
    weights(path, lambda file: file.create_dataset("x", (10**9,), "f4", compression="gzip"))
    refused(path, "claim to be")


def test_weights_elsewhere_are_refused(path, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.arange(3)
    links = {
        "outer": lambda file: file.__setitem__("x", h5py.ExternalLink("secret.h5", "x")),
        "soft": lambda file: file.__setitem__("x", h5py.SoftLink("/layers")),
    }
    whole = path.read_bytes()
    for link in links.values():
        path.write_bytes(whole)
        weights(path, link)
        refused(path, "link", "'x'")
    (tmp_path / "raw").write_bytes(bytes(12))
    external = [(str(tmp_path / "raw"), 0, 12)]
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "x", (3,))
    for make in (
        lambda file: file.create_dataset("x", (3,), "f4", external=external),
        lambda file: file.create_virtual_dataset("x", layout),
        lambda file: file.create_dataset(
            "x", data=np.array([b"a"], object), dtype=h5py.string_dtype()
        ),
    ):
        path.write_bytes(whole)
        weights(path, make)
        refused(path, "no plain numbers")


def test_groups_in_a_circle_end(path):
    weights(path, lambda file: file["layers"].__setitem__("again", file["layers"]))
    read_model(path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99, 0.9999])
def test_a_cut_file_is_refused(share, path):
    os.truncate(path, int(path.stat().st_size * share))
    refused(path, "damaged")


@pytest.mark.parametrize("name", ["config.json", "model.weights.h5"])
def test_an_entry_without_sense_is_refused(name, path):
    for contents in (b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"class_name": 3}', b"\xff\xfe"):
        change(path, **{name: contents})
        refused(path, "")


def test_flipped_bits_are_found(path):
    """Also in the weights, where Keras would read on without looking at the checksum."""
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    expected = read_model(path)(np.ones((1, 3, 4)))
    for place in random.integers(0, len(whole), 200):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        try:
            found = read_model(path)(np.ones((1, 3, 4)))
        except RunError:
            continue
        np.testing.assert_array_equal(found, expected)  # a date, say


def test_flipped_bits_of_a_configuration_with_a_right_checksum(path):
    with zipfile.ZipFile(path) as archive:
        whole = archive.read("config.json")
    random = np.random.default_rng(1)
    for place in random.integers(0, len(whole), 60):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(random.integers(7))
        change(path, **{"config.json": bytes(damaged)})
        try:
            read_model(path)
        except RunError as error:
            assert str(path) in str(error)
