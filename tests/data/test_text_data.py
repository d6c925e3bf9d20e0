import json
import logging
from pathlib import Path

import numpy as np
import pytest

from dltemplates.data.text_data import load_texts
from dltemplates.errors import DataError
from tests.data.small_series import shared_file

NSMC = Path("../shared/data/nsmc")


def table(path, rows, columns=("text", "label")):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(columns), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def rows(count, classes="ab", start=0):
    return [(f"text {n}", classes[n % len(classes)]) for n in range(start, start + count)]


def folders(root, layout):
    for place, texts in layout.items():
        (root / place).mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(texts):
            (root / place / f"{number}.txt").write_bytes(text.encode())


def refused(**settings):
    with pytest.raises(DataError) as caught:
        load_texts("path", **settings)
    assert caught.value.hint
    return caught.value


def sizes(data):
    return {name: len(texts) for name, texts in data.splits.items()}


def test_a_table_is_divided(tmp_path):
    data = load_texts("path", path=table(tmp_path / "a.tsv", rows(200)))
    assert data.class_names == ["a", "b"]
    assert sizes(data) == {"train": 160, "validation": 20, "test": 20}
    for texts in data.splits.values():
        assert texts.labels.dtype == "int32"
        assert texts.class_counts(2).tolist() == [len(texts) // 2] * 2
        for text, label in zip(texts.texts, texts.labels, strict=True):
            assert int(text.split()[1]) % 2 == label
    assert len({text for texts in data.splits.values() for text in texts.texts}) == 200


def test_the_division_depends_on_texts_and_seed_alone(tmp_path):
    made = rows(200)
    path, turned = table(tmp_path / "a.tsv", made), table(tmp_path / "b.tsv", made[::-1])
    test = set(load_texts("path", path=path).test.texts)
    assert set(load_texts("path", path=turned).test.texts) == test
    assert set(load_texts("path", path=path, seed=1).test.texts) != test
    more = table(tmp_path / "c.tsv", made + rows(10, start=200))
    assert len(set(load_texts("path", path=more).test.texts) & test) >= 17


def test_texts_that_read_the_same_stay_together(tmp_path):
    copies = [(f"{space}글 {n % 30}", "ab"[n % 2]) for n in range(300) for space in ("", " ")]
    copies += [("\u1100\u1173\u11af 7", "b")]  # decomposed
    for seed in range(5):
        data = load_texts("path", path=table(tmp_path / "a.tsv", copies), seed=seed)
        assert len(data.validation) in (40, 41)  # two texts, twenty times each
        between = {k: v for k, v in data.duplicates.items() if "," in k}
        assert between == {"train, validation": 0, "train, test": 0, "validation, test": 0}
        assert data.duplicates["train"] == len(data.train) - 26  # of 30 texts


def test_texts_with_two_labels_stay_together_and_small_classes_in_training(tmp_path):
    made = [*rows(100), *[("text 0", "rare"), ("text 1", "rare")], *rows(50, start=100)]
    for seed in range(5):
        data = load_texts("path", path=table(tmp_path / "a.tsv", made), seed=seed)
        assert data.train.class_counts(3).tolist()[2] == 2
        assert data.duplicates["train"] == 2


def test_every_class_of_three_texts_is_in_every_split(tmp_path):
    made = [*rows(90), ("x", "c"), ("y", "c"), ("z", "c")]
    settings = {"validation_fraction": 0.1, "test_fraction": 0.8}
    data = load_texts("path", path=table(tmp_path / "a.tsv", made), **settings)
    assert [texts.class_counts(3)[2] for texts in data.splits.values()] == [1, 1, 1]
    assert len(data.train) == 11


def test_a_class_of_one_text_is_kept_in_training_and_said(tmp_path, caplog):
    data = load_texts("path", path=table(tmp_path / "a.tsv", [*rows(40), ("x", "lonely")]))
    assert data.train.class_counts(3).tolist()[2] == 1
    assert "One training text only of: lonely." in caplog.text


def test_nothing_is_held_out_where_no_share_is_asked_for(tmp_path):
    path = table(tmp_path / "a.tsv", rows(20))
    data = load_texts("path", path=path, validation_fraction=0, test_fraction=0)
    assert (sizes(data), data.validation, data.test) == ({"train": 20}, None, None)
    assert data.held_out_texts(3) == ["text 0", "text 9", "text 19"]
    with pytest.raises(DataError, match="leave nothing to train on"):
        load_texts("path", path=path, validation_fraction=0.5, test_fraction=0.5)


def test_a_folder_of_tables(tmp_path):
    table(tmp_path / "ratings_train.txt", rows(40))
    table(tmp_path / "dev.tsv", rows(4, start=40))
    (tmp_path / "test.csv").write_text("text,label\nnew,a\nolder,b\n")
    (tmp_path / "README.txt").write_text("words")
    data = load_texts("path", path=str(tmp_path))
    assert sizes(data) == {"train": 40, "validation": 4, "test": 2}
    table(tmp_path / "train.tsv", rows(4))
    error = refused(path=str(tmp_path))
    assert error.message == "Both 'ratings_train.txt' and 'train.tsv' look like the train split."
    assert error.where == str(tmp_path)


def test_tables_by_their_paths(tmp_path, caplog):
    paths = {
        "path": table(tmp_path / "a.tsv", rows(40)),
        "test_path": table(tmp_path / "b.tsv", [("text 1", "b"), ("text 1", "b"), ("new", "a")]),
        "validation_path": table(tmp_path / "c.tsv", [("new", "a")]),
    }
    data = load_texts("path", **paths)
    assert sizes(data) == {"train": 40, "validation": 1, "test": 3}
    assert data.duplicates == {
        "train": 0,
        "validation": 0,
        "test": 1,
        "train, validation": 0,
        "train, test": 2,
        "validation, test": 1,
    }
    assert "2 texts are in two splits (train, test)." in caplog.text


def test_class_folders(tmp_path):
    layout = {"10": ["열"], "2": ["two", "둘"], ".git": ["no"]}
    folders(tmp_path, layout)
    (tmp_path / "2" / "deeper").mkdir()
    (tmp_path / "2" / "deeper" / "c.TXT").write_bytes("셋".encode("cp949"))
    (tmp_path / "2" / ".hidden.txt").write_text("no")
    (tmp_path / "2" / "notes.md").write_text("no")
    data = load_texts("path", path=str(tmp_path), validation_fraction=0, test_fraction=0)
    assert data.class_names == ["2", "10"]
    found = dict(zip(data.train.texts, data.train.labels.tolist(), strict=True))
    assert found == {"two": 0, "둘": 0, "셋": 0, "열": 1}


def test_class_folders_with_splits(tmp_path):
    texts = [f"text {n}" for n in range(10)]
    folders(tmp_path, {"train/a": texts, "train/b": texts, "test/a": ["x"], "test/b": ["y"]})
    data = load_texts("path", path=str(tmp_path))
    assert sizes(data) == {"train": 18, "validation": 2, "test": 2}
    other = load_texts("path", path=str(tmp_path / "train"), test_path=str(tmp_path / "test"))
    assert sizes(other)["test"] == 2


def test_faults_of_folders(tmp_path):
    folders(tmp_path / "one", {"a": ["text"]})
    assert "only one class here: 'a'" in refused(path=str(tmp_path / "one")).message
    folders(tmp_path / "empty", {"a": ["text"], "b": []})
    error = refused(path=str(tmp_path / "empty"))
    assert error.message == "This class folder holds no text."
    assert error.where.endswith("empty/b")
    folders(tmp_path / "blank", {"a": ["", "one"], "b": [" \n", "two"]})
    error = refused(path=str(tmp_path / "blank"))
    assert "2 of 4 files cannot be used (file 1 (a/0.txt) is empty; file 3 (b" in error.message
    (tmp_path / "blank" / "a" / "0.txt").write_bytes(b"good\n\xff\xff")
    error = refused(path=str(tmp_path / "blank"))
    assert error.where.endswith("a/0.txt")
    assert "line 2, byte 5 of the file" in error.message
    (tmp_path / "nothing").mkdir()
    error = refused(path=str(tmp_path / "nothing"))
    assert error.message == "Neither class folders nor a table called train."
    assert "<folder>/<class>/<text>.txt" in error.hint
    error = refused(path=str(tmp_path / "one"), label_separator=",")
    assert "data.label_separator is for tables" in error.message


def test_several_labels_a_text(tmp_path):
    made = [(f"text {n}", "x,y" if n % 2 else "x") for n in range(100)]
    made += [("none of them", ""), *((f"z {n}", "z, x") for n in range(10))]
    data = load_texts("path", path=table(tmp_path / "a.tsv", made), label_separator=",")
    assert data.multi_label
    assert data.class_names == ["x", "y", "z"]
    assert data.train.labels.dtype == "uint8"
    everything = [dict(zip(t.texts, t.labels.tolist(), strict=True)) for t in data.splits.values()]
    found = {text: label for part in everything for text, label in part.items()}
    assert found["text 1"] == [1, 1, 0]
    assert found["z 1"] == [1, 0, 1]
    assert found["none of them"] == [0, 0, 0]
    assert [t.class_counts(3)[2] for t in data.splits.values()] == [8, 1, 1]
    assert data.describe()["splits"]["train"]["classes"]["z"] == 8


def test_classes_that_training_lacks(tmp_path):
    path = table(tmp_path / "train.tsv", rows(40))
    table(tmp_path / "test.tsv", [("x", "new"), ("y", "new"), ("z", "a")])
    error = refused(path=str(tmp_path))
    assert error.message == "The training split has no text of: 'new' (2 rows of test)."
    assert error.where == path
    assert "Add training texts of these classes" in error.hint


def test_one_class_and_labels_that_are_none(tmp_path):
    path = table(tmp_path / "a.tsv", rows(40, classes="a"))
    error = refused(path=path)
    assert error.message == "There is only one class here: 'a'."
    assert "data.label_column" in error.hint
    path = table(tmp_path / "b.tsv", [(f"text {n}", f"other text {n}") for n in range(40)])
    error = refused(path=path)
    assert "40 classes for 40 texts, such as 'other text 0'" in error.message
    path = table(tmp_path / "c.tsv", [("text", ""), ("other", "")])
    assert refused(path=path, label_separator=",").message == "There is no label here."


def test_paths_that_lead_nowhere(tmp_path):
    error = refused()
    assert (error.message, error.where) == ("No path given.", "data.path")
    error = refused(path=str(tmp_path / "none.csv"))
    assert error.message == "There is no such file or folder."
    assert error.where.endswith("none.csv")
    path = table(tmp_path / "a.tsv", rows(40))
    error = refused(path=path, test_path="nowhere")
    assert (error.where, error.hint) == ("nowhere", "Check data.test_path.")


def test_settings_that_are_not_used_are_said(caplog):
    load_texts("sample", path="a.csv")
    assert "data.path is not used: data.source is 'sample', not 'path'." in caplog.text


def test_one_class_a_text_as_one_of_several(caplog):
    one, several = load_texts("sample"), load_texts("sample", label_separator=",")
    assert several.multi_label and not one.multi_label
    assert several.train.texts == one.train.texts
    assert several.test.labels.dtype == "uint8"
    assert several.test.labels.argmax(axis=1).tolist() == one.test.labels.tolist()
    assert set(several.test.labels.sum(axis=1).tolist()) == {1}
    assert not caplog.records


def test_the_description_is_json(tmp_path):
    path = table(tmp_path / "a.tsv", [*rows(300), ("broken", "")])
    data = load_texts("path", path=path)
    found = json.loads(json.dumps(data.describe()))
    assert found["class_names"] == ["a", "b"]
    assert found["multi_label"] is False
    assert found["skipped"] == [f"{path}: 1 of 301 lines cannot be used (line 302 has no label)."]
    test = found["splits"]["test"]
    assert (test["where"], test["texts"], test["classes"]) == (path, 30, {"a": 15, "b": 15})
    assert test["characters"] == {"p50": 8, "p95": 8, "p99": 8, "max": 8}
    again = load_texts("path", path=path).describe()
    assert again == data.describe()
    other = load_texts("path", path=path, seed=1).describe()
    assert other["fingerprints"]["test"] != found["fingerprints"]["test"]


@pytest.fixture(scope="module")
def nsmc():
    shared_file("ratings_train.txt", NSMC)
    return load_texts("path", path=str(NSMC), text_column="document")


def test_real_reviews(nsmc):
    assert sizes(nsmc) == {"train": 134_996, "validation": 14_999, "test": 49_997}
    assert nsmc.class_names == ["0", "1"]
    assert nsmc.train.texts[0] == "아 더빙.. 진짜 짜증나네요 목소리"
    assert sum(text.startswith('"""') for text in nsmc.train.texts) > 100
    assert [line.split(": ")[1].split(" (")[0] for line in nsmc.skipped] == [
        "5 of 150,000 lines cannot be used",
        "3 of 50,000 lines cannot be used",
    ]
    shares = [texts.class_counts(2)[1] / len(texts) for texts in nsmc.splits.values()]
    np.testing.assert_allclose(shares, 0.5, atol=0.005)


def test_real_reviews_that_are_the_same_do_not_leak(nsmc):
    assert nsmc.duplicates["train, validation"] == 0
    assert nsmc.duplicates["train, test"] == 1_433  # as published: reported, and left alone


def test_what_was_read_is_said(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    path = table(tmp_path / "a.tsv", rows(40, classes="abcdefg"))
    load_texts("path", path=path, validation_fraction=0, test_fraction=0)
    assert f"{path}: 7 classes (a, b, c, d, e, …), 40 train" in caplog.text
