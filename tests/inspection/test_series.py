import numpy as np
import pandas as pd
import pytest

from dltemplates.errors import DataError
from dltemplates.inspection.inspector import inspect
from dltemplates.inspection.periodicity import find_cycles, wanders
from tests.inspection.small_data import SHARED, write_log, write_series


def chosen(path, template="lstm-forecaster"):
    candidate = inspect(path).need()
    assert candidate.template == template
    return candidate.finding, candidate.values()


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    return path


def test_etth1_is_what_the_template_was_made_for():
    finding, values = chosen(shared("forecasting/ETTh1.csv"))
    assert [(cycle.name, cycle.rows) for cycle in finding.cycles] == [("day", 24)]
    assert (finding.frequency, len(finding.series), finding.length) == ("h", 7, 17_420)
    assert set(values) == {"source", "path"}


def test_daily_temperatures_have_a_year():
    finding, values = chosen(shared("forecasting/daily-min-temperatures.csv"))
    assert [(cycle.name, cycle.rows) for cycle in finding.cycles] == [("year", 365)]
    assert not finding.wandering
    assert (values["lookback"], values["horizon"]) == (365, 14)


def test_weeks_of_days(tmp_path):
    finding, values = chosen(write_series(tmp_path / "a.csv", 1200, "D", period=7))
    assert [cycle.name for cycle in finding.cycles] == ["week"]
    assert values["segment"] % 7 == 0
    assert "lookback" not in values or values["lookback"] % 7 == 0


@pytest.mark.parametrize(
    ("rows", "frequency", "period", "cycle", "horizon"),
    [(144, "MS", 12, "year", 18), (300, "W", 52, "year", 13), (48, "QS", 4, "year", 1)],
)
def test_short_series(tmp_path, rows, frequency, period, cycle, horizon):
    finding, values = chosen(write_series(tmp_path / "a.csv", rows, frequency, period=period))
    assert [found.name for found in finding.cycles] == [cycle]
    assert values["horizon"] == horizon
    assert values["lookback"] % period == 0
    assert 0.6 * rows >= values["lookback"] + 2 * horizon


def test_numbers_and_gaps_that_training_refuses_are_left_out(tmp_path):
    table = pd.DataFrame({"time": pd.date_range("2024", periods=2000, freq="h")})
    rng = np.random.default_rng(0)
    table["load"] = rng.normal(size=2000)
    table["always"] = 3
    table["half"] = np.where(np.arange(2000) % 2, np.nan, 1.0) * rng.normal(size=2000)
    table["late"] = np.where(np.arange(2000) < 1500, np.nan, rng.normal(size=2000))
    table["note"] = "ok"
    table.to_csv(tmp_path / "a.csv", index=False)
    finding, values = chosen(tmp_path / "a.csv")
    assert values["targets"] == "load"
    assert set(finding.left_out) == {"always", "half", "late", "note"}


def test_a_long_table(tmp_path):
    times = pd.date_range("2024", periods=1000, freq="h")
    shops = [
        pd.DataFrame({"time": times, "shop": shop, "sales": range(1000), "price": 2.5})
        for shop in ("서울", "부산")
    ]
    table = pd.concat(shops)
    table["price"] += np.arange(len(table)) % 7
    table.to_csv(tmp_path / "a.csv", index=False, encoding="cp949")
    finding, values = chosen(tmp_path / "a.csv")
    assert finding.series == ["서울", "부산"]
    assert (values["series_id"], values["value"], values["past"]) == ("shop", "sales", "price")


def test_what_goes_on_after_the_values_is_known_ahead(tmp_path):
    path = write_series(tmp_path / "a.csv", 1300, "h", period=24, columns=2)
    table = pd.read_csv(path)
    table.loc[1200:, "value0"] = np.nan
    table.to_csv(path, index=False)
    _, values = chosen(path)
    assert (values["targets"], values["known"]) == ("value0", "value1")


def test_times_that_keep_no_step_are_refused(tmp_path):
    rng = np.random.default_rng(0)
    times = pd.Timestamp("2024") + pd.to_timedelta(rng.exponential(60, 2000).cumsum(), unit="s")
    pd.DataFrame({"time": times, "a": rng.normal(size=2000)}).to_csv(tmp_path / "a.csv")
    with pytest.raises(DataError, match="missing"):
        inspect(tmp_path / "a.csv")


def test_times_that_repeat_without_a_name_are_refused(tmp_path):
    table = pd.DataFrame({"time": list(pd.date_range("2024", periods=50)) * 3, "a": range(150)})
    table["a"] = np.sin(table["a"])
    table.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(DataError, match="no column tells series apart"):
        inspect(tmp_path / "a.csv")


def test_too_few_times_are_refused(tmp_path):
    with pytest.raises(DataError, match="too few"):
        inspect(write_series(tmp_path / "a.csv", 6, "D"))


def test_a_time_budget_shortens_training(tmp_path):
    path = write_series(tmp_path / "a.csv", 2000, "h", period=24)
    assert "steps" not in inspect(path).need().values()
    assert inspect(path, time_budget=12.0).need().values()["steps"] == 500


def test_a_log_with_an_anomaly_label(tmp_path):
    finding, values = chosen(write_log(tmp_path / "log.csv"), "autoencoder-anomaly")
    assert (values["label"], values["columns"]) == ("anomaly", "pressure,flow")
    assert (finding.anomalies, finding.events) == (59, 1)
    assert "kind" not in values


def test_a_log_may_be_forecast_if_that_is_asked_for(tmp_path):
    path = write_log(tmp_path / "log.csv", rows=2000)
    choice = inspect(path, template="lstm-forecaster")
    assert choice.for_template("lstm-forecaster").finding.kind == "series"


def test_a_folder_of_logs(tmp_path):
    for number in range(3):
        write_log(tmp_path / f"{number}.csv", rows=600 + number * 100)
    finding, values = chosen(tmp_path, "autoencoder-anomaly")
    assert values["path"].endswith("2.csv")
    assert finding.logs == 3


def test_skab():
    finding, values = chosen(shared("anomaly/series/skab-valve1"), "autoencoder-anomaly")
    assert values["label"] == "anomaly"
    assert "changepoint" not in values["columns"].split(",")
    assert (len(finding.sensors), finding.logs) == (8, 16)


def test_cycles_are_not_seen_in_noise_and_random_walks():
    rng = np.random.default_rng(0)
    assert find_cycles(rng.normal(size=(5, 3000)), "h") == []
    assert find_cycles(rng.normal(size=(5, 3000)).cumsum(axis=1), "h") == []


def test_a_cycle_that_is_none_of_the_calendar():
    rows = np.arange(2000)
    line = np.sin(rows * 2 * np.pi / 37) + np.random.default_rng(0).normal(0, 0.2, 2000)
    (cycle,) = find_cycles(line[None], "YS-JAN")
    assert (cycle.name, cycle.rows) == ("", 37)


def test_levels():
    rng = np.random.default_rng(0)
    assert not wanders(rng.normal(size=2000))
    assert wanders(rng.normal(size=2000).cumsum())


def test_anomalies_where_validation_would_be(tmp_path):
    path = write_log(tmp_path / "log.csv")
    table = pd.read_csv(path)
    table["anomaly"] = ((table.index >= 280) & (table.index < 440)).astype(int)
    table.to_csv(path, index=False)
    _, values = chosen(path, "autoencoder-anomaly")
    assert (values["train_end"], values["validation_end"]) == ("210", "280")
    table["anomaly"] = (table.index >= 9).astype(int)
    table.to_csv(path, index=False)
    with pytest.raises(DataError, match="too early"):
        inspect(path, template="autoencoder-anomaly").for_template("autoencoder-anomaly")


@pytest.mark.parametrize(
    "name",
    ['"a\nb"', '"a,b"', '"<<x>>"', "#% if x", '"quo""te"', "back\\slash", "", '"\u2028"'],
)
def test_any_name_of_a_column(tmp_path, name):
    rows = write_series(tmp_path / "plain.csv", 120, "D", period=7, columns=2).read_text("utf-8")
    path = tmp_path / "odd.csv"
    path.write_bytes(rows.replace("value0,value1", f"{name},b").encode())
    finding, _ = chosen(path)
    assert len(finding.series) == 2


def test_a_line_that_ends_with_its_separator(tmp_path):
    path = write_series(tmp_path / "a.csv", 120, "D", period=7)
    path.write_text("".join(f"{line},\n" for line in path.read_text("utf-8").split()), "utf-8")
    assert chosen(path)[0].series == ["value0"]
