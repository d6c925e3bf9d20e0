"""Who looks at whom, in a review: what examples/learn/attention.py --matrix wrote down."""

import json

import numpy as np
from drawing import BLUE, FOLDER, INK, plt, save

FOUND = json.loads((FOLDER / "attention.json").read_text("utf-8"))


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = plt.subplots(figsize=(6.2, 4.4))
    shares, names = np.array(FOUND["rows"]), FOUND["words"]
    for (row, column), share in np.ndenumerate(shares):
        axes.add_patch(plt.Rectangle((column, row), 1, 1, facecolor=BLUE, alpha=float(share)))
        axes.text(column + 0.5, row + 0.5, f"{share:.0%}", ha="center", va="center", fontsize=11)
    ends = np.arange(len(names)) + 0.5
    axes.set(xlim=(0, len(names)), ylim=(len(names), 0), aspect=0.7)
    axes.set_xticks(ends, names, color=INK)
    axes.set_yticks(ends, names, color=INK)
    axes.tick_params(length=0)
    axes.set(xlabel=words["to"], ylabel=words["from"])
    return figure


save(
    "attention",
    draw,
    {"to": "looked at (key) | 보이는 단어 (키)", "from": "looks (query) | 보는 단어 (쿼리)"},
)
