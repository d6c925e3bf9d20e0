"""An epoch is all items, cut into batches; a batch is one step."""

from drawing import BLUE, COLORS, GRAY, arrow, canvas, plt, save


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = canvas(9, 2.9)
    for batch in range(4):
        left = 0.2 + batch * 2.2
        for item in range(8):
            place = left + 0.1 + item % 4 * 0.42, 1.5 + item // 4 * 0.42
            axes.add_patch(plt.Rectangle(place, 0.34, 0.34, color=COLORS[batch], alpha=0.75))
        axes.text(left + 0.9, 2.5, words["batch"].format(batch + 1), ha="center", fontsize=12)
        arrow(axes, (left + 0.9, 1.4), (left + 0.9, 0.95), GRAY)
        axes.text(left + 0.9, 0.6, words["step"].format(batch + 1), ha="center", fontsize=11)
    arrow(axes, (0.2, 0.3), (8.8, 0.3), BLUE)
    axes.text(4.5, -0.1, words["epoch"], ha="center", fontsize=12, color=BLUE)
    return figure


save(
    "batch_and_epoch",
    draw,
    {
        "batch": "batch {} | 배치 {}",
        "step": "weights change: step {} | 가중치 갱신: 스텝 {}",
        "epoch": "one epoch: every item once | 에포크 하나: 모든 데이터를 한 번씩",
    },
)
