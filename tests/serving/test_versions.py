import gc
import shutil
import time
import weakref

import pytest

from dltemplates.errors import ServingError
from dltemplates.serving.versions import ModelVersions, version_folders
from tests.serving.small_models import write_small_model


@pytest.fixture
def folder(tmp_path, small_export):
    """A model's folder with a copy of one version, as version 1."""
    shutil.copytree(small_export / "7", tmp_path / "small" / "1")
    return tmp_path / "small"


def add(folder, small_export, version):
    shutil.copytree(small_export / "7", folder / ".new")
    (folder / ".new").rename(folder / str(version))


def test_the_latest_version_is_served(folder, small_export):
    add(folder, small_export, 10)
    (folder / ".new-11").mkdir()
    (folder / "notes").mkdir()
    (folder / "12").mkdir()  # there is no model in it
    changed = []
    versions = ModelVersions(folder, changed.append)
    assert versions.current.version == 10
    assert changed == [10]
    assert version_folders(folder) == {1: folder / "1", 10: folder / "10"}
    assert version_folders(folder / "10") == {10: folder / "10"}


def test_a_new_version_takes_the_place_of_the_old_one(folder, small_export):
    versions = ModelVersions(folder)
    old = weakref.ref(versions.current)
    assert not versions.look()
    add(folder, small_export, 2)
    assert versions.look()
    assert versions.current.version == 2
    assert [(version, state.state) for version, state in versions.states()] == [
        (2, "AVAILABLE"),
        (1, "END"),
    ]
    gc.collect()
    assert old() is None  # its memory is free


def test_a_version_that_cannot_be_loaded_is_left_alone(folder, small_export, caplog):
    versions = ModelVersions(folder)
    (folder / "2").mkdir()
    (folder / "2" / "saved_model.pb").write_bytes(b"no model")
    assert not versions.look()
    assert versions.current.version == 1
    state = versions.state(2)
    assert (state.state, state.error_code) == ("END", "UNKNOWN")
    assert state.error_message
    assert "Version 2 cannot be loaded" in caplog.text
    caplog.clear()
    assert not versions.look()
    assert not caplog.text  # it is not tried again and again
    shutil.rmtree(folder / "2")
    add(folder, small_export, 2)  # but once it has been written anew
    assert versions.look()
    assert versions.state(2).state == "AVAILABLE"


def test_without_its_variables_a_version_cannot_be_loaded(folder, small_export):
    versions = ModelVersions(folder)
    add(folder, small_export, 2)
    shutil.rmtree(folder / "2" / "variables")
    assert not versions.look()
    assert versions.current.version == 1


def test_taking_a_version_away_brings_back_the_one_before(folder, small_export):
    add(folder, small_export, 2)
    versions = ModelVersions(folder)
    shutil.rmtree(folder / "2")
    assert versions.look()
    assert versions.current.version == 1
    shutil.rmtree(folder / "1")
    assert not versions.look()  # the last one goes on answering
    assert versions.current.version == 1


def test_new_versions_are_noticed(folder, small_export):
    versions = ModelVersions(folder)
    versions.watch(0.05)
    try:
        add(folder, small_export, 2)
        end = time.monotonic() + 20
        while versions.current.version != 2 and time.monotonic() < end:
            time.sleep(0.02)
        assert versions.current.version == 2
    finally:
        versions.stop()


def test_there_has_to_be_a_version(tmp_path):
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(ServingError, match="No exported model here"):
            ModelVersions(place)
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "saved_model.pb").write_bytes(b"no model")
    with pytest.raises(ServingError, match="cannot be loaded as an exported model"):
        ModelVersions(tmp_path)


def test_each_version_gives_its_own_answers(tmp_path):
    write_small_model(tmp_path / "1", offset=10.0)
    model = ModelVersions(tmp_path).current
    outputs = model.run(model.signatures["serving_default"], {"x": [[1.0, 2.0]]})
    assert outputs["y"].tolist() == [13.0]
