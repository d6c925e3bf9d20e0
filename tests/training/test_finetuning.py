import keras
import pytest

from dltemplates.errors import DataError
from dltemplates.training.finetuning import match_classes, read_renamed, stages


def network(depth):
    names = [f"layer{index}" for index in range(depth)]
    layers = [keras.layers.Dense(2, name=name) for name in names]
    return keras.Sequential([keras.layers.Input((2,)), *layers, keras.layers.Softmax()])


def test_the_head_learns_first_and_fastest():
    groups = stages(network(5), epochs=10, decay=0.5)
    names = [[layer.name for layer in group.layers] for group in groups]
    assert names == [["layer4"], ["layer2", "layer3"], ["layer0", "layer1"]]
    assert [(group.epoch, group.rate) for group in groups] == [(0, 1.0), (2, 0.5), (4, 0.25)]


def test_of_one_epoch_all_layers_learn_from_the_start():
    assert [group.epoch for group in stages(network(3), epochs=1, decay=0.5)] == [0, 0, 0]


def test_classes_are_matched_by_name():
    assert match_classes(["cat", "dog", "cow"], ["dog", "emu", "고양이"], {"cat": "고양이"}) == [
        1,
        None,
        0,
    ]
    swapped = read_renamed("cat=dog, dog = cat")
    assert match_classes(["cat", "dog"], ["cat", "dog"], swapped) == [1, 0]


@pytest.mark.parametrize("text", ["cat", "cat=", "=dog", "a=b=c", "a=b, a=c", "a=c, b=c"])
def test_renamings_that_make_no_sense_are_refused(text):
    with pytest.raises(DataError, match="old=new"):
        read_renamed(text)


@pytest.mark.parametrize(
    ("renamed", "words"),
    [({"cow": "dog"}, "'cow' in the old network"), ({"cat": "emu"}, "'emu' in the data")],
)
def test_a_class_that_is_renamed_must_be_there(renamed, words):
    with pytest.raises(DataError, match=words):
        match_classes(["cat", "dog"], ["cat", "dog"], renamed)


def test_classes_are_not_merged():
    with pytest.raises(DataError, match="would be 'cat'"):
        match_classes(["tabby", "cat"], ["cat", "dog"], {"tabby": "cat"})


def test_what_shall_be_kept_must_be_there(caplog):
    assert match_classes(["cat", "dog"], ["dog"], {}) == [1]
    assert "1 of the 2 classes" in caplog.text and "any more: cat." in caplog.text
    with pytest.raises(DataError, match="lack classes that the network knows: cat"):
        match_classes(["cat", "dog"], ["dog"], {}, keep=True)


def test_nothing_is_renamed_by_default():
    assert read_renamed("") == {}
