import keras
import numpy as np
import pytest

from dltemplates.training.schedules import OneCycle, build_schedule


def rates(schedule, steps):
    return np.array([float(schedule(step)) for step in range(steps)])


def test_one_cycle_rises_to_its_peak_and_falls_to_its_end():
    values = rates(OneCycle(0.4, 100, warmup=0.2, final=0.05), 100)
    assert values.argmax() in (19, 20) and values.max() == pytest.approx(0.4, rel=0.03)
    assert values[0] == pytest.approx(0.01)
    assert values[-1] == pytest.approx(0.02, rel=0.15)
    assert (np.diff(values[:20]) > 0).all() and (np.diff(values[20:]) < 0).all()


def test_one_cycle_survives_serialisation():
    schedule = OneCycle(0.4, 10)
    config = keras.optimizers.schedules.serialize(schedule)
    again = keras.optimizers.schedules.deserialize(config)
    np.testing.assert_array_equal(rates(schedule, 10), rates(again, 10))


@pytest.mark.parametrize("steps", [1, 2, 5, 1000])
@pytest.mark.parametrize("name", ["one_cycle", "cosine"])
def test_schedules_stay_below_their_peak_and_end_near_zero(name, steps):
    values = rates(build_schedule(name, 0.1, steps), steps)
    assert values.max() <= 0.1 + 1e-6 and values.min() >= 0
    if steps > 5:
        assert values.max() > 0.085 and values[-1] < 0.002


def test_constant():
    assert build_schedule("constant", 0.1, 10) == 0.1


def test_refusals():
    with pytest.raises(ValueError, match="one_cycle, cosine or constant, received 'step'"):
        build_schedule("step", 0.1, 10)
    with pytest.raises(ValueError, match="between 0 and 1, received 1"):
        OneCycle(0.1, 10, warmup=1.0)
    with pytest.raises(ValueError, match="at least 1, received 0"):
        OneCycle(0.1, 0)
