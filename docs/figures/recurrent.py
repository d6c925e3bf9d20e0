"""A recurrent network unrolled in time, and the gates of an LSTM."""

from drawing import BLUE, GRAY, GREEN, ORANGE, RED, VIOLET, arrow, box, canvas, plt, save


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = canvas(10, 5.2)
    for step in range(4):
        x = 1.2 + step * 2.5
        box(axes, x, 4.3, f"h{'₁₂₃₄'[step]}", BLUE, fontsize=13)
        axes.text(x, 3.35, f"x{'₁₂₃₄'[step]}", ha="center", va="center", fontsize=13)
        arrow(axes, (x, 3.55), (x, 3.95))
        if step < 3:
            arrow(axes, (x + 0.45, 4.4), (x + 2.05, 4.4), BLUE)
            arrow(axes, (x + 2.05, 4.2), (x + 0.45, 4.2), RED, linewidth=2.4 - 0.7 * (2 - step))
    axes.text(5, 4.95, words["unrolled"], ha="center", fontsize=12)

    axes.plot((0.5, 9.5), (2.3, 2.3), color=GREEN, linewidth=3)
    axes.text(0.35, 2.3, "cₜ₋₁", ha="right", va="center", fontsize=13)
    axes.text(9.65, 2.3, "cₜ", ha="left", va="center", fontsize=13)
    for x, gate, sign, color in (
        (2.2, "forget", "×", ORANGE),
        (4.9, "input", "+", VIOLET),
        (7.6, "output", "×", BLUE),
    ):
        y = 2.3 if gate != "output" else 1.55
        axes.plot(x, y, "o", color=color, markersize=19)
        axes.text(x, y, sign, ha="center", va="center", color="white", fontsize=14)
        box(axes, x, 0.6, words[gate], color, fontsize=11)
        arrow(axes, (x, 0.95), (x, y - 0.25), color)
    arrow(axes, (7.6, 2.3), (7.6, 1.8), GREEN)
    arrow(axes, (7.85, 1.55), (9.4, 1.55), BLUE)
    axes.text(9.65, 1.55, "hₜ", ha="left", va="center", fontsize=13)
    axes.text(0.5, 2.55, words["cell"], fontsize=11, color=GREEN)
    axes.text(5, -0.05, words["from"], ha="center", fontsize=11, color=GRAY)
    return figure


save(
    "recurrent",
    draw,
    {
        "unrolled": "hidden state goes on, the gradient comes back ever weaker"
        " | 은닉 상태는 앞으로, 기울기는 뒤로 갈수록 약해진다",
        "forget": "forget gate f | 망각 게이트 f",
        "input": "input gate i | 입력 게이트 i",
        "output": "output gate o | 출력 게이트 o",
        "cell": "cell state | 셀 상태",
        "from": "each gate reads xₜ and hₜ₋₁ | 게이트는 모두 xₜ와 hₜ₋₁을 읽는다",
    },
)
