"""A linear model of n-grams, as a layer."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from dltemplates.layers.ngram_hashing import check_hashing, hashed_ngrams
from dltemplates.layers.portable_ops import searchsorted

_TINY = 1e-12
_HASHES = 2**31 - 1


@keras.saving.register_keras_serializable(package="dltemplates")
class NGramLinear(keras.layers.Layer):
    """Linear logits of the n-grams of a text, each weighted, the whole text of length one.

    With `n` going over the n-grams of a text that the layer knows, repeated ones once:

        logits = Σ scale[n] · kernel[n] / sqrt(Σ scale[n]²) + bias

    A text without any of them gets the bias. An n-gram is known by its hash of 31 bits, of which
    two among a million seldom agree. Meant to be fitted by a convex solver, see `hashes` and
    `set_linear`.

    Args:
        units: Number of logits.
        orders: Tokens of the n-grams, each at least 1, no two alike.
        size: How many n-grams the layer knows.

    Input shape:
        `(batch, length)`, integers; 0 is padding and stands at the end.

    Output shape:
        `(batch, units)`.

    Weights:
        `known`, int32 `(size,)`, increasing hashes; `scale`, `(size + 1,)`, such as inverse
        document frequencies, 0 in row 0; `kernel`, `(size + 1, units)`; `bias`, `(units,)`. Row 0
        stands for any other n-gram. None is trained with a network.

    Raises:
        ValueError: On units or a size below 1, orders that cannot be, or inputs of another rank.

    Reference:
        Wang and Manning, 2012, "Baselines and Bigrams: Simple, Good Sentiment and Topic
        Classification"; as the wide part of Cheng et al., 2016, "Wide & Deep Learning for
        Recommender Systems" (https://arxiv.org/abs/1606.07792).
    """

    def __init__(
        self, units: int, orders: Sequence[int] = (1, 2, 3, 4), size: int = 1, **kwargs
    ) -> None:
        super().__init__(autocast=False, **kwargs)  # sums of many terms, in float32
        check_hashing(orders, _HASHES)
        if units < 1 or size < 1:
            raise ValueError(
                f"Expected `units` and `size` of at least 1, received {units} and {size}."
            )
        self.units = units
        self.orders = [int(order) for order in orders]
        self.size = int(size)

    def build(self, input_shape) -> None:
        if len(input_shape) != 2:
            raise ValueError(
                f"Expected tokens of shape (batch, length), received {tuple(input_shape)}."
            )
        shapes = {
            "known": (self.size,),
            "scale": (self.size + 1,),
            "kernel": (self.size + 1, self.units),
            "bias": (self.units,),
        }
        for name, shape in shapes.items():
            dtype = "int32" if name == "known" else "float32"
            weight = self.add_weight(
                shape=shape, initializer="zeros", dtype=dtype, trainable=False, name=name
            )
            setattr(self, name, weight)

    def hashes(self, tokens):
        """The hashes of all n-grams, int32 `(batch, length * len(orders))`, 0 for none.

        An order comes after the other, and in each the n-grams in the order of their first tokens.

        Args:
            tokens: `(batch, length)`, integers.
        """
        return ops.concatenate(
            [hashed_ngrams(tokens, order, _HASHES, seed=order) for order in self.orders], axis=1
        )

    def ngrams(self, tokens):
        """The rows of the table that `hashes` stand for, 0 for what is not known."""
        return self._rows(self.hashes(tokens))

    def set_linear(self, known, scale, kernel, bias) -> None:
        """Sets the weights, as a solver found them, without rows 0.

        Args:
            known: `(size,)`, hashes in increasing order.
            scale: `(size,)`, at least 0.
            kernel: `(size, units)`.
            bias: `(units,)`.

        Raises:
            ValueError: On other shapes, values that are not finite, or hashes in another order.
        """
        if not self.built:
            self.build((None, None))
        values = {
            "known": np.asarray(known, "int32"),
            "scale": np.append(np.float32(0), np.asarray(scale, "float32")),
            "kernel": np.pad(np.asarray(kernel, "float32"), ((1, 0), (0, 0))),
            "bias": np.asarray(bias, "float32"),
        }
        for name, value in values.items():
            shape = tuple(getattr(self, name).shape)
            if value.shape != shape:
                raise ValueError(f"Expected {name!r} to fill {shape}, received {value.shape}.")
            if not np.isfinite(value).all():
                raise ValueError(f"Expected {name!r} to be finite.")
        if (np.diff(values["known"]) <= 0).any():
            raise ValueError("Expected 'known' to increase.")
        for name, value in values.items():
            getattr(self, name).assign(value)

    def call(self, inputs):
        hashes = ops.sort(self.hashes(inputs), axis=1)
        repeated = ops.pad(hashes[:, 1:] == hashes[:, :-1], ((0, 0), (1, 0)))
        rows = self._rows(ops.where(repeated, 0, hashes))
        scale = ops.take(self.scale, rows, axis=0)
        kernel = ops.take(self.kernel, rows, axis=0)
        total = ops.squeeze(ops.matmul(scale[:, None], kernel), axis=1)
        square = ops.sum(scale * scale, axis=1, keepdims=True)
        logits = total / ops.sqrt(ops.maximum(square, _TINY)) + self.bias
        return ops.cast(logits, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape[0], self.units

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "units": self.units,
            "orders": self.orders,
            "size": self.size,
        }

    def _rows(self, hashes):
        known = ops.convert_to_tensor(self.known)
        places = searchsorted(known, ops.reshape(hashes, (-1,)))
        places = ops.minimum(places, self.size - 1)
        places = ops.reshape(places, ops.shape(hashes))
        found = ops.logical_and(ops.take(known, places) == hashes, hashes != 0)
        return ops.where(found, places + 1, 0)
