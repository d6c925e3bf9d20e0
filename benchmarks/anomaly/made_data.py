"""Normal data of known law, as many rows as wanted: every alarm on them is a false one."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import norm, t

_SETTLING = 1_000  # rows until a process has forgotten where it began
_FEATURES = 10

Law = Callable[[np.random.Generator, int], np.ndarray]


def series_laws() -> dict[str, Law]:
    """Logs of sensors, `(rows, sensors)`, by what they are called."""
    return {
        "AR(1) .9, 1 sensor": lambda rng, rows: vector_process(rng, rows, 1, 0.9),
        "VAR(1) .9, 8 sensors": lambda rng, rows: vector_process(rng, rows, 8, 0.9),
        "VAR(1) .9, 8 sensors, t with 4 degrees of freedom": (
            lambda rng, rows: vector_process(rng, rows, 8, 0.9, freedom=4.0)
        ),
        "VAR(1) .99, 4 sensors": lambda rng, rows: vector_process(rng, rows, 4, 0.99),
        "cycle of 200 rows and VAR(1) .5, 4 sensors": cyclic_process,
    }


def table_laws() -> dict[str, Law]:
    """Tables, `(rows, features)`, by what they are called."""
    return {
        "Gaussian copula, normal margins": lambda rng, rows: copula(rng, rows),
        "Gaussian copula, log-normal margins": lambda rng, rows: np.exp(copula(rng, rows)),
        "Gaussian copula, mixed margins": mixed_margins,
    }


def as_frame(values: np.ndarray) -> pd.DataFrame:
    """With named columns, and a label that is 0 throughout."""
    names = [f"column{number}" for number in range(values.shape[1])]
    return pd.DataFrame(values, columns=names).assign(anomaly=0)


def vector_process(
    rng: np.random.Generator,
    rows: int,
    sensors: int,
    radius: float,
    freedom: float | None = None,
) -> np.ndarray:
    """A stationary vector autoregression of order 1 with correlated innovations.

    Args:
        rng: Draws the coefficients, too.
        rows: Length.
        sensors: Width.
        radius: Of the spectrum of the coefficients, below 1.
        freedom: Of the innovations' t distribution; None for normal ones.
    """
    coefficients = np.eye(sensors) + 0.3 * rng.normal(size=(sensors, sensors)) / sensors**0.5
    coefficients *= radius / np.abs(np.linalg.eigvals(coefficients)).max()
    mixing = rng.normal(size=(sensors, sensors)) / sensors**0.5 + np.eye(sensors)
    shape = (rows + _SETTLING, sensors)
    drawn = rng.normal(size=shape) if freedom is None else rng.standard_t(freedom, size=shape)
    innovations = drawn @ mixing.T
    values = np.zeros_like(innovations)
    for row in range(1, len(values)):
        values[row] = coefficients @ values[row - 1] + innovations[row]
    return values[_SETTLING:]


def cyclic_process(rng: np.random.Generator, rows: int) -> np.ndarray:
    """A cycle in every sensor, each with its own phase, and a process on top."""
    sensors, period = 4, 200
    angle = 2 * np.pi * np.arange(rows)[:, None] / period + rng.uniform(0, 2 * np.pi, sensors)
    noise = vector_process(rng, rows, sensors, 0.5)
    return 2.0 * np.sin(angle) + noise / noise.std(axis=0)


def copula(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Standard normal features, correlated through three factors."""
    loadings = rng.normal(size=(3, _FEATURES))
    values = rng.normal(size=(rows, 3)) @ loadings + 0.5 * rng.normal(size=(rows, _FEATURES))
    return values / np.sqrt((loadings**2).sum(axis=0) + 0.25)


def mixed_margins(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Margins that are uniform, exponential, and t with 3 degrees of freedom, in turns."""
    values = copula(rng, rows)
    uniform = norm.cdf(values)
    values[:, 0::3] = uniform[:, 0::3]
    values[:, 1::3] = -np.log1p(-uniform[:, 1::3])
    values[:, 2::3] = t.ppf(uniform[:, 2::3], 3.0)
    return values
