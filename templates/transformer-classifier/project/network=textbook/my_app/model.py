"""The network: the encoder of "Attention Is All You Need" (Vaswani et al., 2017)."""

import keras
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.layers import (
    #% if "attention" in pooling
    AttentionPooling,
    #% endif
    #% if tokenization == "character"
    CodePointLookup,
    #% endif
    #% if "max" in pooling
    MaskedMaxPooling1D,
    #% endif
    #% if positions == "learned"
    PositionEmbedding,
    #% elif positions == "sinusoidal"
    SinusoidalEmbedding,
    #% endif
    TransformerBlock,
)
from keras import layers

from .config import Config


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
    logits = layers.Dense(len(texts.class_names), dtype="float32", name="logits")(x)
    return keras.Model(encoder.input, logits, name="network")


def build_encoder(config: Config, texts: TokenizedTexts) -> keras.Model:
    """From tokens `(batch, length)` to vectors `(batch, length, width)`."""
    model = config.model
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    #% if tokenization == "character"
    known = CodePointLookup(texts.commonest(model.vocabulary), name="known")
    embedding = layers.Embedding(
        known.vocabulary_size, model.width, mask_zero=True, name="embedding"
    )
    x = embedding(known(tokens))
    #% else
    embedding = layers.Embedding(
        texts.vocabulary_size, model.width, mask_zero=True, name="embedding"
    )
    x = embedding(tokens)
    #% endif
    x = layers.Rescaling(model.width**0.5)(x)
    #% if positions == "learned"
    x = PositionEmbedding(length=texts.length)(x)
    #% elif positions == "sinusoidal"
    x = SinusoidalEmbedding()(x)
    #% endif
    x = layers.Dropout(model.dropout)(x)
    for _ in range(model.depth):
        x = TransformerBlock(
            model.heads,
            4 * model.width,
            dropout=model.dropout,
            norm_first=False,
            #% if positions == "rotary"
            positions="rotary",
            #% endif
            dropout_shape="element",
        )(x)
    return keras.Model(tokens, x, name="encoder")
