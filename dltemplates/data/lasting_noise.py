"""Noise with a memory, of which samples are made."""

import numpy as np


def lasting_noise(rng: np.random.Generator, count: int, *, steps: float) -> np.ndarray:
    """`count` values of noise of variance 1 whose memory fades to 1/e in so many steps."""
    keep = np.exp(-1 / steps)
    fresh = rng.standard_normal(count) * np.sqrt(1 - keep**2)
    noise = np.empty(count)
    level = rng.standard_normal()
    for index in range(count):
        level = keep * level + fresh[index]
        noise[index] = level
    return noise
