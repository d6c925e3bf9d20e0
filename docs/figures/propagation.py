"""Forward: values; backward: gradients, the same way back."""

from drawing import BLUE, GRAY, ORANGE, arrow, box, canvas, plt, save


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = canvas(9, 3)
    places = {"x": 0.7, "h": 3.0, "y": 5.4, "loss": 8.0}
    for name, x in places.items():
        box(axes, x, 1.5, words[name], GRAY, fontsize=12)
    spans = ((1.35, 2.25), (3.8, 4.7), (6.15, 7.2))
    for (start, end), back in zip(spans, ("∂L/∂W₁", "∂L/∂W₂", "∂L/∂y"), strict=True):
        arrow(axes, (start, 1.65), (end, 1.65), BLUE)
        arrow(axes, (end, 1.35), (start, 1.35), ORANGE)
        axes.text((start + end) / 2, 0.85, back, ha="center", color=ORANGE, fontsize=12)
    for (start, end), name in zip(spans, ("W₁", "W₂", ""), strict=True):
        axes.text((start + end) / 2, 1.9, name, ha="center", color=BLUE, fontsize=12)
    axes.text(4.5, 2.55, words["forward"], ha="center", color=BLUE, fontsize=13)
    axes.text(4.5, 0.25, words["backward"], ha="center", color=ORANGE, fontsize=13)
    return figure


save(
    "propagation",
    draw,
    {
        "x": "input x | 입력 x",
        "h": "hidden h | 은닉층 h",
        "y": "answer y | 출력 y",
        "loss": "loss L | 손실 L",
        "forward": "forward propagation: values → | 순전파: 값 →",
        "backward": "← backward propagation: gradients | ← 역전파: 기울기",
    },
)
