"""A kernel moves over an image; pooling keeps the strongest answer of each square."""

import numpy as np
from drawing import BLUE, GRAY, GREEN, INK, ORANGE, arrow, canvas, plt, save

IMAGE = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
)
KERNEL = np.array([[-1, -1, -1], [1, 1, 1], [0, 0, 0]])


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = canvas(10, 3.7)
    found = np.array(
        [[np.sum(IMAGE[r : r + 3, c : c + 3] * KERNEL) for c in range(4)] for r in range(4)]
    )
    bent = np.maximum(found, 0)
    pooled = bent.reshape(2, 2, 2, 2).max(axis=(1, 3))
    parts = (
        (IMAGE, 0.2, 0.45, "image", GRAY),
        (KERNEL, 3.35, 0.45, "kernel", ORANGE),
        (bent, 5.25, 0.45, "map", BLUE),
        (pooled, 8.3, 0.6, "pooled", GREEN),
    )
    for values, left, size, name, color in parts:
        _grid(axes, values, left, size, color)
        width = size * values.shape[1]
        axes.text(left + width / 2, 0.1, words[name], ha="center", fontsize=11)
    axes.add_patch(plt.Rectangle((0.2, 1.95), 1.35, 1.35, fill=False, edgecolor=ORANGE, lw=3))
    axes.add_patch(plt.Rectangle((5.25, 2.4), 0.45, 0.45, fill=False, edgecolor=ORANGE, lw=3))
    axes.text(3.12, 1.95, "∗", ha="center", va="center", fontsize=18)
    arrow(axes, (4.78, 1.95), (5.15, 1.95))
    arrow(axes, (7.25, 1.95), (8.1, 1.95))
    return figure


def _grid(axes: plt.Axes, values: np.ndarray, left: float, size: float, color: str) -> None:
    top = 1.95 + size * len(values) / 2
    for (row, column), value in np.ndenumerate(values):
        place = left + column * size, top - (row + 1) * size
        share = max(float(value), 0) / max(values.max(), 1)
        axes.add_patch(plt.Rectangle(place, size, size, facecolor=color, alpha=0.6 * share))
        axes.add_patch(plt.Rectangle(place, size, size, fill=False, edgecolor=GRAY, lw=0.8))
        middle = place[0] + size / 2, place[1] + size / 2
        axes.text(*middle, f"{value}", ha="center", va="center", fontsize=10.5, color=INK)


save(
    "convolution",
    draw,
    {
        "image": "image | 이미지",
        "kernel": "kernel | 커널",
        "map": "feature map, ReLU | 특성 맵, ReLU",
        "pooled": "max pooling | 최대 풀링",
    },
)
