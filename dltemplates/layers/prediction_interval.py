"""Calibrated intervals around forecasts, kept inside the model."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class PredictionInterval(keras.layers.Layer):
    """Lower and upper ends around forecasts, as calibration on held-out data has set them.

    A margin is in units of the window's own spread, the square root of its variance and the square
    of `floor`. Everything is on scaled values and computed in float32.

    Args:
        margins: Of each series and step, `(series, horizon)`; below 0 where quantiles were too
            wide.
        coverage: Share that the intervals should cover, between 0 and 1; kept for whoever reads the
            model.
        bounds: Places of the lower and the upper quantile among the forecasts; None for point
            forecasts.
        floor: Least spread of a window, in scaled units.

    Call arguments:
        forecasts: `(batch, horizon, series)`, or with `bounds` `(batch, horizon, series,
            quantiles)`.
        window: What they were made from, `(batch, lookback, series)`.

    Output shape:
        `(batch, horizon, series, 2)`, the lower end first.

    Raises:
        ValueError: On margins that are no finite table, or forecasts or a window of another shape.

    Reference:
        Romano et al., 2019, "Conformalized Quantile Regression" (https://arxiv.org/abs/1905.03222).
    """

    def __init__(
        self,
        margins: Sequence[Sequence[float]],
        coverage: float,
        bounds: tuple[int, int] | None = None,
        floor: float = 0.1,
        **kwargs,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        table = np.asarray(margins, "float32")
        if table.ndim != 2 or not table.size or not np.isfinite(table).all():
            raise ValueError(
                "Expected finite `margins` of shape (series, horizon), "
                f"received {'shape ' + str(table.shape) if table.ndim != 2 else table.tolist()}."
            )
        if not 0.0 < coverage < 1.0:
            raise ValueError(f"Expected `coverage` between 0 and 1, received {coverage}.")
        self.margins = table.tolist()
        self.coverage = float(coverage)
        self.bounds = None if bounds is None else (int(bounds[0]), int(bounds[1]))
        self.floor = floor

    def call(self, forecasts, window):
        self._check_shapes(forecasts.shape, window.shape)
        forecasts, window = ops.cast(forecasts, "float32"), ops.cast(window, "float32")
        low = forecasts if self.bounds is None else forecasts[..., self.bounds[0]]
        high = forecasts if self.bounds is None else forecasts[..., self.bounds[1]]
        spread = ops.sqrt(ops.var(window, axis=1, keepdims=True) + self.floor**2)
        margin = ops.transpose(ops.convert_to_tensor(self.margins, "float32")) * spread
        # A margin below 0 can turn a narrow interval inside out; it then shrinks to its middle.
        margin = ops.maximum(margin, (low - high) / 2.0)
        return ops.cast(ops.stack([low - margin, high + margin], axis=-1), self.compute_dtype)

    def compute_output_shape(self, forecasts_shape, window_shape):
        return (*forecasts_shape[:3], 2)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "margins": self.margins,
            "coverage": self.coverage,
            "bounds": self.bounds,
            "floor": self.floor,
        }

    def _check_shapes(self, forecasts, window) -> None:
        series, horizon = len(self.margins), len(self.margins[0])
        rank = 3 if self.bounds is None else 4
        if len(forecasts) != rank or tuple(forecasts[1:3]) != (horizon, series):
            quantiles = ", quantiles" if self.bounds else ""
            raise ValueError(
                f"Expected forecasts of shape (batch, {horizon}, {series}{quantiles}), "
                f"received {tuple(forecasts)}."
            )
        if len(window) != 3 or window[2] != series:
            raise ValueError(
                f"Expected a window of shape (batch, lookback, {series}), received {tuple(window)}."
            )
