"""One answer of several models."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class LogitBlend(keras.layers.Layer):
    """The weighted sum of the logits of several models.

    The weights are ones at first and are not trained: they are found on data that no part has seen.

    Args:
        parts: Number of models, at least 1.

    Input shape:
        A list of `parts` tensors, `(batch, classes)` each.

    Output shape:
        `(batch, classes)`.

    Weights:
        `weights_of_parts`, `(parts,)`, not trainable.

    Raises:
        ValueError: On parts below 1, another number of inputs, or inputs of different widths.

    Reference:
        Wolpert, 1992, "Stacked Generalization".
    """

    def __init__(self, parts: int = 2, **kwargs) -> None:
        super().__init__(**kwargs)
        if parts < 1:
            raise ValueError(f"Expected `parts` of at least 1, received {parts}.")
        self.parts = parts

    def build(self, input_shape) -> None:
        if not input_shape or not isinstance(input_shape[0], list | tuple):
            raise ValueError(f"Expected a list of inputs, received shape {tuple(input_shape)}.")
        if len(input_shape) != self.parts or len({shape[-1] for shape in input_shape}) > 1:
            raise ValueError(
                f"Expected {self.parts} inputs of the same width, received shapes "
                f"{', '.join(str(tuple(shape)) for shape in input_shape)}."
            )
        self.weights_of_parts = self.add_weight(
            shape=(self.parts,), initializer="ones", trainable=False, name="weights_of_parts"
        )

    def set_weights_of(self, parts: Sequence[float]) -> None:
        """Sets the weight of each part; once the layer is built.

        Raises:
            ValueError: On another number of weights, or any that is not finite.
        """
        values = np.array(parts, "float32")
        if values.shape != (self.parts,) or not np.isfinite(values).all():
            raise ValueError(f"Expected {self.parts} finite weights, received {list(parts)}.")
        self.weights_of_parts.assign(values)

    def call(self, inputs):
        weights = ops.convert_to_tensor(self.weights_of_parts)
        return sum(weights[place] * logits for place, logits in enumerate(inputs))

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self) -> dict:
        return {**super().get_config(), "parts": self.parts}
