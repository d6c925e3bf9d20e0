"""A window brought to its own level and spread, and forecasts brought back."""

import keras
from keras import ops

_MODES = ("standard", "last", "none")


@keras.saving.register_keras_serializable(package="dltemplates")
class ReversibleInstanceNormalization(keras.layers.Layer):
    """Normalises each window by its own statistics, and undoes it on the forecast.

    A series whose level wanders looks alike to the network at every level. The same layer is called
    twice; the second call names the window that the forecast is for:

        normalization = ReversibleInstanceNormalization()
        outputs = network(normalization(values))
        forecast = normalization(outputs, inverse_for=values)

    Statistics are computed in float32, and are not differentiated through. In mixed precision give
    the layer `dtype="float32"`, so that the forecast keeps all its digits.

    Args:
        mode: `standard` subtracts the mean and divides by the standard deviation; `last` subtracts
            the last value, and divides by nothing; `none` leaves the window as it is.
        affine: Whether to learn a scale and an offset, one each, after normalising.
        epsilon: Least variance to divide by, in squared input units; it bears on windows that are
            all but constant.

    Input shape:
        `(batch, lookback)`; with `inverse_for`, `(batch, horizon)` or `(batch, horizon,
        quantiles)`, and the window in `inverse_for`, `(batch, lookback)`.

    Output shape:
        The same as the (first) input.

    Raises:
        ValueError: On an unknown mode, an epsilon of 0 or below, or inputs of another rank.

    Reference:
        Kim et al., 2022, "Reversible Instance Normalization for Accurate Time-Series Forecasting
        against Distribution Shift" (https://openreview.net/forum?id=cGDAkQo1C0p); `last` as in
        NLinear, Zeng et al., 2022 (https://arxiv.org/abs/2205.13504).
    """

    def __init__(
        self, mode: str = "standard", affine: bool = False, epsilon: float = 1e-5, **kwargs
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        if mode not in _MODES:
            raise ValueError(f"Expected `mode` to be one of {_MODES}, received {mode!r}.")
        if epsilon <= 0.0:
            raise ValueError(f"Expected `epsilon` above 0, received {epsilon}.")
        self.mode = mode
        self.affine = affine
        self.epsilon = epsilon

    def build(self, input_shape) -> None:
        if self.affine:
            self.gamma = self.add_weight((1,), initializer="ones", autocast=False, name="gamma")
            self.beta = self.add_weight((1,), initializer="zeros", autocast=False, name="beta")

    def call(self, inputs, inverse_for=None):
        values = ops.cast(inputs, "float32")
        if inverse_for is None:
            outputs = self._normalize(values)
        else:
            outputs = self._denormalize(values, ops.cast(inverse_for, "float32"))
        return ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "mode": self.mode,
            "affine": self.affine,
            "epsilon": self.epsilon,
        }

    def _statistics(self, window):
        """Centre and scale of each window, `(batch, 1)`."""
        if len(window.shape) != 2:
            raise ValueError(
                f"Expected a window of shape (batch, lookback), received {tuple(window.shape)}."
            )
        if self.mode != "standard":
            centre = window[:, -1:] * float(self.mode == "last")
            return ops.stop_gradient(centre), ops.ones_like(centre)
        mean, variance = ops.moments(window, axes=1, keepdims=True)
        # Not variance + epsilon: TensorFlow's graph optimizer takes that, with `affine`, for an
        # instance normalisation over images, and its fused kernel then reads outside the window.
        scale = ops.sqrt(ops.maximum(variance, self.epsilon))
        return ops.stop_gradient(mean), ops.stop_gradient(scale)

    def _normalize(self, window):
        centre, scale = self._statistics(window)
        normalised = (window - centre) / scale
        return normalised * self.gamma + self.beta if self.affine else normalised

    def _denormalize(self, outputs, window):
        centre, scale = self._statistics(window)
        if len(outputs.shape) == 3:
            centre, scale = centre[:, None], scale[:, None]
        if self.affine:
            outputs = (outputs - self.beta) / (self.gamma + self.epsilon**2)
        return outputs * scale + centre
