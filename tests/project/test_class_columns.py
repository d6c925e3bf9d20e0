"""The columns in which classifiers answer."""

import numpy as np

from dltemplates.project.class_columns import ClassColumns

SHARES = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]], "float32")
READ = np.array([True, False, True])


def table(columns):
    fields, cells = columns.fields(), columns.columns(SHARES, READ)
    assert [field.type for field in fields] == [cell.type for cell in cells]
    return {field.name: cell.to_pylist() for field, cell in zip(fields, cells, strict=True)}


def test_the_likeliest_class():
    found = table(ClassColumns(["a", "나", "c"]))
    half, most = float(np.float32(0.5)), float(np.float32(0.6))
    assert found == {"label": ["나", None, "a"], "probability": [half, None, most]}


def test_several_and_all_classes():
    found = table(ClassColumns(["a", "b", "c"], top_k=2, all_classes=True))
    assert found["label_2"] == ["c", None, "c"]
    assert found["probability of a"] == [float(SHARES[0, 0]), None, float(SHARES[1, 0])]
    assert len(found) == 7
    assert len(table(ClassColumns(["a", "b", "c"], top_k=9))) == 6


def test_several_labels():
    found = table(ClassColumns(["a", "b", "c"], threshold=0.3))
    assert found["labels"] == ["b;c", None, "a;c"]
    assert list(found) == ["labels", *(f"probability of {name}" for name in "abc")]


def test_nothing_was_read():
    columns = ClassColumns(["a", "b", "c"]).columns(np.zeros((0, 3), "float32"), np.zeros(2, bool))
    assert [column.to_pylist() for column in columns] == [[None, None], [None, None]]
