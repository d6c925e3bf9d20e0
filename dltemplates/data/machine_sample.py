"""The bundled sample of a feature table: operating points of a generated machine."""

import numpy as np

from dltemplates.data.feature_table import FeatureTable

_ROWS = 6_000
_KINDS = 5
_EACH = 36  # anomalies a kind: 3 % of all rows


def machine_sample() -> FeatureTable:
    """Operating points of a compressor, made by the code below; nobody ever measured them.

    Speed, valve and ambient temperature are free; seven more features follow from them, none of
    them in proportion. Three in a hundred rows are labelled anomalies: a leak, a worn bearing, poor
    cooling, a sensor that reads too much, and features of two rows mixed up, each usual by itself.
    It is the same at every call.
    """
    rng = np.random.Generator(np.random.PCG64(2026))
    columns = _operating_points(rng)
    labels = np.zeros(_ROWS, "int8")
    chosen = rng.permutation(_ROWS)[: _KINDS * _EACH].reshape(_KINDS, _EACH)
    labels[chosen] = 1
    leaking, worn, hot, wrong, mixed = chosen
    strength = rng.uniform(0.5, 1.0, (_KINDS, _EACH))
    columns["outlet_pressure"][leaking] *= 1 - 0.25 * strength[0]
    columns["flow"][leaking] *= 1 + 0.2 * strength[0]
    columns["vibration"][worn] += 1.5 * strength[1]
    columns["bearing_temperature"][worn] += 12 * strength[1]
    columns["outlet_temperature"][hot] += 22 * strength[2]
    columns["power"][wrong] *= 1 + 0.35 * strength[3]
    for name in ("flow", "power", "vibration"):
        columns[name][mixed] = np.roll(columns[name][mixed], 1)
    values = np.round(np.stack(list(columns.values()), axis=1), 3).astype("float32")
    return FeatureTable(list(columns), values, labels, where="generated compressor")


def _operating_points(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The features of a machine that works as it should."""
    speed = 900 + 2_100 * rng.beta(1.5, 1.5, _ROWS)
    valve = 10 + 90 * rng.beta(1.5, 1.5, _ROWS)
    ambient = rng.normal(20, 6, _ROWS)
    part = speed / 3_000
    flow = 60 * part * np.sqrt(valve / 100)
    pressure = 1 + 7.5 * part**2 * (1.25 - valve / 200)
    power = 6 + 0.16 * flow * pressure ** (2 / 3) / (0.6 + 0.25 * np.sin(np.pi * part))
    exact = {
        "speed": (speed, 3.0),
        "valve": (valve, 0.3),
        "ambient_temperature": (ambient, 0.2),
        "flow": (flow, 0.4),
        "outlet_pressure": (pressure, 0.06),
        "power": (power, 0.4),
        "outlet_temperature": (ambient + 18 * pressure**0.6, 0.8),
        "bearing_temperature": (ambient + 15 + 20 * part**2, 0.6),
        "vibration": (0.5 + part**3 + 0.9 * np.exp(-(((speed - 2_100) / 250) ** 2)), 0.06),
        "oil_pressure": (4.5 - 0.02 * (ambient - 20) + 0.8 * np.log(part), 0.04),
    }
    return {
        name: line + noise * rng.standard_normal(_ROWS) for name, (line, noise) in exact.items()
    }
