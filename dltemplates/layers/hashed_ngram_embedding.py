"""Vectors of n-grams, beside those of single tokens."""

from collections.abc import Sequence

import keras
from keras import ops

from dltemplates.layers.ngram_hashing import check_hashing, hashed_ngrams


@keras.saving.register_keras_serializable(package="dltemplates")
class HashedNGramEmbedding(keras.layers.Layer):
    """Gives each position the sum of the vectors of the n-grams that start there.

    An n-gram's vector is the row that a hash of it names, in a table for each order; n-grams that
    meet in a row share its vector. One that would run past the end of the text adds nothing. Add
    the answer to an embedding of the tokens: the network then sees words and parts of words where
    it would see characters.

    Args:
        units: Width of a vector.
        orders: Tokens of the n-grams, each at least 1, no two alike.
        buckets: Rows of each table, at least 2; row 0 is never used.
        dropout: Share of positions that get no n-grams in training, in [0, 1).
        initializer: Initializer of the tables.
        seed: Of the dropout.

    Input shape:
        `(batch, length)`, integers; 0 is padding and stands at the end.

    Output shape:
        `(batch, length, units)`; the mask tells which tokens are not 0.

    Raises:
        ValueError: On units below 1, a dropout outside [0, 1), orders or buckets that cannot be,
            or inputs of another rank.

    Reference:
        Bojanowski et al., 2017, "Enriching Word Vectors with Subword Information"
        (https://arxiv.org/abs/1607.04606); with characters as in Clark et al., 2022, "CANINE"
        (https://arxiv.org/abs/2103.06874).
    """

    def __init__(
        self,
        units: int,
        orders: Sequence[int] = (2, 3, 4),
        buckets: int = 20_000,
        dropout: float = 0.0,
        initializer="uniform",
        seed: int | None = None,
        **kwargs,
    ) -> None:
        super().__init__(autocast=False, **kwargs)  # rows are cast, not whole tables
        check_hashing(orders, buckets)
        if units < 1:
            raise ValueError(f"Expected `units` of at least 1, received {units}.")
        if not 0.0 <= dropout < 1.0:
            raise ValueError(f"Expected `dropout` in [0, 1), received {dropout}.")
        self.units = units
        self.orders = [int(order) for order in orders]
        self.buckets = buckets
        self.dropout = dropout
        self.initializer = keras.initializers.get(initializer)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape) -> None:
        if len(input_shape) != 2:
            raise ValueError(
                f"Expected tokens of shape (batch, length), received {tuple(input_shape)}."
            )
        self.tables = [
            self.add_weight(
                shape=(self.buckets, self.units),
                initializer=self.initializer.clone(),  # the same one would draw the same again
                name=f"embeddings_{order}",
            )
            for order in self.orders
        ]

    def call(self, inputs, training=None):
        kept = 1.0
        if training and self.dropout:
            kept = keras.random.dropout(
                ops.ones(ops.shape(inputs), self.compute_dtype),
                self.dropout,
                seed=self.seed_generator,
            )
        vectors = 0.0
        for order, table in zip(self.orders, self.tables, strict=True):
            ngrams = hashed_ngrams(inputs, order, self.buckets, seed=order)
            rows = ops.cast(ops.take(table, ngrams, axis=0), self.compute_dtype)
            present = ops.cast(ngrams != 0, self.compute_dtype) * kept
            vectors = vectors + rows * present[..., None]
        return vectors

    def compute_mask(self, inputs, mask=None):
        return ops.not_equal(inputs, 0)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.units)

    def compute_output_spec(self, inputs, training=None):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "units": self.units,
            "orders": self.orders,
            "buckets": self.buckets,
            "dropout": self.dropout,
            "initializer": keras.initializers.serialize(self.initializer),
            "seed": self.seed,
        }
