"""Anomaly scores as shares of normal data, kept inside the model."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from dltemplates.layers.portable_ops import log1p, searchsorted

_FLOOR = 1e-9


@keras.saving.register_keras_serializable(package="dltemplates")
class ScoreCalibration(keras.layers.Layer):
    """Turns raw anomaly scores into the share of normal scores that lie below them.

    A calibrated score of 0.99 is reached by one normal row in 100. The distribution is part of the
    layer's configuration. It computes in float32 whatever the policy: half precision has nothing
    between 0.996 and 1.

    Args:
        knots: Raw scores, increasing.
        probabilities: Share of normal scores above each knot, decreasing, between 0 and 1; straight
            lines between.
        tail: Start, scale, shape and share of the generalised Pareto distribution above the last
            knot; None where nothing is known of it, and larger scores only get closer to 1.
        count: Scores that this was fitted to; kept for who reads the model, as is
        effective: as how many independent ones they count.

    Input and output shape:
        Any, the same. NaN stays NaN.

    Raises:
        ValueError: On knots that do not increase, probabilities that do not decrease between 0 and
            1, not as many of one as of the other, or a tail that does not begin at the last knot,
            has a scale of 0 or below, or a shape of 0.

    Reference:
        Siffer et al., 2017, "Anomaly Detection in Streams with Extreme Value Theory"
        (https://doi.org/10.1145/3097983.3098144), for the tail.
    """

    def __init__(
        self,
        knots: Sequence[float],
        probabilities: Sequence[float],
        tail: Sequence[float] | None = None,
        count: int = 0,
        effective: int = 0,
        **kwargs,
    ) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.knots = [float(value) for value in knots]
        self.probabilities = [float(value) for value in probabilities]
        self.tail = None if tail is None else [float(value) for value in tail]
        self.count = count
        self.effective = effective
        self.supports_masking = True
        self._check()

    def call(self, inputs):
        return 1.0 - self.tail_probability(inputs)

    def tail_probability(self, inputs):
        """The share of normal scores above `inputs`: 1 - score, but exact where that is small."""
        raw = ops.cast(inputs, "float32")
        return ops.where(raw > self.knots[-1], self._above(raw), self._between(raw))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "knots": self.knots,
            "probabilities": self.probabilities,
            "tail": self.tail,
            "count": self.count,
            "effective": self.effective,
        }

    def _between(self, raw):
        """Straight lines between the knots; the first probability below them."""
        knots = ops.convert_to_tensor(self.knots, "float32")
        values = ops.convert_to_tensor(self.probabilities, "float32")
        if len(self.knots) == 1:
            return ops.where(ops.isnan(raw), raw, values[0])
        # What is no number has no place among the knots, but must come out as it went in.
        place = searchsorted(knots, ops.reshape(ops.nan_to_num(raw), (-1,)), side="right")
        right = ops.reshape(ops.clip(place, 1, len(self.knots) - 1), ops.shape(raw))
        start, width = (
            ops.take(knots, right - 1),
            ops.take(knots, right) - ops.take(knots, right - 1),
        )
        share = (raw - start) / width
        share = ops.where(ops.isnan(raw), raw, ops.clip(share, 0.0, 1.0))
        high, low = ops.take(values, right - 1), ops.take(values, right)
        return high + share * (low - high)

    def _above(self, raw):
        start, scale, shape, share = self.tail or self._continuation()
        beyond = ops.maximum(raw - start, 0.0) / scale
        inside = ops.maximum(shape * beyond, -1.0 + 1e-7)
        tail = ops.exp(-log1p(inside) / shape)
        if shape < 0.0:  # it has an end, and 1e-7 from there it is there
            tail = ops.where(shape * beyond <= -1.0 + 1e-7, 0.0, tail)
        return share * ops.maximum(tail, _FLOOR / (1.0 + beyond))

    def _continuation(self) -> list[float]:
        width = self.knots[-1] - self.knots[0] or abs(self.knots[-1]) or 1.0
        return [self.knots[-1], width, 1.0, self.probabilities[-1]]

    def _check(self) -> None:
        knots = np.asarray(self.knots, "float32")
        probabilities = np.asarray(self.probabilities, "float32")
        if not len(knots) or len(knots) != len(probabilities):
            raise ValueError(
                "Expected as many `knots` as `probabilities` and at least one, "
                f"received {len(knots)} and {len(probabilities)}."
            )
        if not np.isfinite(knots).all() or (np.diff(knots) <= 0).any():
            raise ValueError("Expected finite `knots` that increase in float32.")
        inside = 0.0 < probabilities.min() <= probabilities.max() < 1.0
        if not inside or (np.diff(probabilities) > 0).any():
            raise ValueError("Expected `probabilities` between 0 and 1 that decrease.")
        if self.tail is None:
            return
        if len(self.tail) != 4 or not np.isfinite(self.tail).all():
            raise ValueError(
                f"Expected a `tail` of start, scale, shape and share, received {self.tail}."
            )
        start, scale, shape, _ = self.tail
        if start != self.knots[-1] or scale <= 0.0 or shape == 0.0:
            raise ValueError(
                f"Expected a `tail` from the last knot, {self.knots[-1]}, with a scale above 0 and "
                f"a shape other than 0, received {self.tail}."
            )
