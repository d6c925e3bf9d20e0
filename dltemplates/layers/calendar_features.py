"""Hour, weekday and season of a time, inside the graph."""

import math
from collections.abc import Sequence

import keras
from keras import ops

_DAY = 86_400
CYCLES = ("minute", "hour", "weekday", "monthday", "month", "yearday")
KINDS = (*CYCLES, "weekend")


@keras.saving.register_keras_serializable(package="dltemplates")
class CalendarFeatures(keras.layers.Layer):
    """Features of times: a sine and a cosine a cycle, so that its end lies beside its beginning.

    Args:
        kinds: Of `minute` (in the hour), `hour` (in the day), `weekday`, `monthday`, `month`,
            `yearday`, `weekend`; the last is 0 or 1.

    Input shape:
        Any; int64, seconds since 1970-01-01 00:00.

    Output shape:
        `(*input_shape, features)`, float32, from -1 to 1.

    Raises:
        ValueError: On an unknown kind.

    Reference:
        Days to dates as in Hinnant, 2013, "chrono-Compatible Low-Level Date Algorithms".
    """

    def __init__(self, kinds: Sequence[str], **kwargs) -> None:
        super().__init__(autocast=False, **kwargs)
        self.kinds = list(kinds)
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown:
            raise ValueError(f"Expected `kinds` of {', '.join(KINDS)}, received {unknown[0]!r}.")

    def call(self, inputs):
        seconds = ops.cast(inputs, "int64")
        days = seconds // _DAY
        month, day, year_start, month_days, year_days = _date(days)
        within = {
            "minute": lambda: _float(seconds % 3600) / 3600,
            "hour": lambda: _float(seconds % _DAY // 60) / 1440,
            "weekday": lambda: _float((days + 3) % 7) / 7,  # 1970-01-01 was a Thursday
            "monthday": lambda: _float(day) / _float(month_days),
            "month": lambda: _float(month) / 12,
            "yearday": lambda: _float(days - year_start) / _float(year_days),
        }
        features = []
        for kind in self.kinds:
            if kind == "weekend":
                features.append(_float((days + 3) % 7 >= 5))
                continue
            angle = 2 * math.pi * within[kind]()
            features += [ops.sin(angle), ops.cos(angle)]
        return ops.stack(features, axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape, sum(1 if kind == "weekend" else 2 for kind in self.kinds))

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), "float32")

    def get_config(self) -> dict:
        return {**super().get_config(), "kinds": self.kinds}


def _float(values):
    return ops.cast(values, "float32")


def _date(days):
    """Month and day, both from 0, the year's first day, and the lengths of month and year."""
    shifted = days + 719_468  # since 0000-03-01, from where a leap day ends its year
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    march_month = (5 * of_year + 2) // 153
    day = of_year - (153 * march_month + 2) // 5
    month = (march_month + 2) % 12
    year = year + era * 400 + ops.cast(month < 2, "int64")
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    leap = ops.cast(leap, "int64")
    start = _first_day(year)
    lengths = ops.convert_to_tensor([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], "int64")
    month_days = ops.take(lengths, month) + leap * ops.cast(month == 1, "int64")
    return month, day, start, month_days, 365 + leap


def _first_day(year):
    """Days from 1970-01-01 to 1 January of `year`."""
    before = year - 1
    return 365 * before + before // 4 - before // 100 + before // 400 - 719_162
