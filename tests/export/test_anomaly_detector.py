"""A finished detector: what it adds to its network."""

import keras
import numpy as np
import pytest

from dltemplates.data.table_data import TableData
from dltemplates.errors import DataError, ExportError
from dltemplates.export.anomaly_detector import (
    RAW,
    THRESHOLD,
    detector_window,
    normal_scores,
    raw_scores,
    sensor_names,
    threshold_caution,
)
from tests.export.small_detector import (
    BROKEN,
    RATE,
    WINDOW,
    machine_table,
    pump_data,
    sensor_detector,
    sensor_network,
    table_detector,
)

SENSORS = [("error",), ("error", "shift"), ("shift", "neighbors"), ("error", "shift", "neighbors")]


@pytest.fixture(scope="module")
def data():
    return pump_data()


@pytest.fixture(scope="module")
def model(data):
    return sensor_detector(data)


@pytest.fixture(scope="module")
def table():
    return TableData(machine_table())


def ask(model, values):
    answer = model(np.float32(values), training=False)
    return {name: np.asarray(each) for name, each in answer.items()}


def judged(model, data, first, stop):
    """Answers for the rows from `first` to before `stop`."""
    values = data.values(range(first - data.window + 1, stop))
    return {name: each[0] for name, each in ask(model, values[None]).items()}


def test_answers_for_every_whole_window(data, model):
    answer = ask(model, np.stack([data.values(range(20)), data.values(range(30, 50))]))
    assert answer["score"].shape == answer["alarm"].shape == (2, 20 - WINDOW + 1)
    assert answer["attribution"].shape == (2, 20 - WINDOW + 1, 3)
    assert (answer["score"].dtype, answer["alarm"].dtype) == (np.float32, bool)
    assert (sensor_names(model), detector_window(model)) == (["a", "b", "c"], WINDOW)


@pytest.mark.parametrize("parts", SENSORS)
def test_held_out_rows_alarm_as_often_as_asked_and_the_broken_sensor_is_found(data, parts):
    model = sensor_detector(data, parts, rate=0.05)
    rows = data.splits["validation"]
    held_out = judged(model, data, rows.start, rows.stop)
    assert (held_out["score"] >= 0).all() and (held_out["score"] <= 1).all()
    assert held_out["alarm"].mean() == pytest.approx(0.05, abs=0.01)
    assert np.median(held_out["score"]) == pytest.approx(0.5, abs=0.02)
    assert (held_out["alarm"] == (held_out["score"] >= np.float32(0.95))).all()
    broken = judged(model, data, BROKEN.start + WINDOW - 1, BROKEN.stop)
    assert broken["alarm"].all()
    assert (broken["attribution"].argmax(axis=-1) == 1).all()
    np.testing.assert_allclose(broken["attribution"].sum(axis=-1), 1.0, rtol=1e-5)
    assert broken["attribution"].min() >= 0.0


def test_the_score_is_that_of_the_definition(data, model):
    """Beside NumPy: log mean squared error and log squared mean error, standardised."""
    network = sensor_network(data)

    def parts(ends):
        windows = data.windows(ends)
        residual = network.predict(windows, verbose=0) - windows
        return [(residual**2).mean(axis=1), residual.mean(axis=1) ** 2]

    held_out, test = parts(data.ends("validation")), parts(data.ends("test"))
    raw = []
    for known, new in zip(held_out, test, strict=True):
        unit = known.mean(axis=0) + 1e-6
        logs = [np.log((each / unit).mean(axis=1) + 1e-6) for each in (known, new)]
        raw.append((logs[1] - logs[0].mean()) / (logs[0].std() + 0.05))
    rows = data.splits["test"]
    found = raw_scores(model, data.values(range(rows.start - WINDOW + 1, rows.stop)))
    np.testing.assert_allclose(found, np.mean(raw, axis=0), atol=2e-3)


def test_calibrated_scores_are_those_of_the_normal_distribution(data, model):
    rows = data.splits["test"]
    values = data.values(range(rows.start - WINDOW + 1, rows.stop))
    expected = 1.0 - normal_scores(model).tail_probability(raw_scores(model, values))
    np.testing.assert_allclose(ask(model, values[None])["score"][0], expected, atol=1e-5)
    assert normal_scores(model).count == len(data.ends("validation"))


def test_what_comes_later_changes_no_earlier_score(data, model):
    values = data.values(range(2_000, 2_060)).copy()
    before = ask(model, values[None])
    values[40:] = 1e3
    values[50:] = np.nan
    after = ask(model, values[None])
    for name in before:
        seen = 40 - WINDOW + 1
        np.testing.assert_array_equal(before[name][0, :seen], after[name][0, :seen])
    assert after["alarm"][0, 40 - WINDOW + 1 : 44].all()


def test_labels_and_test_rows_choose_nothing(data):
    later = pump_data()
    later.log.series.values[:, data.splits["test"].start :] = 0.0
    later.log.labels[data.splits["test"].start :] = 1
    one, two = (normal_scores(sensor_detector(each)) for each in (data, later))
    np.testing.assert_allclose(one.knots, two.knots, atol=1e-4)


def test_missing_values_are_left_out_of_error_and_attribution():
    data = pump_data(missing=True)
    model = sensor_detector(data)
    rows = data.splits["validation"]
    held_out = judged(model, data, rows.start, rows.stop)
    assert np.isfinite(held_out["score"]).all()
    assert held_out["alarm"].mean() == pytest.approx(RATE, abs=0.01)
    values = data.values(range(2_000, 2_000 + WINDOW)).copy()
    values[:, 1] = np.nan
    answer = ask(model, values[None])
    assert answer["attribution"][0, 0, 1] == 0.0
    assert answer["attribution"].sum() == pytest.approx(1.0, abs=1e-5)
    nothing = ask(model, np.full((1, WINDOW, 3), np.nan))
    assert np.isfinite(nothing["score"]).all()
    assert not nothing["alarm"].any()
    assert (nothing["attribution"] == 0.0).all()


@pytest.mark.parametrize("value", [1e6, -1e12, 1e25])
@pytest.mark.parametrize("parts", [("error", "shift"), ("error", "shift", "neighbors")])
def test_a_value_out_of_all_proportion_alarms(data, parts, value):
    model = sensor_detector(data, parts)
    values = data.values(range(2_000, 2_040)).copy()
    values[20, 2] = value
    answer = ask(model, values[None])
    assert np.isfinite(answer["score"]).all() and np.isfinite(answer["attribution"]).all()
    at = 20 - WINDOW + 1
    assert answer["alarm"][0, at : at + WINDOW].all()
    assert (answer["attribution"][0, at : at + WINDOW].argmax(axis=-1) == 2).all()


@pytest.mark.parametrize("parts", [("error", "shift"), ("neighbors",)])
def test_it_is_saved_whole(data, tmp_path, parts):
    model = sensor_detector(data, parts)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    values = data.values(range(2_480, 2_540))
    for name, expected in ask(model, values[None]).items():
        np.testing.assert_array_equal(ask(loaded, values[None])[name], expected)
    assert normal_scores(loaded) == normal_scores(model)
    np.testing.assert_array_equal(raw_scores(loaded, values), raw_scores(model, values))


def test_the_threshold_changes_alarms_and_no_score(data, tmp_path):
    model = sensor_detector(data)
    rows = data.splits["validation"]
    before = judged(model, data, rows.start, rows.stop)
    model.get_layer(THRESHOLD).false_alarm_rate = 0.2
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for each in (model, loaded):
        after = judged(each, data, rows.start, rows.stop)
        assert after["alarm"].mean() == pytest.approx(0.2, abs=0.01)
        np.testing.assert_array_equal(after["score"], before["score"])
        np.testing.assert_array_equal(after["attribution"], before["attribution"])


def test_a_rate_that_is_too_fine_becomes_the_finest_and_is_said(data, caplog):
    model = sensor_detector(data, rate=1e-6)
    assert model.get_layer(THRESHOLD).false_alarm_rate == pytest.approx(normal_scores(model).finest)
    assert "cannot tell a false-alarm rate of 1e-06; it is set to" in caplog.text
    assert threshold_caution(model, 1e-6) in caplog.text
    assert "is an extrapolation" in threshold_caution(model, normal_scores(model).finest)
    assert threshold_caution(model, 0.1) == ""


def test_few_held_out_rows():
    data = pump_data(rows=200)
    model = sensor_detector(data, rate=0.01)
    assert model.get_layer(THRESHOLD).false_alarm_rate == pytest.approx(0.01)
    assert normal_scores(model).tail is None
    with pytest.raises(DataError, match="The validation split has 18 usable rows, and needs 20"):
        pump_data(rows=90)


@pytest.mark.parametrize("parts", [("error",), ("neighbors",), ("error", "neighbors")])
@pytest.mark.parametrize("missing", [False, True])
def test_a_table(parts, missing, tmp_path):
    data = TableData(machine_table(missing=missing))
    model = table_detector(data, parts)
    assert (sensor_names(model), detector_window(model)) == (list("wxyz"), 0)
    values = data.table.values
    answer = ask(model, values[data.rows("test")])
    assert answer["score"].shape == (len(data.rows("test")),)
    assert answer["attribution"].shape == (len(data.rows("test")), 4)
    assert (answer["score"] >= 0).all() and (answer["score"] <= 1).all()
    labels = data.labels("test")
    assert answer["alarm"][labels == 0].mean() < 0.07
    if not missing:
        assert answer["alarm"][labels == 1].mean() > 0.8
        np.testing.assert_allclose(answer["attribution"].sum(axis=-1), 1.0, rtol=1e-4)
        guilty = answer["attribution"][labels == 1].mean(axis=0)
        assert guilty.argmax() == 2
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for name, expected in ask(loaded, values[:50]).items():
        np.testing.assert_array_equal(ask(model, values[:50])[name], expected)


def test_held_out_rows_of_a_table_alarm_as_often_as_asked(table):
    model = table_detector(table, rate=0.05)
    answer = ask(model, table.table.values[table.rows("validation")])
    assert answer["alarm"].mean() == pytest.approx(0.05, abs=0.01)


def test_held_out_rows_are_not_judged_by_themselves(table):
    """They are among the references of the finished model, but not of its calibration."""
    model = table_detector(table, ("neighbors",), rate=0.05)
    test = table.rows("test")[table.labels("test") == 0]
    assert ask(model, table.table.values[test])["alarm"].mean() == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("value", [1e6, -1e20, 3e38])
def test_a_cell_out_of_all_proportion_alarms(table, value):
    row = table.table.values[table.rows("validation")[:1]].copy()
    row[0, 2] = value
    answer = ask(table_detector(table), row)
    assert answer["alarm"].all() and np.isfinite(answer["attribution"]).all()


def test_a_row_without_a_value():
    data = TableData(machine_table(missing=True))
    answer = ask(table_detector(data), np.full((1, 4), np.nan))
    assert np.isfinite(answer["score"]).all()
    assert (answer["attribution"] == 0.0).all()


def test_raw_scores_rank_where_scores_are_all_but_one(data, model):
    assert model.get_layer(RAW).dtype == "float32"
    values = data.values(range(2_000, 2_000 + WINDOW)).copy()
    raw = []
    for step in (1e3, 1e4, 1e5):
        values[-1, 1] = step
        raw.append(raw_scores(model, values)[-1])
    assert raw[0] < raw[1] < raw[2]


def test_another_model_is_no_detector():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ExportError, match="no finished anomaly detector"):
        sensor_names(model)
