import keras
import numpy as np
import pytest

from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.layers import AlarmThreshold, ScoreCalibration
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    scores = rng.uniform(size=(4, 3)).astype("float32")

    def make(dtype):
        return AlarmThreshold(0.4, dtype=dtype)

    check_layer(make, scores, (4, 3), tmp_path, trainable=0, non_trainable=1, dtype="bool")


@pytest.mark.parametrize("rate", [0.5, 0.01, 1e-3, 1e-4, 1e-5])
def test_a_score_of_one_minus_the_rate_is_an_alarm(rate):
    scores = np.array([1 - rate, 1 - rate * 1.02, 1 - rate * 0.98], "float64").astype("float32")
    np.testing.assert_array_equal(AlarmThreshold(rate)(scores), [True, False, True])


def test_the_finest_rate_is_told_from_its_double():
    scores = np.array([1 - 1e-6, 1 - 2e-6, 1 - 5e-7], "float64").astype("float32")
    np.testing.assert_array_equal(AlarmThreshold(1e-6)(scores), [True, False, True])


@pytest.mark.parametrize("rate", [0.05, 0.001, 0.0001])
def test_alarms_as_the_evaluation_does(rng, rate):
    normal = NormalScores.fit(rng.exponential(size=20_000))
    raw = rng.exponential(2.0, size=50_000).astype("float32")
    calibration = ScoreCalibration(normal.knots, normal.probabilities, normal.tail)
    ours = np.asarray(AlarmThreshold(rate, dtype="mixed_bfloat16")(calibration(raw)))
    expected = normal.alarms(raw, rate)
    assert expected.sum() > 300
    assert np.mean(ours != expected) < 2e-4


def test_a_missing_score_is_no_alarm():
    assert not AlarmThreshold(0.5)(np.array([np.nan], "float32"))[0]


def test_the_rate_of_a_finished_model_can_change(tmp_path):
    """In the model that has predicted, in the file it is saved to, and in what is exported."""
    import tensorflow as tf

    scores = np.array([0.95, 0.995], "float32")
    symbol = keras.Input(())
    model = keras.Model(symbol, AlarmThreshold(0.01, name="alarm")(symbol))
    assert model.predict(scores, verbose=0).tolist() == [False, True]
    model.get_layer("alarm").false_alarm_rate = 0.1
    assert model.predict(scores, verbose=0).tolist() == [True, True]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.get_layer("alarm").false_alarm_rate == 0.1
    assert loaded.get_layer("alarm").get_config()["false_alarm_rate"] == 0.1
    assert loaded.predict(scores, verbose=0).tolist() == [True, True]
    loaded.get_layer("alarm").false_alarm_rate = 0.01
    loaded.export(str(tmp_path / "export"), verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "export"))
    assert exported.serve(scores).numpy().tolist() == [False, True]


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, 5e-7, np.nan])
def test_refuses(rate):
    with pytest.raises(ValueError, match="from 1e-06 to below 1, received"):
        AlarmThreshold(rate)
    layer = AlarmThreshold(0.5)
    with pytest.raises(ValueError, match="from 1e-06 to below 1, received"):
        layer.false_alarm_rate = rate
    assert layer.false_alarm_rate == 0.5
