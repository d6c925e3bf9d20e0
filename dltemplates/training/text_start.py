"""Reading new texts as the network does that learns on."""

import keras

from dltemplates.data.text_data import TextData
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.errors import RunError
from dltemplates.training.start import Start

_LIKE = "Start from a model that a project like this one has trained."


def tokenize_as(start: Start, data: TextData, kind: type[keras.layers.Layer]) -> TokenizedTexts:
    """Makes the tokens of all texts that the model to start from would make of them.

    Its vocabulary is what its weights belong to, whatever the new texts are made of; likewise for
    how much of a text it reads.

    Args:
        start: A finished text classifier, or what pre-training left.
        data: The texts.
        kind: The layer that makes the tokens of this project.

    Raises:
        RunError: The model reads no texts, or other tokens of them.
    """
    layers = {layer.name: layer for layer in start.model.layers}
    tokens, first = layers.get("tokens"), layers.get("first_tokens")
    if tokens is None and start.model.name == "encoder":
        raise RunError(
            "An earlier version pre-trained this, without keeping what its tokens stand for.",
            where=start.place,
            hint="Pre-train again, or train with train.pretrained.",
        )
    if tokens is None or first is None:
        raise RunError("This model reads no texts.", where=start.place, hint=_LIKE)
    if type(tokens) is not kind:
        raise RunError(
            f"This model reads texts by {_name(type(tokens))}, this project by {_name(kind)}.",
            where=start.place,
            hint=_LIKE,
        )
    lookup = next(
        (
            layer
            for network in start.model.layers
            if isinstance(network, keras.Model)
            for layer in network.layers
            if layer.name == "known"
        ),
        None,
    )
    known = None if lookup is None else [ord(character) for character in lookup.vocabulary]
    return TokenizedTexts(data, kind.from_config(tokens.get_config()), first.length, known)


def _name(kind: type[keras.layers.Layer]) -> str:
    return str(getattr(kind, "tokenisation", kind.__name__))
