"""The names of a classifier's classes, kept inside the model."""

from collections.abc import Sequence

import keras


@keras.saving.register_keras_serializable(package="dltemplates")
class ClassLabels(keras.layers.Layer):
    """Passes class probabilities through, and keeps the name of each class with the model.

    A saved model that ends in this layer can never be separated from its labels or their order.

    Args:
        names: The class names, in the order of the last axis. At least two, no two alike.

    Input and output shape:
        `(..., len(names))`, unchanged.

    Raises:
        ValueError: On fewer than two names, repeated names, or inputs of another width.
    """

    def __init__(self, names: Sequence[str], **kwargs) -> None:
        super().__init__(**kwargs)
        names = [str(name) for name in names]
        if len(names) < 2:
            raise ValueError(f"Expected at least two class names, received {names}.")
        if len(set(names)) < len(names):
            repeated = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"Expected distinct class names, received {repeated} more than once.")
        self.names = names
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if input_shape[-1] != len(self.names):
            raise ValueError(
                f"Expected inputs of width {len(self.names)}, one for each class, "
                f"received shape {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {**super().get_config(), "names": self.names}
