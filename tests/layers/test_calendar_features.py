import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from dltemplates.data.calendar_features import KINDS, Calendar
from dltemplates.export.forecaster import unix_seconds
from dltemplates.layers import CalendarFeatures


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("1899-12-25", "1901-03-10", freq="7h13min"),
        pd.date_range("1969-12-25", periods=500, freq="h"),
        pd.date_range("1999-12-01", "2000-03-10", freq="h"),
        pd.date_range("2023-11-01", "2025-03-10", freq="3h7min"),
        pd.date_range("2099-12-01", "2100-03-10", freq="h"),
    ],
)
def test_the_graph_knows_the_calendar_that_pandas_knows(times):
    layer = CalendarFeatures(KINDS)
    found = tf.function(layer)(tf.constant(unix_seconds(times)))
    np.testing.assert_allclose(found, Calendar(KINDS).features(times), atol=2e-6)


def test_it_knows_its_shape_and_itself():
    layer = CalendarFeatures(["hour", "weekend"])
    assert layer.compute_output_shape((None, 7)) == (None, 7, 3)
    again = CalendarFeatures.from_config(layer.get_config())
    assert again.kinds == ["hour", "weekend"]
    assert again(np.zeros((2, 7), "int64")).shape == (2, 7, 3)


def test_an_unknown_kind():
    with pytest.raises(ValueError, match="received 'week'"):
        CalendarFeatures(["week"])
