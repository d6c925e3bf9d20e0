import numpy as np

from dltemplates.data.demand_sample import demand_sample
from dltemplates.data.forecast_data import ForecastData


def test_the_sample_has_cycles_and_causes_that_can_be_learnt():
    series = demand_sample()
    assert "generated" in series.names[0]
    demand = series.values[0].astype("float64")
    assert series.length == 17_520
    assert not np.isnan(demand).any()
    times = series.times[: series.length]
    by_hour = [demand[times.hour == hour].mean() for hour in range(24)]
    assert np.argmin(by_hour) in (2, 3, 4)
    assert demand[times.day_of_week < 5].mean() > demand[times.day_of_week == 6].mean() + 20
    temperature, holiday = series.known.values[0, : series.length].T
    assert demand[holiday == 1].mean() < demand[holiday == 0].mean() - 20
    noon = times.hour == 12
    cold, mild = temperature < 0, np.abs(temperature - 19) < 2
    assert demand[noon & cold].mean() > demand[noon & mild].mean() + 15
    weekly = demand[168:] - demand[:-168]
    assert 0.2 < weekly.std() / demand.std() < 0.8, "neither trivial nor hopeless"


def test_the_sample_is_always_the_same():
    one, other = demand_sample(), demand_sample(calendar=["hour"])
    assert one.values.tobytes() == other.values.tobytes()
    assert one.known.values.tobytes() == other.known.values.tobytes()
    assert one.values[0, [0, 8_000, -1]].tolist() == np.float32([290.5, 350.4, 332.8]).tolist()


def test_a_month_can_be_forecast():
    data = ForecastData(demand_sample(calendar=["hour"]), lookback=336, horizon=720)
    windows = data.windows(np.array([data.series.length - 720]), np.array([0]))
    assert windows.inputs["known"].shape == (1, 720, 4)
    assert data.seasonal_period == 24
