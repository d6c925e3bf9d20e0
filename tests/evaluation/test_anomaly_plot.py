import warnings

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from dltemplates.evaluation.anomaly_events import alarm_events
from dltemplates.evaluation.anomaly_plot import plot_anomalies

ROWS = 1_000
TIMES = pd.date_range("2026-01-01", periods=ROWS, freq="min")


@pytest.fixture
def probabilities(rng):
    probabilities = rng.uniform(0.01, 1.0, ROWS)
    probabilities[400:410] = 1e-5
    probabilities[700] = 0.0
    return probabilities


def events_of(probabilities):
    return alarm_events(probabilities <= 0.001, 1.0 - probabilities, gap=5)


def colours(path):
    """How many pixels are reddish, and how many orange."""
    red, green, blue = matplotlib.image.imread(path)[..., :3].transpose(2, 0, 1)
    pink = (red > 0.9) & (green < 0.9) & (np.abs(green - blue) < 0.05)
    orange = (red > 0.95) & (green > blue + 0.1)
    return pink.sum(), orange.sum()


def test_labelled_and_detected_events_are_shaded(probabilities, tmp_path):
    labels = np.zeros(ROWS, "int8")
    labels[200:230] = 1
    plot_anomalies(tmp_path / "bare.png", TIMES, probabilities, 0.001)
    plot_anomalies(tmp_path / "labelled.png", TIMES, probabilities, 0.001, labels=labels)
    events = events_of(probabilities)
    plot_anomalies(tmp_path / "detected.png", TIMES, probabilities, 0.001, events=events)
    bare, labelled, detected = (
        colours(tmp_path / f"{name}.png") for name in ("bare", "labelled", "detected")
    )
    assert labelled[1] > bare[1] + 5_000
    assert detected[0] > bare[0] + 2_000
    assert detected[1] == bare[1]


def test_names_of_any_kind_and_no_warning(probabilities, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_anomalies(
            tmp_path / "plot.png",
            np.arange(ROWS),
            probabilities,
            0.001,
            events=events_of(probabilities),
            strongest=["a$_$b", "온도"],
        )
    assert (tmp_path / "plot.png").stat().st_size > 1_000


def test_one_rare_row_in_a_long_series_is_not_lost(tmp_path):
    """A line over every hundredth row would miss it."""
    times = pd.date_range("2026-01-01", periods=300_000, freq="s")
    calm = np.full(300_000, 0.5)
    rare = calm.copy()
    rare[123_457] = 1e-6
    plot_anomalies(tmp_path / "calm.png", times, calm, 0.001)
    plot_anomalies(tmp_path / "rare.png", times, rare, 0.001)
    assert (tmp_path / "calm.png").read_bytes() != (tmp_path / "rare.png").read_bytes()


def test_an_event_at_the_end_and_missing_scores(tmp_path):
    probabilities = np.full(50, 0.5)
    probabilities[:3], probabilities[49] = np.nan, 1e-4
    events = events_of(probabilities)
    assert [event.start for event in events] == [49]
    plot_anomalies(tmp_path / "plot.png", np.arange(50), probabilities, 0.001, events=events)


def test_names_are_as_many_as_events(probabilities, tmp_path):
    with pytest.raises(ValueError, match="each of 2 events, received 1"):
        plot_anomalies(
            tmp_path / "plot.png",
            TIMES,
            probabilities,
            0.001,
            events=events_of(probabilities),
            strongest=["valve"],
        )
