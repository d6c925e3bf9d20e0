import pytest

from dltemplates.training.steps import plan_steps, usual_epochs, usual_steps


@pytest.mark.parametrize("items", [1, 3, 7, 15, 40, 100, 1000, 1439, 45_000, 50_000, 1_281_167])
@pytest.mark.parametrize("batch_size", ["auto", 1, 32, 256, 4096])
def test_an_epoch_is_about_one_pass(items, batch_size):
    steps = plan_steps(items, 3, batch_size)
    assert steps.per_epoch % steps.per_execution == 0
    assert 1 <= steps.batch_size <= items
    exact = items / steps.batch_size
    assert abs(steps.per_epoch - exact) <= max(1.0, exact / 8)
    assert steps.total == 3 * steps.per_epoch


def test_auto_batches_shrink_on_small_data():
    assert plan_steps(50_000, 1).batch_size == 512
    assert plan_steps(1_439, 1).batch_size == 32
    assert plan_steps(50, 1).batch_size == 16
    assert plan_steps(5, 1).batch_size == 5


def test_several_steps_run_at_one_call():
    assert plan_steps(50_000, 1).per_execution >= 4


@pytest.mark.parametrize(
    ("items", "batch_size", "steps"), [(284, 32, 355), (10, 32, 300), (14_000, 32, 2_000)]
)
def test_usual_steps_are_forty_passes_within_bounds(items, batch_size, steps):
    assert usual_steps(items, batch_size) == steps


@pytest.mark.parametrize(
    ("items", "epochs"), [(2_000_000, 5), (100_000, 5), (25_000, 10), (4_800, 23), (200, 30)]
)
def test_usual_epochs(items, epochs):
    assert usual_epochs(items) == epochs
