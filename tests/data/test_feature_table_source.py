import logging

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.feature_table_source import load_feature_table
from dltemplates.errors import DataError


def frame(rows=30):
    rng = np.random.default_rng(0)
    numbers = {name: rng.normal(size=rows).round(3) for name in ("torque", "speed", "heat")}
    return pd.DataFrame({**numbers, "fault": [int(row == 4) for row in range(rows)]})


@pytest.fixture
def read(tmp_path):
    def read(table, *, separator=",", **settings):
        path = tmp_path / "rows.csv"
        path.write_text(table.to_csv(index=False, sep=separator))
        return load_feature_table("path", path=str(path), **settings)

    return read


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_features_and_labels(read, separator):
    table = read(frame(), separator=separator, label="fault")
    assert table.names == ["torque", "speed", "heat"]
    assert (table.values.dtype, table.labels.dtype) == (np.float32, np.int8)
    np.testing.assert_allclose(table.values, frame()[table.names], rtol=1e-6)
    assert np.flatnonzero(table.labels).tolist() == [4]
    assert table.where.endswith("rows.csv")
    assert len(table) == 30


def test_features_may_be_named_or_left_out(read):
    assert read(frame(), features=["heat", "torque"]).names == ["heat", "torque"]
    named = read(frame().assign(note="calm"), features=["heat"], ignore=["note"])
    assert (named.names, named.labels) == (["heat"], None)
    assert read(frame(), ignore=["fault", "speed"]).names == ["torque", "heat"]


def test_parquet(tmp_path):
    frame().to_parquet(tmp_path / "rows.parquet")
    table = load_feature_table("path", path=str(tmp_path / "rows.parquet"), label="fault")
    np.testing.assert_allclose(table.values, frame()[table.names], rtol=1e-6)


def test_missing_values_are_on_record(read):
    table = frame()
    table.loc[3:5, "heat"] = np.nan
    found = read(table, label="fault")
    assert np.isnan(found.values).sum() == 3
    assert found.repairs == ["10.0% of the values of 'heat' are missing."]
    with pytest.raises(DataError, match=r"10\.0% of the values of 'heat' .* At most 5% may be"):
        read(table, missing_limit=0.05)
    empty = frame().assign(heat=np.nan)
    with pytest.raises(DataError, match=r"100\.0% of the values of 'heat'"):
        read(empty)
    assert np.isnan(read(empty, missing_limit=1.0).values[:, 2]).all()


@pytest.mark.parametrize(
    ("change", "settings", "message"),
    [
        ({"kind": "pump"}, {}, r"30 lines without a number in column 'kind' \(line 2: 'pump'"),
        ({"kind": "pump"}, {"features": ["kind"]}, "without a number in column 'kind'"),
        ({"speed": ["1.5"] * 29 + ["fast"]}, {}, r"1 line with text .*'speed'.*line 31: 'fast'"),
        ({"speed": "1e39"}, {}, "with an infinite number"),
        ({"fault": 3}, {"label": "fault"}, "30 lines with a label in column 'fault' that is"),
        ({}, {"label": "faulty"}, "no column 'faulty', which data.label names"),
        ({}, {"features": ["spede"]}, "no column 'spede', which data.features names"),
        ({}, {"features": ["fault"], "label": "fault"}, "is in data.label and in data.features"),
        ({}, {"ignore": ["torque", "speed", "heat", "fault"]}, "No column is left"),
    ],
)
def test_refusals(read, change, settings, message):
    with pytest.raises(DataError, match=message) as caught:
        read(frame().assign(**change), **settings)
    assert caught.value.where.endswith("rows.csv")
    assert caught.value.hint


def test_a_cell_of_text_among_decimal_commas(tmp_path):
    (tmp_path / "rows.csv").write_text("a;b\n1,5;2\n1,25;off\n;3\n")
    with pytest.raises(DataError, match=r"1 line with text in column 'b'.* \(line 3: 'off'\)"):
        load_feature_table("path", path=str(tmp_path / "rows.csv"))


def test_rows_are_numbered_as_in_the_file(tmp_path, read):
    assert read(frame()).numbers.tolist() == list(range(1, 31))
    lines = frame().to_csv(index=False).splitlines()
    (tmp_path / "rows.csv").write_text("\n".join([*lines[:3], "", *lines[3:]]))
    found = load_feature_table("path", path=str(tmp_path / "rows.csv"))
    assert found.numbers.tolist() == [1, 2, *range(4, 32)]
    frame().iloc[10:].to_parquet(tmp_path / "rows.parquet")
    found = load_feature_table("path", path=str(tmp_path / "rows.parquet"))
    assert found.numbers.tolist() == list(range(1, 21))


@pytest.mark.parametrize(
    "settings", [{"features": ["speed"]}, {"label": "fault"}, {"ignore": ["heat"]}]
)
def test_the_sample_is_taken_whole(settings):
    name = next(iter(settings))
    with pytest.raises(DataError, match="would not be used") as caught:
        load_feature_table("sample", **settings)
    assert caught.value.where == f"data.{name}"
    assert "data.source" in caught.value.hint
    names = load_feature_table("sample").names
    assert load_feature_table("sample", features=names[::-1]).names == names


def test_what_to_do_about_text(read):
    with pytest.raises(DataError) as caught:
        read(frame().assign(kind="pump"))
    assert "data.ignore" in caught.value.hint


def test_a_path_is_wanted(caplog):
    with pytest.raises(DataError, match=r"data\.path: No path given"):
        load_feature_table("path")
    with caplog.at_level(logging.INFO):
        load_feature_table("sample")
    assert "10 features" in caplog.text
