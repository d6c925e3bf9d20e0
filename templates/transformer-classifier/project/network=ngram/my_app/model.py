"""The network: tokens and n-grams of them, a strided convolution, transformer blocks."""

import keras
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.layers import (
    #% if "attention" in pooling
    AttentionPooling,
    #% endif
    #% if tokenization == "character"
    CodePointLookup,
    #% endif
    #% if jamo
    HangulDecomposition,
    #% endif
    HashedNGramEmbedding,
    MaskedConv1D,
    #% if "max" in pooling
    MaskedMaxPooling1D,
    #% endif
    #% if positions == "learned"
    PositionEmbedding,
    #% elif positions == "sinusoidal"
    SinusoidalEmbedding,
    #% endif
    SpanDropout,
    TransformerBlock,
)
from keras import layers

from .config import Config
from .data import HIDDEN


def build_model(config: Config, texts: TokenizedTexts) -> keras.Model:
    """Builds the network, from tokens `(batch, length)` to logits `(batch, classes)`."""
    encoder = build_encoder(config, texts)
    #% if pooling == "attention_max"
    vectors = encoder.output
    x = layers.Concatenate()([AttentionPooling()(vectors), MaskedMaxPooling1D()(vectors)])
    #% elif pooling == "attention"
    x = AttentionPooling()(encoder.output)
    #% elif pooling == "max"
    x = MaskedMaxPooling1D()(encoder.output)
    #% else
    x = layers.GlobalAveragePooling1D()(encoder.output)
    #% endif
    x = layers.Dropout(config.model.dropout)(x)
    logits = layers.Dense(len(texts.class_names), dtype="float32", name="logits")(x)
    return keras.Model(encoder.input, logits, name="network")


def build_encoder(config: Config, texts: TokenizedTexts) -> keras.Model:
    """From tokens `(batch, length)` to vectors `(batch, ceil(length / stride), width)`."""
    model = config.model
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    shown = SpanDropout(model.span_dropout, token=HIDDEN)(tokens)

    #% if tokenization == "character"
    known = CodePointLookup(texts.commonest(model.vocabulary), name="known")
    embedding = layers.Embedding(
        known.vocabulary_size, model.width, mask_zero=True, name="embedding"
    )
    parts = [embedding(known(shown))]
    #% else
    embedding = layers.Embedding(
        texts.vocabulary_size, model.width, mask_zero=True, name="embedding"
    )
    parts = [embedding(shown)]
    #% endif
    ngrams = HashedNGramEmbedding(
        model.width, orders=(2, 3, 4), buckets=model.buckets, dropout=model.ngram_dropout
    )
    parts.append(ngrams(shown))
    #% if jamo
    letters = HangulDecomposition()(shown)
    for place, letter in enumerate(("lead", "vowel", "tail")):
        letter_embedding = layers.Embedding(29, model.width, mask_zero=True, name=letter)
        parts.append(letter_embedding(letters[..., place]))
    #% endif
    x = layers.SpatialDropout1D(model.dropout)(layers.Add()(parts))

    x = MaskedConv1D(model.width, model.stride + 1, model.stride, activation="relu")(x)
    #% if positions == "learned"
    x = PositionEmbedding(length=-(-texts.length // model.stride))(x)
    #% elif positions == "sinusoidal"
    x = SinusoidalEmbedding()(x)
    #% endif
    for _ in range(model.depth):
        x = TransformerBlock(
            model.heads,
            4 * model.width,
            dropout=model.dropout,
            #% if positions == "rotary"
            positions="rotary",
            #% endif
        )(x)
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    return keras.Model(tokens, x, name="encoder")
