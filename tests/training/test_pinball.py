import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.training.pinball import PinballLoss


def test_against_scikit_learn(rng):
    from sklearn.metrics import mean_pinball_loss

    levels = (0.1, 0.5, 0.9)
    targets = rng.normal(size=(6, 4, 1)).astype("float32")
    forecasts = rng.normal(size=(6, 4, 3)).astype("float32")
    expected = np.mean(
        [
            mean_pinball_loss(targets.ravel(), forecasts[..., i].ravel(), alpha=level)
            for i, level in enumerate(levels)
        ]
    )
    assert float(PinballLoss(levels)(targets, forecasts)) == pytest.approx(expected, rel=1e-5)


def test_a_weight_of_zero_leaves_a_step_out(rng):
    targets = rng.normal(size=(2, 3, 1)).astype("float32")
    forecasts = rng.normal(size=(2, 3, 2)).astype("float32")
    weights = np.array([[1, 1, 0], [1, 0, 0]], "float32")
    loss = PinballLoss((0.5, 0.9))
    one = float(loss(targets, forecasts, sample_weight=weights))
    targets[weights == 0] = 1e6
    assert float(loss(targets, forecasts, sample_weight=weights)) == one


def test_a_constant_learns_the_quantiles(rng):
    """What minimises the loss over many draws is the draws' own quantile at each level."""
    levels = [0.1, 0.5, 0.9]
    draws = rng.exponential(size=(4096, 1, 1)).astype("float32")
    model = keras.Sequential([keras.Input((1, 1)), keras.layers.Dense(3)])
    model.compile(keras.optimizers.SGD(0.5), PinballLoss(levels))
    zeros = np.zeros_like(draws)
    for _ in range(300):
        model.train_on_batch(zeros, draws)
    np.testing.assert_allclose(
        ops.convert_to_numpy(model.layers[-1].bias), np.quantile(draws, levels), atol=0.1
    )


def test_serialisation():
    loss = PinballLoss((0.1, 0.5), reduction="sum", name="p")
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert again.get_config() == loss.get_config()
    assert again.quantiles == [0.1, 0.5]


def test_refusals():
    with pytest.raises(ValueError, match="between 0 and 1, at least one, received"):
        PinballLoss((0.5, 1.0))
    with pytest.raises(ValueError, match="width 2, one for each quantile"):
        PinballLoss((0.1, 0.5))(np.zeros((2, 3, 1)), np.zeros((2, 3, 3)))
