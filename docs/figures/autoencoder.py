"""Encoder, code, decoder; what does not get through is strange."""

from drawing import BLUE, GRAY, GREEN, ORANGE, RED, arrow, canvas, plt, save


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = canvas(9.5, 3.9)
    shapes = ((2, 4.1, 3.2, 1.3, "encoder"), (5.4, 7.5, 1.3, 3.2, "decoder"))
    for left, right, high, low, name in shapes:
        edges = (left, high), (left, -high), (right, -low), (right, low)
        corners = [(x, 2 + height / 2) for x, height in edges]
        axes.add_patch(plt.Polygon(corners, facecolor=BLUE, alpha=0.25))
        axes.add_patch(plt.Polygon(corners, fill=False, edgecolor=BLUE, linewidth=2))
        axes.text((left + right) / 2, 2, words[name], ha="center", va="center", fontsize=13)
    for x, count, color in ((1.2, 8, GRAY), (4.75, 3, ORANGE), (8.3, 8, GREEN)):
        for unit in range(count):
            axes.plot(x, 2 + (unit - (count - 1) / 2) * 0.38, "o", color=color, markersize=9)
    for start, end in ((1.4, 1.95), (4.15, 4.6), (4.95, 5.35), (7.55, 8.1)):
        arrow(axes, (start, 2), (end, 2))
    for x, name in ((1.2, "input"), (4.75, "code"), (8.3, "output")):
        axes.text(x, 0.15 if name != "code" else 0.95, words[name], ha="center", fontsize=12)
    axes.text(4.75, 3.65, words["error"], ha="center", fontsize=12, color=RED)
    return figure


save(
    "autoencoder",
    draw,
    {
        "encoder": "encoder | 인코더",
        "decoder": "decoder | 디코더",
        "input": "input x | 입력 x",
        "code": "code z | 코드 z",
        "output": "reconstruction x̂ | 복원 x̂",
        "error": "reconstruction error ‖x − x̂‖²: large where x is strange"
        " | 복원 오차 ‖x − x̂‖²: 낯선 입력일수록 크다",
    },
)
