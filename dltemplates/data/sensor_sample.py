"""The bundled sample of a sensor log: a generated pump."""

import numpy as np
import pandas as pd

from dltemplates.data.lasting_noise import lasting_noise
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.time_series import TimeSeries

_DAY = 1440  # rows, a minute each
_ROWS = 14 * _DAY
# What goes wrong: the sensor, the first row, how many rows, and how.
_FAULTS = (
    ("pressure", 9 * _DAY + 600, 3, "spike"),  # in validation, if fractions are not changed
    ("vibration", 10 * _DAY + 300, 4, "spike"),
    ("bearing_temperature", 10 * _DAY + 840, 240, "drift"),
    ("current", 11 * _DAY + 200, 90, "shift"),
    ("flow", 11 * _DAY + 1080, 120, "stuck"),
    ("flow", 12 * _DAY + 540, 90, "swapped"),
    ("vibration", 13 * _DAY + 60, 180, "drift"),
    ("pressure", 13 * _DAY + 500, 60, "shift"),
    ("motor_temperature", 13 * _DAY + 1100, 3, "spike"),
)
_SIZES = {  # of spikes; shifts have a half, drifts end at two thirds
    "pressure": -2.4,
    "vibration": 2.7,
    "current": 14.0,
    "motor_temperature": 24.0,
    "bearing_temperature": 18.0,
}


def sensor_sample() -> SensorLog:
    """Two weeks of a pump's eight sensors by the minute, made by the code below; never measured.

    Load follows the hours of the day and wanders; load and ambient temperature decide all other
    sensors, temperatures with a delay. The first nine days are clean. Later there are, labelled,
    spikes, drifts, shifts, a sensor that is stuck, and 90 minutes in which `flow` has the values of
    a quieter time: each is usual by itself, but not together with the other sensors. It is the same
    at every call.
    """
    rng = np.random.Generator(np.random.PCG64(2025))
    times = pd.date_range("2024-03-04", periods=_ROWS, freq="min", unit="us")
    sensors = _sensors(rng)
    labels = np.zeros(_ROWS, "int8")
    for name, first, rows, kind in _FAULTS:
        sensors[name][first : first + rows] = _faulty(sensors[name], name, first, rows, kind)
        labels[first : first + rows] = 1
    values = np.round(np.stack(list(sensors.values())), 3).astype("float32")
    series = TimeSeries(times, list(sensors), values, where="generated pump log")
    return SensorLog(series, labels)


def _sensors(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The sensors of a pump that works as it should."""
    hour = np.arange(_ROWS) / 60 % 24
    working = 1 / (1 + np.exp(-1.5 * (hour - 6))) - 1 / (1 + np.exp(-1.5 * (hour - 20)))
    load = 0.45 + 0.4 * working + 0.05 * lasting_noise(rng, _ROWS, steps=90)
    ambient = (
        14 - 6 * np.cos(2 * np.pi * (hour - 3) / 24) + 2 * lasting_noise(rng, _ROWS, steps=2 * _DAY)
    )
    speed = 1450 * load**0.6
    flow = 42 * (speed / 1450)
    pressure = 5.2 * (speed / 1450) ** 2 + 0.6
    current = 8 + 46 * load**1.3
    warmth = _delayed(current**2 / 60, steps=45)
    exact = {
        "speed": (speed, 4.0),
        "flow": (flow, 0.25),
        "pressure": (pressure, 0.04),
        "current": (current, 0.4),
        "vibration": (0.8 + 1.1 * (speed / 1450) ** 3, 0.05),
        "motor_temperature": (ambient + 18 + 0.9 * warmth, 0.3),
        "bearing_temperature": (ambient + 12 + 14 * _delayed(speed / 1450, steps=30), 0.2),
        "ambient_temperature": (ambient, 0.1),
    }
    return {
        name: line + noise * rng.standard_normal(_ROWS) for name, (line, noise) in exact.items()
    }


def _delayed(values: np.ndarray, *, steps: float) -> np.ndarray:
    """What follows `values` as something heavy follows its heating."""
    return pd.Series(values).ewm(com=steps, adjust=False).mean().to_numpy()


def _faulty(line: np.ndarray, name: str, first: int, rows: int, kind: str) -> np.ndarray:
    """The values of a sensor while it, or what it measures, is at fault."""
    good = line[first : first + rows]
    if kind == "stuck":
        return np.full(rows, good[0])
    if kind == "swapped":
        night = first - 8 * 60
        return line[night : night + rows]
    size = _SIZES[name]
    if kind == "spike":
        return good + size
    return good + (size / 2 if kind == "shift" else np.linspace(0, size * 2 / 3, rows))
