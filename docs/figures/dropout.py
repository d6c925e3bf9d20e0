"""Two trainings of docs/learn/dropout.md, as their history.csv had them, and what dropout does."""

import json

import numpy as np
from drawing import BLUE, FOLDER, GRAY, ORANGE, plt, save

RUNS = json.loads((FOLDER / "dropout.json").read_text("utf-8"))
LAYERS = (3, 5, 5, 1)
DROPPED = {(1, 1), (1, 4), (2, 0), (2, 2)}


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.5), width_ratios=(1, 1.4))
    _network(axes[0], words["network"])
    for name, color in (("without", ORANGE), ("with", BLUE)):
        epochs = np.arange(1, len(RUNS[name]["loss"]) + 1)
        axes[1].plot(epochs, RUNS[name]["val_loss"], color=color, label=words[f"val_{name}"])
        axes[1].plot(epochs, RUNS[name]["loss"], ":", color=color, label=words[name])
    axes[1].set(xlabel=words["epoch"], ylabel=words["loss"], ylim=(0, 0.9))
    axes[1].legend(fontsize=10, ncols=2, loc="upper right", columnspacing=1)
    return figure


def _network(axes: plt.Axes, title: str) -> None:
    axes.axis("off")
    axes.set_title(title)
    places = {
        (layer, unit): (layer, unit - (count - 1) / 2)
        for layer, count in enumerate(LAYERS)
        for unit in range(count)
    }
    for (layer, unit), start in places.items():
        for (next_layer, other), end in places.items():
            if next_layer == layer + 1 and not {(layer, unit), (next_layer, other)} & DROPPED:
                axes.plot(*zip(start, end, strict=True), color=GRAY, linewidth=0.7, zorder=1)
    for key, place in places.items():
        if key in DROPPED:
            axes.plot(*place, "x", color=ORANGE, markersize=12, markeredgewidth=2.5)
        else:
            axes.plot(*place, "o", color=BLUE, markersize=13)


save(
    "dropout",
    draw,
    {
        "network": "one step: some units are silent | 한 스텝: 일부 유닛은 쉰다",
        "without": "training, dropout 0 | 훈련, 드롭아웃 0",
        "val_without": "validation, dropout 0 | 검증, 드롭아웃 0",
        "with": "training, dropout 0.5 | 훈련, 드롭아웃 0.5",
        "val_with": "validation, dropout 0.5 | 검증, 드롭아웃 0.5",
        "epoch": "epoch | 에포크",
        "loss": "loss | 손실",
    },
)
