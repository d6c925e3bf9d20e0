"""A small text classifier, finished as those of a project are."""

import keras
import numpy as np
from keras import ops

from dltemplates.layers import CharacterTokens, ClassLabels, NormalizedText

NAMES = ["부정", "긍정", "no opinion"]


def small_network(vocabulary_size: int, names: list[str] = NAMES) -> keras.Model:
    """From tokens to logits: embedded, averaged over what is no padding, projected."""
    keras.utils.set_random_seed(0)
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = keras.layers.Embedding(
        vocabulary_size, 8, embeddings_initializer=keras.initializers.RandomNormal(stddev=2.0)
    )(ops.mod(tokens, vocabulary_size))
    real = ops.cast(ops.expand_dims(ops.not_equal(tokens, 0), -1), x.dtype)
    x = ops.sum(x * real, axis=1) / ops.sqrt(ops.sum(real, axis=1))
    return keras.Model(tokens, keras.layers.Dense(len(names))(x), name="network")


def finish_text_model(
    tokens: keras.layers.Layer | None = None,
    network: keras.Model | None = None,
    names: list[str] = NAMES,
    activation: str = "softmax",
    normalise: bool = True,
) -> keras.Model:
    """From strings to named probabilities."""
    text = keras.Input((), dtype="string", name="text")
    x = NormalizedText()(text) if normalise else text
    x = (tokens or CharacterTokens(64, name="tokens"))(x)
    logits = (network or small_network(997, names))(x[:, :40])
    probabilities = keras.layers.Activation(activation, dtype="float32", name="probabilities")
    return keras.Model(text, ClassLabels(names, name="labels")(probabilities(logits)))


def small_texts(count: int = 12) -> list[bytes]:
    rng = np.random.default_rng(3)
    words = ["영화", "재미", "not", "bad", "최고", "ㅠㅠ", "😀", "배우", "연기가", "good"]
    return [" ".join(rng.choice(words, rng.integers(1, 9))).encode() for _ in range(count)]
