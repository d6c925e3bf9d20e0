"""Activation functions, and their slopes, which are what goes back."""

import numpy as np
from drawing import COLORS, GRAY, plt, save

Z = np.linspace(-5, 5, 201)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


CURVES = {
    "sigmoid": (sigmoid(Z), sigmoid(Z) * (1 - sigmoid(Z))),
    "tanh": (np.tanh(Z), 1 - np.tanh(Z) ** 2),
    "relu": (np.maximum(Z, 0), (Z > 0).astype(float)),
    "gelu": (
        0.5 * Z * (1 + np.tanh(np.sqrt(2 / np.pi) * (Z + 0.044715 * Z**3))),
        np.gradient(0.5 * Z * (1 + np.tanh(np.sqrt(2 / np.pi) * (Z + 0.044715 * Z**3))), Z),
    ),
}


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
    for color, (name, curves) in zip(COLORS, CURVES.items(), strict=False):
        for each, curve in zip(axes, curves, strict=True):
            each.plot(Z, curve, color=color, label=name)
    for each, title, limits in zip(
        axes, (words["value"], words["slope"]), ((-1.2, 3), (-0.2, 1.2)), strict=True
    ):
        each.axhline(0, color=GRAY, linewidth=0.8)
        each.set(title=title, ylim=limits, xlabel="z")
    axes[0].legend(loc="upper left", fontsize=11)
    return figure


save("activation", draw, {"value": "φ(z)", "slope": "slope φ′(z) | 기울기 φ′(z)"})
