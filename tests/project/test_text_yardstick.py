import keras
import numpy as np
import pytest

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.layers import CharacterTokens, ClassLabels, NormalizedText
from dltemplates.project.text_yardstick import accuracy

NAMES = ["가", "나", "다"]


def classifier(activation: str) -> keras.Model:
    """Finds the class that a text begins with; of several, those that are in its beginning."""
    text = keras.Input((), dtype="string", name="text")
    tokens = CharacterTokens(3, name="tokens")(NormalizedText()(text))
    codes = keras.ops.convert_to_tensor([ord(name) for name in NAMES], "int32")
    places = keras.ops.any(keras.ops.equal(tokens[..., None], codes), axis=1)
    logits = 8.0 * keras.ops.cast(places, "float32") - 4.0
    probabilities = keras.layers.Activation(activation, name="probabilities")(logits)
    return keras.Model(text, ClassLabels(NAMES, name="labels")(probabilities))


def data(texts, labels, names, *, several=False, split="test") -> TextData:
    found = LabelledTexts(texts, np.array(labels), "here")
    return TextData(names, {"train": found, split: found}, several)


def measured(model, texts, model_names=None, data_names=None):
    return accuracy(model, texts, model_names=model_names or {}, data_names=data_names or {})


@pytest.mark.parametrize("split", ["test", "validation"])
def test_classes_are_compared_by_name(split):
    texts = data(["나!", "가!", "가!", "x"], [0, 1, 0, 2], ["나", "가", "라"], split=split)
    found = measured(classifier("softmax"), texts)
    np.testing.assert_array_equal(found.items, [1, 1, 0, 0])
    assert found.value == 0.5


def test_renamed_classes():
    texts = data(["나!", "가!"], [0, 1], ["b", "가"])
    assert measured(classifier("softmax"), texts).value == 0.5
    assert measured(classifier("softmax"), texts, {"나": "b"}).value == 1.0
    assert measured(classifier("softmax"), texts, {}, {"b": "나"}).value == 1.0


def test_of_several_classes_all_have_to_be_right():
    texts = data(["가나", "가", "!!"], [[1, 1], [1, 1], [0, 0]], ["나", "가"], several=True)
    np.testing.assert_array_equal(measured(classifier("sigmoid"), texts).items, [1, 0, 1])


def test_what_cannot_answer_is_not_measured():
    single = data(["가"], [0], NAMES)
    assert measured(classifier("sigmoid"), single) is None
    inputs = keras.Input((2,))
    assert measured(keras.Model(inputs, inputs), single) is None
    nothing = TextData(NAMES, {"train": single.train})
    assert measured(classifier("softmax"), nothing) is None
