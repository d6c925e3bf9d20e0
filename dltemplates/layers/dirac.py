"""An initial convolution that passes its input through."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class Dirac(keras.initializers.Initializer):
    """Makes the first filters of a convolution copy their input; the others are random.

    A network of such layers hands the image on from the start, so that its later layers learn at
    once. For kernels of odd height and width.

    Args:
        seed: Seed of the random filters; None for Keras's own state.

    Reference:
        Zagoruyko and Komodakis, 2017, "DiracNets" (https://arxiv.org/abs/1706.00388); in this form,
        Jordan, 2024 (https://arxiv.org/abs/2404.00498).
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape, dtype=None):
        if len(shape) != 4 or shape[0] % 2 == 0 or shape[1] % 2 == 0:
            raise ValueError(
                "Expected the shape of a 2-D convolution with odd height and width, "
                f"received {shape}."
            )
        height, width, channels, filters = shape
        bound = (height * width * channels) ** -0.5
        kernel = keras.random.uniform(shape, -bound, bound, seed=self.seed, dtype="float32")
        copied = min(channels, filters)
        mask = np.zeros(shape, "float32")
        mask[..., :copied] = 1.0
        copy = np.zeros(shape, "float32")
        copy[height // 2, width // 2, range(copied), range(copied)] = 1.0
        return ops.cast(kernel * (1.0 - mask) + copy, dtype or keras.config.floatx())

    def get_config(self) -> dict:
        return {"seed": self.seed}
