"""A perceptron: inputs, weights, a sum, an activation; and why one line cannot part XOR."""

import numpy as np
from drawing import BLUE, GRAY, GREEN, INK, ORANGE, RED, arrow, plt, save


def draw(words: dict[str, str]) -> plt.Figure:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), width_ratios=(1.5, 1))
    left.set(xlim=(0, 6), ylim=(0, 4), aspect="equal")
    left.axis("off")
    for y, name, weight in ((3.2, "x₁", "w₁"), (2, "x₂", "w₂"), (0.8, "1", "b")):
        left.text(0.4, y, name, ha="center", va="center", fontsize=15)
        arrow(left, (0.7, y), (2.15, 2 + (y - 2) * 0.25))
        left.text(1.4, y + (2 - y) * 0.3 + 0.28, weight, ha="center", color=ORANGE, fontsize=13)
    for x, sign, color in ((2.6, "Σ", BLUE), (4.1, "φ", GREEN)):
        left.add_patch(plt.Circle((x, 2), 0.45, fill=False, edgecolor=color, linewidth=2.2))
        left.text(x, 2, sign, ha="center", va="center", fontsize=17)
    arrow(left, (3.1, 2), (3.6, 2))
    arrow(left, (4.6, 2), (5.3, 2))
    left.text(5.55, 2, "ŷ", ha="center", va="center", fontsize=16)
    left.text(2.6, 1.25, words["sum"], ha="center", fontsize=11)
    left.text(4.1, 1.25, words["bend"], ha="center", fontsize=11)

    for x in (0, 1):
        for y in (0, 1):
            color, mark = (RED, "s") if x ^ y else (BLUE, "o")
            right.plot(x, y, mark, color=color, markersize=13)
            right.text(x, y + 0.13, f"({x}, {y}) → {x ^ y}", ha="center", fontsize=10.5)
    line = np.array([-0.3, 1.3])
    right.plot(line, 0.5 + 0.4 * (0.5 - line), "--", color=GRAY, linewidth=1.6)
    right.plot(line, 1.25 - line * 0.9, "--", color=GRAY, linewidth=1.6)
    right.set(xlim=(-0.4, 1.4), ylim=(-0.25, 1.4), title="XOR")
    right.set_xlabel(words["line"], color=INK)
    right.set(xticks=[], yticks=[])
    return figure


save(
    "perceptron",
    draw,
    {
        "sum": "sum | 가중합",
        "bend": "activation | 활성화",
        "line": "no single line parts red from blue | 직선 하나로는 빨강과 파랑을 가를 수 없다",
    },
)
