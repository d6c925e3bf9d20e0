import json
import os
import zipfile

import h5py
import keras
import numpy as np
import pytest

from dltemplates.callbacks.saved_training import load_training, read_state, save_training
from dltemplates.errors import RunError


@pytest.fixture
def model():
    layers = [keras.layers.Input((3,)), keras.layers.Dropout(0.5), keras.layers.Dense(2)]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    return model


def test_keeps_weights_optimizer_and_seeds(model, tmp_path):
    path = tmp_path / "a.keras"
    save_training(path, model, {"iterations": 1, "best_value": -np.inf})
    weights, answers = model.get_weights(), model(np.ones((1, 3)), training=True)
    again = keras.models.clone_model(model)
    again.compile("adam", "mse")
    state = read_state(path)
    assert state["best_value"] == -np.inf
    load_training(path, again, state)
    for one, other in zip(weights, again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(again(np.ones((1, 3)), training=True), answers)
    assert int(again.optimizer.iterations) == 1


def test_keras_can_load_it(model, tmp_path):
    save_training(tmp_path / "a.keras", model, {"iterations": 1})
    loaded = keras.models.load_model(tmp_path / "a.keras")
    np.testing.assert_array_equal(loaded(np.ones((1, 3))), model(np.ones((1, 3))))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_a_cut_file_is_damaged(share, model, tmp_path):
    path = tmp_path / "a.keras"
    save_training(path, model, {"iterations": 1})
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(RunError, match="damaged"):
        read_state(path)


def test_a_flipped_bit_is_found_or_does_no_harm(model, tmp_path):
    path = tmp_path / "a.keras"
    save_training(path, model, {"iterations": 1})
    whole = path.read_bytes()
    good = read_state(path)
    random = np.random.default_rng(0)
    found = 0
    for place in random.integers(0, len(whole), 300):
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :]
        )
        try:
            assert read_state(path) == good
        except RunError:
            found += 1
            continue
        load_training(path, model, good)
    assert found > 200  # the rest are dates and the like


def test_a_newer_format_is_named(model, tmp_path):
    path = tmp_path / "a.keras"
    save_training(path, model, {"iterations": 1})
    newer = tmp_path / "b.keras"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            contents = old.read(name)
            if name == "training.json":
                contents = json.dumps({**json.loads(contents), "version": 2}).encode()
            new.writestr(name, contents)
    with pytest.raises(RunError, match=r"format 2.*knows 1"):
        read_state(newer)


def link_weights(path, link):
    """Puts a link in the place of the first weight."""
    aside = path.with_suffix(".h5")
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    aside.write_bytes(entries["model.weights.h5"])
    with h5py.File(aside, "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = link
    entries["model.weights.h5"] = aside.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        for name, contents in entries.items():
            archive.writestr(name, contents)


def test_weights_of_another_file_are_never_read(model, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.full((3, 2), 7.0, "float32")
    path = tmp_path / "a.keras"
    for link in (h5py.ExternalLink(str(tmp_path / "secret.h5"), "x"), h5py.SoftLink("/x")):
        save_training(path, model, {"iterations": 1})
        state = read_state(path)
        link_weights(path, link)
        with pytest.raises(RunError, match="hold a link"):
            read_state(path)
        with pytest.raises(RunError, match="could not be loaded"):  # Keras refuses it as well
            load_training(path, model, state)
    assert not (model.get_weights()[0] == 7.0).any()


def test_a_checkpoint_builds_nothing(model, tmp_path):
    """Its configuration is not read, whatever that holds."""
    path = tmp_path / "a.keras"
    save_training(path, model, {"iterations": 1})
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["config.json"] = entries["config.json"].replace(b'"Dense"', b'"Lambda"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, contents in entries.items():
            archive.writestr(name, contents)
    load_training(path, model, read_state(path))


def test_another_optimizer_is_named(model, tmp_path):
    save_training(tmp_path / "a.keras", model, {"iterations": 1})
    state = read_state(tmp_path / "a.keras")
    other = keras.models.clone_model(model)
    other.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    with pytest.raises(RunError, match="another"):
        load_training(tmp_path / "a.keras", other, state)


def test_of_a_failed_save_nothing_is_left(model, tmp_path, monkeypatch):
    path = tmp_path / "a.keras"
    save_training(path, model, {"iterations": 1})
    whole = path.read_bytes()

    def fail(path, overwrite):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model, "save", fail)
    with pytest.raises(OSError, match="No space"):
        save_training(path, model, {"iterations": 2})
    assert path.read_bytes() == whole
    assert [file.name for file in tmp_path.iterdir()] == ["a.keras"]
