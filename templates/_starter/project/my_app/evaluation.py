"""What a trained classifier answers, and how good that is."""

from pathlib import Path

import keras
import numpy as np
import pandas as pd
from dltemplates.data.feature_table_source import assemble_table
from dltemplates.data.series_table_file import read_table
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .data import Table

BATCH = 1_024


def accuracies(model: keras.Model, table: Table) -> dict[str, float]:
    """Accuracy on the test rows: of the network, and of what costs nothing."""
    values, labels = table.split("test")
    regression = LogisticRegression(max_iter=1_000)
    filled = SimpleImputer(keep_empty_features=True)
    baselines = {
        "logistic_regression": make_pipeline(filled, StandardScaler(), regression),
        "commonest_class": DummyClassifier(),
    }
    found = {"network": float(np.mean(answers(model, values).argmax(axis=1) == labels))}
    for name, baseline in baselines.items():
        baseline.fit(*table.split("train"))
        found[name] = float(baseline.score(values, labels))
    return found


def predictions(model: keras.Model, file: Path) -> pd.DataFrame:
    """The class of every row of a file, and its probability."""
    names = model.get_layer("features").names
    rows = assemble_table(read_table(file), features=names, missing_limit=1.0)
    probabilities = answers(model, rows.values)
    classes = np.array(model.layers[-1].names)
    return pd.DataFrame(
        {
            "row": rows.numbers,
            "label": classes[probabilities.argmax(axis=1)],
            "probability": probabilities.max(axis=1).round(4),
        }
    )


def answers(model: keras.Model, values: np.ndarray) -> np.ndarray:
    """Probabilities, `(rows, classes)`."""
    parts = range(0, len(values), BATCH)
    return np.concatenate([model(values[part : part + BATCH], training=False) for part in parts])
