"""Which sensors wander, what their scale is, and how long a window is."""

from dataclasses import replace

import numpy as np
import pytest

from dltemplates.data.sensor_data import SensorData, usual_window
from dltemplates.data.sensor_levels import wanders
from tests.data.small_log import small_log

ROWS, WINDOW = 4_000, 16
TIME = np.arange(ROWS)


def column(kind, seed=0):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=ROWS)
    return {
        "walk": noise.cumsum(),
        "trend": 0.005 * TIME + noise,
        "wear": np.where(TIME > 3_000, 8.0, 0.0) + noise,
        "noise": noise,
        "constant": np.full(ROWS, 3.0),
        "day": 5.0 * np.sin(2 * np.pi * TIME / 144) + noise,
        "few days": 5.0 * np.sin(2 * np.pi * TIME / 1_300) + noise,
        "on and off": 5.0 * ((TIME // 300) % 2) + noise,
    }[kind]


@pytest.mark.parametrize("kind", ["walk", "trend", "wear"])
def test_a_level_that_goes_away_wanders(kind):
    assert wanders(column(kind)[:, None], WINDOW).all()


@pytest.mark.parametrize("kind", ["noise", "constant", "day", "few days", "on and off"])
def test_a_level_that_stays_or_comes_back_does_not_wander(kind):
    assert not wanders(column(kind)[:, None], WINDOW).any()


@pytest.mark.parametrize(("kind", "least", "most"), [("walk", 16, 20), ("noise", 0, 0)])
def test_chance_decides_seldom(kind, least, most):
    columns = np.stack([column(kind, seed) for seed in range(20)], axis=1)
    assert least <= wanders(columns, WINDOW).sum() <= most


def test_columns_are_judged_one_by_one_whatever_their_unit_and_gaps():
    values = np.stack([column("walk"), column("day"), column("noise")], axis=1)
    values = (values * [1e-6, 1e6, 1.0] + [5.0, 0.0, -1e4]).astype("float32")
    values[500:1_100] = np.nan
    values[np.random.default_rng(1).random(values.shape) < 0.1] = np.nan
    assert wanders(values, WINDOW)[1:].tolist() == [False, False]
    values[:, 0] = np.where(np.isnan(values[:, 0]), np.nan, column("walk"))
    assert wanders(values, WINDOW).tolist() == [True, False, False]


def test_a_wandering_sensor_is_scaled_by_its_changes_within_a_window():
    log = small_log(ROWS, "ab")
    values = np.stack([column("walk"), column("noise")]).astype("float32")
    log = replace(log, series=replace(log.series, values=values))
    data = SensorData(log, window=WINDOW)
    assert data.drifting.tolist() == [True, False]
    assert data.repairs[-1].endswith("only changes within a window are judged: a.")
    assert data.describe()["drifting"] == ["a"]
    # A walk of unit steps is sqrt((n - 1)(2n - 1) / 6n) from its mean over its last n.
    expected = np.sqrt(15 * 31 / 96)
    assert data.scale[0] == pytest.approx(expected, rel=0.1)
    assert data.scale[1] == pytest.approx(values[1, :2_000].std(), rel=1e-5)


@pytest.mark.parametrize(
    ("rows", "sensors", "window"),
    [
        (100_000, 1, 64),
        (100_000, 2, 64),
        (100_000, 4, 32),
        (100_000, 8, 16),
        (100_000, 50, 8),
        (511, 1, 32),
        (512, 1, 64),
        (70, 1, 8),
    ],
)
def test_the_usual_window(rows, sensors, window):
    assert usual_window(rows, sensors) == window


def test_auto_is_the_usual_window():
    data = SensorData(small_log(1_000), window="auto")
    assert data.window == usual_window(700, 3) == 32
