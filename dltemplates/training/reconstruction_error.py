"""The error of a reconstruction, where values may be missing and items may not belong."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class ReconstructionError(keras.losses.Loss):
    """The mean squared error of each item over what was observed; the worst items may be left out.

    Training data that are said to be normal often are not quite. `trim` leaves the share of each
    batch with the largest errors out of the loss, so that they are not learned.

    Args:
        trim: Share of each batch that is left out, from 0 to below 1; above 0 at least one item of
            two or more.

    Call arguments:
        y_true: `(batch, ...)`, NaN where missing. An item without a value has no error.
        y_pred: Of the same shape.

    Raises:
        ValueError: On a share outside [0, 1).

    Reference:
        Rousseeuw, 1984, "Least Median of Squares Regression", for least trimmed squares.
    """

    def __init__(self, trim: float = 0.0, name: str = "reconstruction_error", **kwargs) -> None:
        super().__init__(name=name, **kwargs)
        if not 0.0 <= trim < 1.0:
            raise ValueError(f"Expected `trim` in [0, 1), received {trim}.")
        self.trim = trim

    def call(self, y_true, y_pred):
        y_true = ops.cast(y_true, y_pred.dtype)
        observed = ops.isfinite(y_true)
        # NaN must not reach the subtraction: its gradient would be NaN too.
        errors = ops.square(ops.where(observed, y_true, y_pred) - y_pred)
        within = tuple(range(1, len(errors.shape)))
        counts = ops.sum(ops.cast(observed, errors.dtype), axis=within)
        errors = ops.sum(errors, axis=within) / ops.maximum(counts, 1.0)
        if not self.trim:
            return errors
        # The limit is the largest error that stays; how it depends on the weights does not matter.
        limit = ops.stop_gradient(ops.quantile(errors, 1.0 - self.trim, method="lower"))
        kept = ops.cast(errors <= limit, errors.dtype)
        return errors * kept / ops.maximum(ops.mean(kept), 1e-6)

    def get_config(self) -> dict:
        return {**super().get_config(), "trim": self.trim}
