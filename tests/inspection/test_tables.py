import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from dltemplates.data.number_stream import stream_table
from dltemplates.data.series_table_file import read_table
from dltemplates.errors import DataError
from dltemplates.inspection.inspector import inspect
from tests.inspection.small_data import SHARED


def write(tmp_path, **columns):
    path = tmp_path / "table.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def features(rows, count=3):
    rng = np.random.default_rng(0)
    return {f"f{place}": rng.normal(size=rows) for place in range(count)}


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_what_is_to_be_predicted_has_no_template_yet(tmp_path, name):
    path = tmp_path / f"{name}.csv"
    getattr(datasets, f"load_{name}")(as_frame=True).frame.to_csv(path, index=False)
    choice = inspect(path)
    assert choice.chosen is None
    assert "'target' looks like what is to be predicted" in choice.refusal
    with pytest.raises(DataError, match="No template does that yet"):
        choice.need()


def test_classes_in_words(tmp_path):
    path = write(tmp_path, **features(120), kind=["setosa", "virginica"] * 60)
    assert inspect(path).candidates[0].finding.target == "kind"


def test_a_template_that_is_named_gets_its_settings(tmp_path):
    path = write(tmp_path, **features(200), target=[0, 1] * 100, comment="as it was")
    values = inspect(path, template="autoencoder-anomaly").for_template("autoencoder-anomaly")
    assert values.values()["label"] == "target"
    assert values.values()["columns"] == "f0,f1,f2"


def test_a_few_rows_that_are_marked(tmp_path):
    path = write(tmp_path, **features(300), y=[1.0] * 20 + [0.0] * 280)
    candidate = inspect(path).need()
    assert candidate.template == "autoencoder-anomaly"
    assert (candidate.values()["kind"], candidate.values()["label"]) == ("table", "y")
    assert candidate.finding.anomalies == 20
    assert "few rows" in candidate.comments()["label"]["en"]


def test_a_label_that_is_called_so_may_mark_many(tmp_path):
    path = write(tmp_path, **features(300), is_fraud=[True, False, False] * 100)
    assert inspect(path).need().values()["label"] == "is_fraud"


def test_full_columns_of_numbers_are_watched(tmp_path):
    half = [np.nan, 1.0] * 100
    path = write(tmp_path, **features(200), half=half, place=[f"a{row}" for row in range(200)])
    candidate = inspect(path).need()
    assert candidate.values()["columns"] == "f0,f1,f2"
    assert candidate.finding.left_out == {"place": "text", "half": "50 % of its values are missing"}


def test_few_rows_are_refused(tmp_path):
    with pytest.raises(DataError, match="20 or more are needed"):
        inspect(write(tmp_path, **features(60)))


def test_adbench(tmp_path):
    path = SHARED / "anomaly/tabular/6_cardio.npz"
    if not path.exists():
        pytest.skip("ADBench is not there")
    arrays = np.load(path)
    columns = {f"f{place}": column for place, column in enumerate(arrays["X"].T)}
    candidate = inspect(write(tmp_path, **columns, y=arrays["y"])).need()
    assert candidate.values()["label"] == "y"
    assert candidate.finding.anomalies == 176


def test_years_of_building_and_numbers_of_rows(tmp_path):
    rng = np.random.default_rng(0)
    years = rng.integers(1950, 2020, 300)
    path = write(tmp_path, year_built=years, number=range(300), **features(300))
    candidate = inspect(path).need()
    assert candidate.finding.kind == "table"
    assert candidate.values()["columns"] == "year_built,f0,f1,f2"
    assert candidate.finding.left_out == {"number": "counts the rows"}


def test_payments_at_any_time_are_rows_that_stand_alone(tmp_path):
    rng = np.random.default_rng(0)
    times = pd.Timestamp("2024") + pd.to_timedelta(rng.integers(0, 5_000, 300), unit="s")
    path = write(tmp_path, time=times, **features(300), is_fraud=[1] * 9 + [0] * 291)
    values = inspect(path).need().values()
    assert (values["kind"], values["label"], values["columns"]) == ("table", "is_fraud", "f0,f1,f2")


def series(rows=200):
    rng = np.random.default_rng(0)
    return 20 + 10 * np.sin(np.arange(rows) / 4) + rng.normal(size=rows)


@pytest.mark.parametrize("rest", [{}, {"other": series()[::-1]}])
def test_a_series_without_its_times_is_told(tmp_path, rest):
    found = inspect(write(tmp_path, value=series(), **rest)).need()
    assert found.template == "autoencoder-anomaly"
    assert "no column holds their times" in " ".join(found.finding.concerns)


def test_rows_that_stand_alone_are_not_called_a_series(tmp_path):
    sorted_by_one = np.sort(np.random.default_rng(1).normal(size=300))
    for columns in (features(300), {"first": sorted_by_one, **features(300)}, features(120)):
        found = inspect(write(tmp_path, **columns)).need().finding
        assert not [concern for concern in found.concerns if "times" in concern]


def decimal(value, digits=2):
    return f"{value:.{digits}f}".replace(".", ",")


@pytest.mark.parametrize("end", ["", ";"])
def test_one_column_of_numbers_with_decimal_commas(tmp_path, end):
    path = tmp_path / "level.csv"
    cells = [decimal(value) for value in series()[:-1]] + ["20"]
    path.write_text("\n".join(cell + end for cell in ["level", *cells]) + "\n")
    found = inspect(path).need().finding
    assert (found.features, found.count, found.missing) == (["level"], 200, 0.0)
    (part,) = stream_table(path, 1000)  # what `predict` reads
    assert part.frame["level"].tolist() == read_table(path).frame["level"].tolist()


def test_commas_that_may_be_anything_are_refused(tmp_path):
    path = tmp_path / "level.csv"
    path.write_text("level\n" + "1,234\n" * 50)
    with pytest.raises(DataError, match="more fields than its first line has names"):
        inspect(path)
    path.write_text("time;level;other\n" + "".join(f"a{n};{n},5;{n}.5\n" for n in range(50)))
    with pytest.raises(DataError, match="text in column 'level'"):
        inspect(path)
