"""Which framework stands on which, and where a generated project is."""

from drawing import BLUE, GRAY, GREEN, ORANGE, VIOLET, arrow, box, canvas, plt, save


def draw(words: dict[str, str]) -> plt.Figure:
    figure, axes = canvas(9, 4)
    box(axes, 4.5, 3.6, words["project"], GREEN, fontsize=12)
    box(axes, 4.5, 2.2, words["keras"], BLUE, fontsize=12)
    for x, name, color in ((1.6, "tensorflow", ORANGE), (4.5, "jax", GRAY), (7.4, "torch", VIOLET)):
        box(axes, x, 0.5, words[name], color, fontsize=12)
        arrow(axes, (4.5 + (x - 4.5) * 0.25, 1.85), (x, 0.95), color)
    arrow(axes, (4.5, 3.25), (4.5, 2.55))
    return figure


save(
    "frameworks",
    draw,
    {
        "project": "your project: model.py, train.py | 내 프로젝트: model.py, train.py",
        "keras": "Keras 3: layers, losses, fit | Keras 3: 층, 손실 함수, fit",
        "tensorflow": "TensorFlow\n(here) | TensorFlow\n(여기)",
        "jax": "JAX",
        "torch": "PyTorch",
    },
)
