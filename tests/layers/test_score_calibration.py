import keras
import numpy as np
import pytest

from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.layers import ScoreCalibration
from tests.layers.harness import check_layer

SAMPLES = {
    "light": lambda rng: rng.uniform(size=5_000),
    "normal": lambda rng: rng.normal(50.0, 0.1, size=5_000),
    "heavy": lambda rng: rng.standard_t(2, size=5_000) * 1e4,
    "few": lambda rng: rng.exponential(size=60),
    "equal": lambda rng: np.full(50, 3.0),
    "zero": lambda rng: np.zeros(50),
}


def calibration(scores: NormalScores, **kwargs) -> ScoreCalibration:
    return ScoreCalibration(scores.knots, scores.probabilities, scores.tail, **kwargs)


@pytest.mark.parametrize(("sample", "shape"), [("few", (6,)), ("light", (2, 3, 2))])
def test_harness(rng, tmp_path, shape, sample):
    scores = NormalScores.fit(SAMPLES[sample](rng))
    raw = rng.choice(scores.knots, shape).astype("float32") * 1.01

    def make(dtype):
        return calibration(scores, dtype=dtype)

    check_layer(make, raw, shape, tmp_path, trainable=0)


@pytest.mark.parametrize("sample", SAMPLES)
def test_says_what_the_evaluation_says(rng, sample):
    scores = NormalScores.fit(SAMPLES[sample](rng))
    low, high = scores.knots[0], scores.knots[-1]
    width = high - low or 1.0
    raw = np.concatenate(
        [
            scores.knots,
            np.linspace(low - width, high + 0.3 * width, 5_000),
            np.linspace(high, high + 50 * width, 100),
        ]
    ).astype("float32")
    layer = calibration(scores)
    expected = scores.tail_probability(raw)
    np.testing.assert_allclose(layer(raw), 1.0 - expected, atol=1e-6)
    common = expected > 1e-6
    answered = np.asarray(layer.tail_probability(raw))
    np.testing.assert_allclose(answered[common], expected[common], rtol=2e-3)
    assert (answered > 0).all()


def test_rare_scores_are_told_apart_to_the_millionth():
    layer = ScoreCalibration([0.0, 1.0], [0.99, 0.01], [1.0, 1.0, 0.1, 0.01])
    raw = np.linspace(1.0, 15.0, 200).astype("float32")
    assert (np.diff(layer(raw)) > 0).all()
    assert float(layer(raw)[-1]) == pytest.approx(1 - 0.01 * 2.4**-10, abs=1e-7)


def test_half_precision_does_not_round_scores(rng):
    scores = NormalScores.fit(rng.normal(size=5_000))
    raw = rng.normal(size=100).astype("float32") + 3.0
    full, half = calibration(scores), calibration(scores, dtype="mixed_bfloat16")
    np.testing.assert_array_equal(full(raw), half(raw))


def test_what_is_no_number_stays_none(rng):
    raw = np.array([np.nan, np.inf, -np.inf], "float32")
    for sample in SAMPLES.values():
        layer = calibration(NormalScores.fit(sample(rng)))
        answer = np.asarray(layer(raw))
        assert np.isnan(answer[0])
        assert answer[1] == 1.0
        assert answer[2] == pytest.approx(1.0 - layer.probabilities[0], abs=1e-7)


def test_the_distribution_survives_saving_exactly(rng, tmp_path):
    scores = NormalScores.fit(rng.normal(size=5_000))
    symbol = keras.Input(())
    keras.Model(symbol, calibration(scores, name="score")(symbol)).save(tmp_path / "model.keras")
    layer = keras.models.load_model(tmp_path / "model.keras").get_layer("score")
    assert tuple(layer.knots) == scores.knots
    assert tuple(layer.probabilities) == scores.probabilities
    assert tuple(layer.tail) == scores.tail


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], []), "as many `knots` as `probabilities` and at least one, received 0 and 0"),
        (([0, 1], [0.5]), "received 2 and 1"),
        (([1, 0], [0.5, 0.1]), "`knots` that increase"),
        (([1, 1 + 1e-9], [0.5, 0.1]), "increase in float32"),
        (([0, np.nan], [0.5, 0.1]), "finite `knots`"),
        (([0, 1], [0.1, 0.5]), "that decrease"),
        (([0, 1], [1.0, 0.5]), "between 0 and 1"),
        (([0, 1], [0.5, 0.0]), "between 0 and 1"),
        (([0, 1], [0.5, 0.1], [1, 1, 0.1]), "start, scale, shape and share"),
        (([0, 1], [0.5, 0.1], [2, 1, 0.1, 0.1]), "from the last knot, 1.0"),
        (([0, 1], [0.5, 0.1], [1, 0, 0.1, 0.1]), "a scale above 0"),
        (([0, 1], [0.5, 0.1], [1, 1, 0, 0.1]), "a shape other than 0"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        ScoreCalibration(*arguments)
