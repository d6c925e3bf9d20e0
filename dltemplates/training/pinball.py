"""The loss whose minimum is a quantile."""

from collections.abc import Sequence

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class PinballLoss(keras.losses.Loss):
    """Mean pinball loss over quantiles: a miss above costs the level, a miss below its complement.

    Targets are `(batch, horizon, 1)`, predictions `(batch, horizon, len(quantiles))`; the loss is
    one number a step, `(batch, horizon)`, so that sample weights of that shape can leave out what
    is missing. At level 0.5 it is half the absolute error.

    Args:
        quantiles: The levels, each between 0 and 1, in the order of the predictions' last axis.
        reduction: As for every Keras loss.
        name: Name of the loss.
        dtype: Dtype that it is computed in.

    Raises:
        ValueError: On levels outside (0, 1), or predictions of another width.

    Reference:
        Koenker and Bassett, 1978, "Regression Quantiles" (https://doi.org/10.2307/1913643).
    """

    def __init__(
        self,
        quantiles: Sequence[float],
        reduction: str = "sum_over_batch_size",
        name: str = "pinball",
        dtype=None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.quantiles = [float(level) for level in quantiles]
        if not self.quantiles or not all(0.0 < level < 1.0 for level in self.quantiles):
            raise ValueError(
                f"Expected `quantiles` between 0 and 1, at least one, received {self.quantiles}."
            )

    def call(self, y_true, y_pred):
        if y_pred.shape[-1] != len(self.quantiles):
            raise ValueError(
                f"Expected predictions of width {len(self.quantiles)}, one for each quantile, "
                f"received shape {tuple(y_pred.shape)}."
            )
        levels = ops.convert_to_tensor(self.quantiles, y_pred.dtype)
        errors = y_true - y_pred
        return ops.mean(ops.maximum(levels * errors, (levels - 1.0) * errors), axis=-1)

    def get_config(self) -> dict:
        return {**super().get_config(), "quantiles": self.quantiles}
