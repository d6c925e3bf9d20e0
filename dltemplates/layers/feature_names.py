"""The names of a model's features, kept inside the model."""

from collections.abc import Sequence

import keras


@keras.saving.register_keras_serializable(package="dltemplates")
class FeatureNames(keras.layers.Layer):
    """Lets its inputs through, and keeps what the features on their last axis are called.

    The names are part of the layer's configuration: a saved model can never be separated from them
    or their order.

    Args:
        names: What each feature is called, in order.

    Input and output shape:
        `(batch, ..., len(names))`.

    Raises:
        ValueError: On inputs with another number of features.
    """

    def __init__(self, names: Sequence[str], **kwargs) -> None:
        super().__init__(**kwargs)
        self.names = [str(name) for name in names]
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) < 2 or input_shape[-1] != len(self.names):
            raise ValueError(
                f"Expected inputs of shape (batch, ..., {len(self.names)}), one for each of "
                f"{self.names}, received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {**super().get_config(), "names": self.names}
