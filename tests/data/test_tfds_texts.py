"""Against data sets that the test writes in TensorFlow Datasets' own format."""

import numpy as np
import pytest

from dltemplates.data.text_data import load_texts
from dltemplates.data.tfds_texts import read_tfds_texts
from dltemplates.errors import DataError
from tests.data.test_tfds_series import TEXT, store, tfds

MOOD = tfds.features.ClassLabel(names=["sad", "glad"])


def example(number, **others):
    return {"text": f"글 {number}", "label": number % 2, **others}


def test_texts_and_their_classes(tmp_path):
    train = [example(n) for n in range(40)]
    test = [example(n) for n in range(40, 50)]
    store(tmp_path, {"text": TEXT, "label": MOOD}, train=train, test=test)
    data = load_texts("tfds", name="power", data_dir=str(tmp_path))
    assert data.class_names == ["sad", "glad"]  # the data set's own order
    assert {name: len(texts) for name, texts in data.splits.items()} == {
        "train": 36,
        "validation": 4,
        "test": 10,
    }
    for texts in data.splits.values():
        assert texts.labels.dtype == "int32"
        assert [int(text.split()[1]) % 2 for text in texts.texts] == texts.labels.tolist()
    assert data.test.where == "power/1.0.0/test"


def test_features_of_other_names(tmp_path):
    features = {"review": TEXT, "mood": MOOD}
    rows = [{"review": f"text {n}", "mood": n % 2} for n in range(6)]
    store(tmp_path, features, train=rows)
    found = read_tfds_texts("power", str(tmp_path)).splits["train"]
    assert sorted(found.texts) == [f"text {n}" for n in range(6)]


def test_one_of_several_texts(tmp_path):
    features = {"title": TEXT, "body": TEXT, "label": MOOD}
    store(tmp_path, features, train=[{"title": "t", "body": "b", "label": n % 2} for n in range(4)])
    settings = {"name": "power", "data_dir": str(tmp_path)}
    with pytest.raises(DataError, match="Expected one text and one class label") as caught:
        read_tfds_texts(**settings)
    assert caught.value.where == "power"
    assert "data.text_column" in caught.value.hint
    found = read_tfds_texts(**settings, text_column="body")
    assert found.splits["train"].texts == ["b"] * 4


def test_empty_texts_are_counted(tmp_path):
    train = [example(n) for n in range(10)]
    train[3]["text"] = " "
    store(tmp_path, {"text": TEXT, "label": MOOD}, train=train)
    found = read_tfds_texts("power", str(tmp_path))
    assert len(found.splits["train"]) == 9
    assert found.skipped[0].startswith("power/1.0.0/train: 1 of 10 examples cannot be used (exam")
    with pytest.raises(DataError, match="1 of 10 examples cannot be used"):
        read_tfds_texts("power", str(tmp_path), broken_limit=0)


def test_a_test_split_without_labels_is_left_out(tmp_path, caplog):
    train = [example(n) for n in range(10)]
    store(
        tmp_path,
        {"text": TEXT, "label": MOOD},
        train=train,
        test=[{"text": "x", "label": -1} for _ in range(3)],
    )
    assert list(read_tfds_texts("power", str(tmp_path)).splits) == ["train"]
    assert "its test split has no labels and is left out" in caplog.text


def test_some_labels_are_missing(tmp_path):
    train = [{"text": "x", "label": n - 1} for n in range(3)]
    store(tmp_path, {"text": TEXT, "label": MOOD}, train=train)
    with pytest.raises(DataError, match="Some texts of its train split have no label"):
        read_tfds_texts("power", str(tmp_path))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"text": TEXT}, "Expected one text and one class label, its features are text"),
        ({"label": MOOD}, "Expected one text and one class label, its features are label"),
        (
            {"text": TEXT, "label": tfds.features.ClassLabel(names=["one"])},
            "It has one class only",
        ),
    ],
)
def test_what_is_no_text_classification(tmp_path, features, message):
    row = {name: {"text": "x", "label": 0}[name] for name in features}
    store(tmp_path, features, train=[row] * 4)
    with pytest.raises(DataError, match=message):
        read_tfds_texts("power", str(tmp_path))


def test_no_training_split(tmp_path):
    store(tmp_path, {"text": TEXT, "label": MOOD}, test=[example(0)])
    with pytest.raises(DataError, match="no split 'train', only: test"):
        read_tfds_texts("power", str(tmp_path))


def test_a_name_is_wanted():
    with pytest.raises(DataError, match=r"data\.name: No TensorFlow Datasets name") as caught:
        load_texts("tfds")
    assert "imdb_reviews" in caught.value.hint


def test_a_class_without_any_text(tmp_path):
    moods = tfds.features.ClassLabel(names=["sad", "glad", "none"])
    store(tmp_path, {"text": TEXT, "label": moods}, train=[example(n) for n in range(20)])
    with pytest.raises(DataError, match="The training split has no text of: 'none'"):
        load_texts("tfds", name="power", data_dir=str(tmp_path))
    assert np.unique(read_tfds_texts("power", str(tmp_path)).splits["train"].labels).size == 2
