from itertools import chain, islice

import keras
import numpy as np
import pytest

from dltemplates.data.sensor_batches import training_batches, validation_batches
from dltemplates.data.sensor_data import SensorData
from dltemplates.training.reconstruction_error import ReconstructionError
from tests.data.small_log import small_log

WIDER = {"window": 6, "train_end": 50, "validation_end": 80}  # with 30 validation rows


def batches(dataset, count=None):
    return list(islice(dataset.as_numpy_iterator(), count))


def numbered(**kinds):
    """Values that tell their row."""
    data = SensorData(small_log(**kinds), **WIDER)
    data.scaled = np.tile(np.arange(100, dtype="float32")[:, None], (1, 3))
    return data


def ends(pair):
    return pair[0][:, -1, 0].astype("int64")


@pytest.mark.parametrize("missing", [False, True])
def test_batches_and_windows_agree(missing):
    data = SensorData(small_log(missing=missing, anomalies=(56,)), **WIDER)
    chosen = data.ends("validation")
    found = batches(validation_batches(data, 8))
    windows, targets = (np.concatenate(part) for part in zip(*found, strict=True))
    assert 56 not in chosen
    assert windows.tobytes() == data.windows(chosen).tobytes()
    observed = data.observed(chosen) if missing else np.ones_like(targets)
    np.testing.assert_array_equal(targets, np.where(observed == 1, windows, np.nan))
    assert np.isnan(targets).any() == missing


def test_every_pass_shows_each_training_window_once_in_an_order_of_its_own():
    data = numbered(anomalies=(20, 80))
    expected = data.ends("train")
    found = [ends(b) for b in batches(training_batches(data, len(expected), 0), 2)]
    assert sorted(found[0]) == sorted(found[1]) == expected.tolist()
    assert (found[0] != found[1]).mean() > 0.8
    assert abs(np.corrcoef(found[0], expected)[0, 1]) < 0.4


def test_training_windows_are_whole():
    data = numbered()
    ((windows, targets),) = batches(training_batches(data, 16, 0), 1)
    assert (np.diff(windows, axis=1) == 1).all()
    assert windows.tobytes() == targets.tobytes()
    data = SensorData(small_log(missing=True), **WIDER)
    windows, targets = batches(training_batches(data, 200, 3), 1)[0]
    known = {data.windows(np.array([end])).tobytes() for end in data.ends("train")}
    assert {window.tobytes() for window in windows} == known
    seen = np.isfinite(targets)
    assert 0 < seen.mean() < 1
    assert (targets[seen] == windows[seen]).all()


def test_an_item_depends_on_seed_and_number_alone():
    data = numbered()
    first, again = (
        [ends(b).tolist() for b in batches(training_batches(data, 5, 1), 9)] for _ in "ab"
    )
    later = [ends(b).tolist() for b in batches(training_batches(data, 5, 1, first_step=6), 3)]
    other = [ends(b).tolist() for b in batches(training_batches(data, 5, 2), 9)]
    smaller = [ends(b)[0] for b in batches(training_batches(data, 1, 1), 45)]
    assert first == again
    assert first[6:] == later
    assert first != other
    assert list(chain(*first)) == smaller


def test_shapes_are_known_to_the_graph():
    for missing in (False, True):
        windows, targets = training_batches(numbered(missing=missing), 8, 0).element_spec
        assert windows.shape == targets.shape == (8, 6, 3)
        assert windows.dtype == targets.dtype == "float32"
        assert validation_batches(numbered(), 8).element_spec[0].shape == (None, 6, 3)


def test_a_long_split_is_thinned_evenly():
    found = np.concatenate([ends(b) for b in batches(validation_batches(numbered(), 4, limit=5))])
    assert found.tolist() == [50, 57, 64, 71, 79]


def test_keras_fits_them():
    data = SensorData(small_log(missing=True), **WIDER)
    model = keras.Sequential([keras.Input((6, 3)), keras.layers.Dense(3)])
    model.compile("sgd", ReconstructionError())
    history = model.fit(
        training_batches(data, 8, 0),
        steps_per_epoch=4,
        validation_data=validation_batches(data, 8),
        shuffle=False,
        verbose=0,
    ).history
    assert np.isfinite(history["loss"] + history["val_loss"]).all()
