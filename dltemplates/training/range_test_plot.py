"""The plot of a learning-rate range test."""

from pathlib import Path

import numpy as np

from dltemplates.training.range_test import smooth_curve


def plot_range_test(
    rates: np.ndarray, losses: np.ndarray, suggestion: float | None, usual: float, path: Path
) -> None:
    """Draws loss against learning rate.

    Args:
        rates: Rising learning rates.
        losses: Loss of the step at each.
        suggestion: A rate to mark.
        usual: The rate that is set, to mark too.
        path: The file; its suffix decides the format.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    values = smooth_curve(losses)
    axes.plot(rates, losses, ".", color="0.7", markersize=3, label="each step")
    axes.plot(rates, values, color="#1f5fa8", label="smoothed")
    if suggestion is not None:
        axes.axvline(suggestion, color="#c0392b", label=f"suggested: {suggestion:.2g}")
    axes.axvline(usual, color="0.4", linestyle=":", label=f"set: {usual:.2g}")
    finite = values[np.isfinite(values)]
    low, start = float(finite.min()), float(finite[0])
    margin = 0.1 * max(start - low, 1e-9)
    axes.set_ylim(low - margin, max(start, low + 1e-9) + 5 * margin)  # not the explosion
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("training loss")
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=150)
