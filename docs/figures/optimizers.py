"""The losses of six optimizers, as examples/learn/optimizers.py --curves wrote them down."""

import json

from drawing import COLORS, FOLDER, plt, save

CURVES = json.loads((FOLDER / "optimizers.json").read_text("utf-8"))


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = plt.subplots(figsize=(8, 3.8))
    for color, (name, losses) in zip(COLORS, CURVES.items(), strict=True):
        axes.plot(range(1, len(losses) + 1), losses, "o-", color=color, label=name, markersize=4)
    axes.set(xlabel=words["epoch"], ylabel=words["loss"], yscale="log")
    axes.set_yticks((0.1, 0.3, 1.0, 2.0), ("0.1", "0.3", "1", "2"))
    axes.minorticks_off()
    axes.legend(fontsize=11, ncols=2)
    return figure


save("optimizers", draw, {"epoch": "epoch | 에포크", "loss": "training loss | 훈련 손실"})
