"""Squared error and cross-entropy of one answer to a question whose answer is 1."""

import numpy as np
from drawing import BLUE, ORANGE, plt, save

P = np.linspace(0.005, 0.999, 300)
Z = np.linspace(-7, 7, 300)


def draw(words: dict[str, str]) -> plt.Figure:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    left.plot(P, (1 - P) ** 2, color=BLUE, label=words["mse"])
    left.plot(P, -np.log(P), color=ORANGE, label=words["ce"])
    left.set(title=words["loss"], xlabel=words["p"], ylim=(0, 4.5))
    left.legend(fontsize=11)
    p = 1 / (1 + np.exp(-Z))
    right.plot(Z, 2 * (1 - p) * p * (1 - p), color=BLUE)
    right.plot(Z, 1 - p, color=ORANGE)
    right.set(title=words["gradient"], xlabel=words["z"])
    return figure


save(
    "loss",
    draw,
    {
        "mse": "squared error | 제곱 오차",
        "ce": "cross-entropy | 교차 엔트로피",
        "loss": "loss where 1 is right | 정답이 1일 때의 손실",
        "p": "answer p | 출력 p",
        "gradient": "size of the gradient | 기울기의 크기",
        "z": "z, before the sigmoid | 시그모이드에 들어가는 z",
    },
)
