"""A text classifier beside what it has to beat."""

from dataclasses import asdict, dataclass

import numpy as np

from dltemplates.evaluation.classification import classification_report
from dltemplates.evaluation.multilabel import THRESHOLD, multilabel_report
from dltemplates.evaluation.one_vs_rest import multi_hot

_STANDARD_ERRORS = 2.0


@dataclass(frozen=True)
class Contender:
    """What one way of answering reaches.

    Attributes:
        name: What the table calls it.
        accuracy: Fraction of texts all of whose classes are right.
        f1: Macro F1; where a text can have several classes, micro F1.
        log_loss: In nats; see the reports.
    """

    name: str
    accuracy: float
    f1: float
    log_loss: float


@dataclass(frozen=True)
class TextComparison:
    """Contenders on one split, and what may be concluded.

    Attributes:
        contenders: The model last.
        multi_label: Whether a text can have several classes.
        verdict: In words, how the model compares with the linear baseline; empty without one.
    """

    contenders: list[Contender]
    multi_label: bool
    verdict: str

    def as_dict(self) -> dict:
        return asdict(self)

    def __str__(self) -> str:
        accuracy, f1 = ("all right", "micro F1") if self.multi_label else ("accuracy", "macro F1")
        lines = [f"  {'':36} {accuracy:>9} {f1:>9} {'log loss':>9}"]
        lines += [
            f"  {each.name:36} {each.accuracy:9.2%} {each.f1:9.4f} {each.log_loss:9.4f}"
            for each in self.contenders
        ]
        return "\n".join([*lines, *(["", f"  {self.verdict}"] if self.verdict else [])])


def compare_texts(
    labels: np.ndarray,
    answers: dict[str, np.ndarray],
    class_names: list[str],
    *,
    model: str,
    baseline: str = "",
) -> TextComparison:
    """Measures several ways of answering on the same texts.

    Args:
        labels: Class indices `(texts,)`, or multi-hot rows `(texts, classes)`.
        answers: By name, probabilities `(texts, classes)`.
        class_names: In the order of the last axis.
        model: Which of the answers is the model's.
        baseline: Which it should beat; empty for none.
    """
    multi_label = np.ndim(labels) == 2
    contenders = [_contender(name, labels, each, class_names) for name, each in answers.items()]
    verdict = ""
    if baseline:
        verdict = _verdict(labels, answers[model], answers[baseline], len(class_names))
    return TextComparison(contenders, multi_label, verdict)


def constant_answers(train_labels: np.ndarray, classes: int, texts: int) -> np.ndarray:
    """The share of each class in training as the answer for every text, `(texts, classes)`.

    As an answer of one class that is the commonest; of several, all that most texts have.
    """
    shares = multi_hot(train_labels, classes).mean(axis=0)
    return np.tile(shares, (texts, 1))


def _contender(
    name: str, labels: np.ndarray, probabilities: np.ndarray, class_names: list[str]
) -> Contender:
    if np.ndim(labels) == 2:
        several = multilabel_report(labels, probabilities, class_names)
        return Contender(name, several.subset_accuracy, several.micro_f1, several.log_loss)
    one = classification_report(labels, probabilities, class_names, "texts")
    return Contender(name, one.accuracy, one.macro_f1, one.log_loss)


def _verdict(labels: np.ndarray, model: np.ndarray, baseline: np.ndarray, classes: int) -> str:
    """Which is better by accuracy, or micro F1, beyond two standard errors of the difference."""
    truth = multi_hot(labels, classes) > 0
    multi_label = np.ndim(labels) == 2
    (ours, our_share), (theirs, their_share) = (
        _shares(truth, answers, multi_label) for answers in (model, baseline)
    )
    gain = our_share - their_share
    error = float((ours - theirs).std() / np.sqrt(len(truth)))
    figure = "micro F1" if multi_label else "accuracy"
    size = f"{abs(gain) * 100:.2f} points of {figure} (standard error {error * 100:.2f})"
    if abs(gain) <= _STANDARD_ERRORS * error or gain == 0.0:
        return f"No clear difference from the linear baseline: {gain * 100:+.2f} points of " + (
            f"{figure} (standard error {error * 100:.2f})."
        )
    if gain > 0.0:
        return f"The model beats the linear baseline by {size}."
    return (
        f"THE MODEL LOSES to the linear baseline by {size}. Train longer or on more texts, or use "
        "the linear baseline."
    )


def _shares(
    truth: np.ndarray, probabilities: np.ndarray, multi_label: bool
) -> tuple[np.ndarray, float]:
    """What each text adds to a share, less the share, and the share: accuracy or micro F1."""
    if multi_label:
        predicted = probabilities >= THRESHOLD
        part = 2.0 * (predicted & truth).sum(axis=1)
        whole = (predicted.sum(axis=1) + truth.sum(axis=1)).astype("float64")
    else:
        part = (probabilities.argmax(axis=1) == truth.argmax(axis=1)).astype("float64")
        whole = np.ones(len(truth))
    share = float(part.sum() / max(whole.sum(), 1.0))
    return (part - share * whole) / max(whole.mean(), 1e-12), share
