import errno
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.training.failures import explain

RUN = Path("runs/x")


def test_divergence_as_keras_reports_it(tmp_path):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(RuntimeError) as caught:
        model.fit(
            np.array([[np.nan]]),
            np.array([[0.0]]),
            callbacks=[keras.callbacks.TerminateOnNaN(raise_error=True)],
            verbose=0,
        )
    text = str(explain(caught.value, tmp_path))
    assert "diverged" in text and "learning_rate" in text and "first epoch" in text
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "last.keras").touch()
    assert f"weights are in {tmp_path / 'checkpoints'}" in str(explain(caught.value, tmp_path))


def test_images_too_small_as_keras_reports_it():
    with pytest.raises(ValueError) as caught:
        keras.applications.InceptionV3(include_top=False, weights=None, input_shape=(32, 32, 3))
    assert "data.image_size" in str(explain(caught.value, RUN))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Exception("URL fetch failure on https://example.org/weights.h5: None"), "imagenet"),
        (MemoryError(), "Out of memory"),
        (tf.errors.ResourceExhaustedError(None, None, "OOM"), "batch_size"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
    ],
)
def test_known_failures(error, words):
    assert words in str(explain(error, RUN))


def test_others_are_left_alone():
    assert explain(ValueError("a bug"), RUN) is None


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    (tmp_path / "a").write_text("")
    (tmp_path / "done.json").mkdir()
    with pytest.raises(OSError) as caught:
        (tmp_path / "a").replace(tmp_path / "done.json")
    known = explain(caught.value, tmp_path)
    assert known is not None and known.where == str(tmp_path / "done.json")
