"""What is said of series when they are read."""

import numpy as np
import pandas as pd

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_source import load_series


def write(path, columns: str) -> None:
    """Hourly series, a gap of one value in each."""
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(80, len(columns))))
    table.columns = list(columns)
    table.insert(0, "time", pd.date_range("2024-01-01", periods=80, freq="h"))
    for row, name in enumerate(columns):
        table.loc[20 + row, name] = np.nan
    table.to_csv(path, index=False)


def test_repairs_that_are_not_shown_are_counted(tmp_path, caplog):
    caplog.set_level("INFO", "dltemplates")
    write(tmp_path / "many.csv", "abcdefg")
    series = load_series("path", path=str(tmp_path / "many.csv"))
    assert len(series.repairs) == 6
    assert series.repairs[4] in caplog.text
    assert series.repairs[5] not in caplog.text
    assert "… and 1 more" in caplog.messages[-1] and "data.json" in caplog.messages[-1]
    assert ForecastData(series, lookback=8, horizon=4).describe()["repairs"] == series.repairs


def test_repairs_that_are_all_shown_are_not_counted(tmp_path, caplog):
    caplog.set_level("INFO", "dltemplates")
    write(tmp_path / "few.csv", "abcde")
    series = load_series("path", path=str(tmp_path / "few.csv"))
    assert caplog.messages[1:] == [f"  {repair}" for repair in series.repairs]
