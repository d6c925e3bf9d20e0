"""Gaps in a text, for training."""

import keras
from keras import ops

REPLACEMENT = 0xFFFD  # Unicode's replacement character


@keras.saving.register_keras_serializable(package="dltemplates")
class SpanDropout(keras.layers.Layer):
    """Replaces spans of tokens by one that says nothing, in training only.

    A network that has to do without a word now and then relies less on any single one. Spans begin
    anywhere and may overlap, so that each token is replaced with the same probability; padding
    stays.

    Args:
        rate: Share of tokens that is replaced, in [0, 1).
        span: Tokens in a span, at least 1.
        token: What they become: U+FFFD by default, for code points; 1 for the numbers of a
            vocabulary. Not 0, which is padding.
        seed: Of the random numbers.

    Input shape:
        `(batch, length)`, integers; 0 is padding.

    Output shape:
        The same, int32.

    Raises:
        ValueError: On a rate outside [0, 1), a span or token below 1, or inputs of another rank.

    Reference:
        Joshi et al., 2020, "SpanBERT" (https://arxiv.org/abs/1907.10529), for spans; Iyyer et al.,
        2015, "Deep Unordered Composition Rivals Syntactic Methods for Text Classification", for
        dropping words.
    """

    def __init__(
        self,
        rate: float,
        span: int = 3,
        token: int = REPLACEMENT,
        seed: int | None = None,
        **kwargs,
    ) -> None:
        super().__init__(autocast=False, **kwargs)  # bfloat16 cannot hold code points
        if not 0.0 <= rate < 1.0:
            raise ValueError(f"Expected `rate` in [0, 1), received {rate}.")
        if span < 1 or token < 1:
            raise ValueError(
                f"Expected `span` and `token` of at least 1, received {span} and {token}."
            )
        self.rate = rate
        self.span = span
        self.token = token
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape) -> None:
        if len(input_shape) != 2:
            raise ValueError(
                f"Expected tokens of shape (batch, length), received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs, training=None):
        tokens = ops.cast(inputs, "int32")
        if not training or not self.rate:
            return tokens
        batch, length = ops.shape(tokens)
        # A token is kept if no span begins at it or at one of the `span - 1` places before it.
        begins = 1.0 - (1.0 - self.rate) ** (1.0 / self.span)
        noise = keras.random.uniform((batch, length + self.span - 1), seed=self.seed_generator)
        replaced = noise[:, : 1 - self.span or None] < begins
        for place in range(1, self.span):
            shifted = noise[:, place : place + 1 - self.span or None] < begins
            replaced = ops.logical_or(replaced, shifted)
        return ops.where(ops.logical_and(replaced, tokens != 0), self.token, tokens)

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs, training=None):
        return keras.KerasTensor(inputs.shape, "int32")

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "rate": self.rate,
            "span": self.span,
            "token": self.token,
            "seed": self.seed,
        }
