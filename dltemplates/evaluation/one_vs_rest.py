"""Logistic regression on sparse features, a fit for each class."""

import warnings

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import expit, softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

_SMOOTHING = 1.0


def fit_one_vs_rest(
    features: csr_matrix,
    targets: np.ndarray,
    *,
    inverse_penalty: float,
    naive_bayes: bool = False,
    multi_label: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Fits one logistic regression for each class, or a single one where there are two.

    With `naive_bayes`, each feature is weighted for each class by how much likelier it is in that
    class than elsewhere, as a logarithm (Wang and Manning, 2012,
    https://aclanthology.org/P12-2018); the kernel holds the product of that and what was fitted.

    Args:
        features: `(items, features)`, 0 or above.
        targets: Of one class an item, `(items, classes)`: one-hot; else multi-hot.
        inverse_penalty: The C of scikit-learn: the larger, the freer the weights.
        naive_bayes: Weigh features by class first.
        multi_label: Whether an item can have several classes, or none.

    Returns:
        kernel, float32 `(features, classes)`, and bias, float32 `(classes,)`. Logits are
        `features @ kernel + bias`; of two classes they are half the log odds and its negative, so
        that softmax gives the regression's probabilities.
    """
    targets = np.asarray(targets) > 0
    classes = targets.shape[1]
    if classes == 2 and not multi_label:
        weights, bias = _fit(features, targets[:, 1], inverse_penalty, naive_bayes)
        return np.stack([-weights, weights], axis=1) / 2, np.array([-bias, bias], "f4") / 2
    kernel = np.zeros((features.shape[1], classes), "float32")
    biases = np.zeros(classes, "float32")
    for index in range(classes):
        kernel[:, index], biases[index] = _fit(
            features, targets[:, index], inverse_penalty, naive_bayes
        )
    return kernel, biases


def class_probabilities(logits: np.ndarray, *, multi_label: bool) -> np.ndarray:
    """Softmax over classes, or, where an item can have several, the sigmoid of each."""
    return expit(logits) if multi_label else softmax(logits, axis=1)


def multi_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Class indices `(items,)` as one-hot rows, uint8 `(items, classes)`; rows stay as they are."""
    labels = np.asarray(labels)
    return labels if labels.ndim == 2 else np.eye(classes, dtype="uint8")[labels]


def _fit(
    features: csr_matrix, positive: np.ndarray, inverse_penalty: float, naive_bayes: bool
) -> tuple[np.ndarray, float]:
    """Weights `(features,)` and bias of one class against the rest."""
    count = int(positive.sum())
    if count in (0, len(positive)):  # nothing to tell apart: as often as it was seen
        share = (count + 0.5) / (len(positive) + 1.0)
        return np.zeros(features.shape[1], "float32"), float(np.log(share / (1.0 - share)))
    ratio = _log_ratio(features, positive) if naive_bayes else np.ones(features.shape[1])
    weighted = csr_matrix(
        (features.data * ratio[features.indices], features.indices, features.indptr),
        shape=features.shape,
    )
    # The dual has a variable an item instead of one a feature, of which there are far more.
    model = LogisticRegression(
        solver="liblinear", dual=True, C=inverse_penalty, random_state=0, max_iter=200
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough, and never worse later
        model.fit(weighted, positive)
    return (model.coef_[0] * ratio).astype("float32"), float(model.intercept_[0])


def _log_ratio(features: csr_matrix, positive: np.ndarray) -> np.ndarray:
    """How much likelier an item of the class has each feature than one of the rest, as a log."""
    present = (features != 0).T.astype("float64")
    inside = present @ positive.astype("float64") + _SMOOTHING
    outside = present @ (~positive).astype("float64") + _SMOOTHING
    return np.log(inside / inside.sum()) - np.log(outside / outside.sum())
