import numpy as np
import pytest

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.data.text_rehearsal import rehearse
from dltemplates.errors import DataError


def data(names, counts, *, several=False, what="text"):
    """Texts that name their class, as many of each class as `counts` says, in each split."""
    splits = {}
    for split in ("train", "validation", "test"):
        labels = np.repeat(np.arange(len(names)), counts).astype("int32")
        texts = [f"{what} {split} {names[label]} {row}" for row, label in enumerate(labels)]
        if several:
            labels = np.eye(len(names), dtype="uint8")[labels]
        splits[split] = LabelledTexts(texts, labels, what)
    return TextData(list(names), splits, several)


def named(texts, names):
    if texts.multi_label:
        return [tuple(np.array(names)[row > 0]) for row in texts.labels]
    return [(names[label],) for label in texts.labels]


@pytest.mark.parametrize("several", [False, True])
def test_old_texts_come_again(several):
    old = data("ab", [6, 1], several=several, what="old")
    new = data("cb", [5, 5], several=several, what="new")
    both = rehearse(new, old, 3, seed=0)
    assert both.class_names == ["a", "b", "c"]
    assert both.rehearsed == {
        "train": 4,
        "validation": 6,
    }  # as many as a new class has, and all of b
    assert [len(both.splits[name]) for name in ("train", "validation", "test")] == [14, 16, 10]
    for texts in both.splits.values():
        for text, names in zip(texts.texts, named(texts, both.class_names), strict=True):
            assert names == (text.split()[2],)
    assert not any("old" in text for text in both.test.texts)
    assert both.describe()["rehearsed"] == both.rehearsed

    again, other = (rehearse(new, old, 3, seed=seed).train.texts for seed in (0, 1))
    assert again == both.train.texts != other


def test_both_have_to_be_of_one_kind():
    with pytest.raises(DataError, match="several classes"):
        rehearse(data("ab", [2, 2]), data("ab", [2, 2], several=True), 3, seed=0)


@pytest.mark.parametrize("several", [False, True])
def test_classes_in_another_order(several):
    texts = data("ba", [3, 2], several=several)
    more = texts.with_classes(["a", "x", "b"])
    for name, split in texts.splits.items():
        assert named(more.splits[name], more.class_names) == named(split, texts.class_names)
    assert more.describe()["fingerprints"] == texts.describe()["fingerprints"]
    assert (
        texts.describe()["fingerprints"]
        != data("ab", [3, 2], several=several).describe()["fingerprints"]
    )
    with pytest.raises(DataError, match=r"does not know: b\. It knows a, c"):
        texts.with_classes(["a", "c"])
