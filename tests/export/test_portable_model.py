"""A portable model answers as the finished model that it was cut from."""

import keras
import numpy as np
import pytest

from dltemplates.data.image_decoding import resizing
from dltemplates.export.anomaly_detector import THRESHOLD
from dltemplates.export.detector_archive import portable_detector, sample_logs
from dltemplates.export.detector_requests import detector_portable_requests
from dltemplates.export.image_classifier import portable_image_classifier
from dltemplates.layers import ClassLabels
from tests.export.small_detector import RATE, WINDOW, pump_data, sensor_detector


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_images(fit):
    keras.utils.set_random_seed(0)
    pixels = keras.Input((None, None, 3), name="pixels")
    resize = resizing(8, fit)
    x = keras.layers.Dense(3)(keras.layers.Flatten()(resize(pixels) / 255.0))
    model = keras.Model(pixels, ClassLabels(["a", "b", "c"])(keras.layers.Softmax()(x)))
    image = np.random.default_rng(0).uniform(0, 255, (1, 20, 13, 3)).astype("float32")
    portable = portable_image_classifier(model)
    found = portable.model(resize(image))["probabilities"]
    np.testing.assert_allclose(found, model(image), atol=1e-6)
    assert portable.about["fit"] == fit and fit in portable.outside
    assert portable.about["class_names"] == ["a", "b", "c"]


def test_a_log_window_by_window():
    data = pump_data(missing=True)
    model = sensor_detector(data, ("error", "shift", "neighbors"))
    portable = portable_detector(model)
    rows = data.values(range(2_400, 2_440))
    windows = np.stack([rows[end - WINDOW : end] for end in range(WINDOW, len(rows) + 1)])
    whole, single = model(rows[None]), portable.model(windows)
    for name in ("score", "attribution", "alarm"):
        np.testing.assert_allclose(single[name], whole[name][0], atol=1e-5)
    assert portable.about["false_alarm_rate"] == pytest.approx(RATE)
    assert portable.about["names"] == ["a", "b", "c"]


def test_alarms_are_proven_where_scores_are_clear_of_the_threshold():
    data = pump_data()
    model = sensor_detector(data)
    requests = detector_portable_requests(model, portable_detector(model), sample_logs(data))
    limit = 1.0 - model.get_layer(THRESHOLD).false_alarm_rate
    assert any("alarm" in request.expected for request in requests)
    for request in requests:
        clear = np.abs(request.expected["score"] - limit).min() > 1e-4
        assert ("alarm" in request.expected) == clear
