"""One layer of a Transformer encoder."""

import keras
from keras import ops

from dltemplates.layers.rotary_embedding import RotaryEmbedding

_POSITIONS = ("none", "rotary")
_DROPOUT_SHAPES = ("unit", "element")


@keras.saving.register_keras_serializable(package="dltemplates")
class TransformerBlock(keras.layers.Layer):
    """Self-attention and a feed-forward network, each with a shortcut around it.

    Masked positions influence no other. What they hold themselves afterwards has no meaning, but
    is finite. Queries, keys and values come from one matrix product; attention weights are
    computed in float32.

    Args:
        heads: Attention heads; they share the units among them.
        feed_forward: Hidden units of the feed-forward network.
        dropout: Share that is dropped, in training, of what each of the two parts adds; in [0, 1).
        activation: Of the hidden units; a name or a function.
        norm_first: Whether each part normalises its input (Xiong et al., 2020), and the sum of all
            is left for you to normalise at the end; else it normalises the sum, as first published.
        positions: "rotary" to turn queries and keys by their position; "none" where the inputs
            know it already.
        dropout_shape: "unit" drops a unit at all positions of a text; "element" each by itself, as
            in the paper, which takes `length` times as many random numbers.
        seed: Of the dropout.

    Input and output shape:
        `(batch, length, units)`, the units fixed and a multiple of `heads`.

    Raises:
        ValueError: On heads or hidden units below 1, a dropout outside [0, 1), unknown positions
            or dropout shape, or inputs of another rank or of units that the heads cannot share.

    Reference:
        Vaswani et al., 2017, "Attention Is All You Need" (https://arxiv.org/abs/1706.03762);
        Xiong et al., 2020, "On Layer Normalization in the Transformer Architecture"
        (https://arxiv.org/abs/2002.04745).
    """

    def __init__(
        self,
        heads: int,
        feed_forward: int,
        dropout: float = 0.0,
        activation="relu",
        norm_first: bool = True,
        positions: str = "none",
        dropout_shape: str = "unit",
        seed: int | None = None,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        if heads < 1 or feed_forward < 1:
            raise ValueError(
                "Expected `heads` and `feed_forward` of at least 1, "
                f"received {heads} and {feed_forward}."
            )
        if not 0.0 <= dropout < 1.0:
            raise ValueError(f"Expected `dropout` in [0, 1), received {dropout}.")
        _check_choice("positions", positions, _POSITIONS)
        _check_choice("dropout_shape", dropout_shape, _DROPOUT_SHAPES)
        self.heads = heads
        self.feed_forward = feed_forward
        self.activation = keras.activations.get(activation)
        self.norm_first = norm_first
        self.positions = positions
        self.dropout_shape = dropout_shape
        self.seed = seed
        self.supports_masking = True
        noise = (None, 1, None) if dropout_shape == "unit" else None
        self.dropout = keras.layers.Dropout(dropout, noise, seed, dtype=self.dtype_policy)
        self.rotary = RotaryEmbedding(dtype=self.dtype_policy) if positions == "rotary" else None

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or not input_shape[2] or input_shape[2] % self.heads:
            raise ValueError(
                "Expected inputs of shape (batch, length, units), with fixed units that are a "
                f"multiple of the {self.heads} heads, received {tuple(input_shape)}."
            )
        units = input_shape[2]
        shape = (None, None, units)
        self.attention_norm = self._built("attention_norm", shape)
        self.projection = self._built("projection", shape, 3 * units)
        self.output_projection = self._built("output_projection", shape, units)
        self.feed_forward_norm = self._built("feed_forward_norm", shape)
        self.hidden = self._built("hidden", shape, self.feed_forward)
        self.contraction = self._built("contraction", (None, None, self.feed_forward), units)
        if self.rotary is not None:
            self.rotary.build((None, None, 2 * self.heads, units // self.heads))

    def call(self, inputs, mask=None, training=None):
        if self.norm_first:
            attended = self._attention(self.attention_norm(inputs), mask)
            values = inputs + self.dropout(attended, training=training)
            changed = self._feed_forward(self.feed_forward_norm(values))
            return values + self.dropout(changed, training=training)
        attended = self._attention(inputs, mask)
        values = self.attention_norm(inputs + self.dropout(attended, training=training))
        changed = self._feed_forward(values)
        return self.feed_forward_norm(values + self.dropout(changed, training=training))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "heads": self.heads,
            "feed_forward": self.feed_forward,
            "dropout": self.dropout.rate,
            "activation": keras.activations.serialize(self.activation),
            "norm_first": self.norm_first,
            "positions": self.positions,
            "dropout_shape": self.dropout_shape,
            "seed": self.seed,
        }

    def _built(self, name: str, shape, units: int | None = None):
        """A dense layer, or a normalisation where no units are given, with its weights made."""
        policy = self.dtype_policy
        if units is None:
            layer = keras.layers.LayerNormalization(epsilon=1e-6, name=name, dtype=policy)
        else:
            layer = keras.layers.Dense(units, name=name, dtype=policy)
        layer.build(shape)
        return layer

    def _attention(self, inputs, mask):
        """Einsums on heads that stay where they are.

        On a CPU this takes half the time of `ops.dot_product_attention`, forward and back.
        """
        units = inputs.shape[-1]
        size = units // self.heads
        length = ops.shape(inputs)[1]
        parts = ops.reshape(self.projection(inputs), (-1, length, 3 * self.heads, size))
        both, values = ops.split(parts, [2 * self.heads], axis=2)
        queries, keys = ops.split(both if self.rotary is None else self.rotary(both), 2, axis=2)
        scores = ops.einsum("bqhd,bkhd->bhqk", queries * size**-0.5, keys)
        scores = ops.cast(scores, "float32")
        if mask is not None:
            scores = scores + ops.where(mask, 0.0, -1e9)[:, None, None]
        weights = ops.cast(ops.softmax(scores), self.compute_dtype)
        attended = ops.einsum("bhqk,bkhd->bqhd", weights, values)
        return self.output_projection(ops.reshape(attended, (-1, length, units)))

    def _feed_forward(self, inputs):
        return self.contraction(self.activation(self.hidden(inputs)))


def _check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"Expected `{name}` of {', '.join(known)}, received {value!r}.")
