"""The random code of a variational autoencoder."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class GaussianCode(keras.layers.Layer):
    """Draws a code from a normal distribution in training, and takes its mean elsewhere.

    It adds to the loss how far the distribution is from the standard normal one, the
    Kullback-Leibler divergence, in nats an item.

    Args:
        units: Numbers in the code.
        divergence_weight: What the divergence is multiplied by.
        seed: Of the draws.

    Input shape:
        `(batch, features)`.

    Output shape:
        `(batch, units)`.

    Raises:
        ValueError: On fewer than one unit, or a weight below 0.

    Reference:
        Kingma and Welling, 2014, "Auto-Encoding Variational Bayes"
        (https://arxiv.org/abs/1312.6114).
    """

    def __init__(
        self, units: int, divergence_weight: float = 1.0, seed: int | None = None, **kwargs
    ) -> None:
        super().__init__(**kwargs)
        if units < 1 or divergence_weight < 0.0:
            raise ValueError(
                "Expected `units` of at least 1 and `divergence_weight` of at least 0, "
                f"received {units} and {divergence_weight}."
            )
        self.units = units
        self.divergence_weight = divergence_weight
        self.seed = seed
        self.draws = keras.random.SeedGenerator(seed)
        self.mean = keras.layers.Dense(units, dtype=self.dtype_policy, name="mean")
        self.log_variance = keras.layers.Dense(units, dtype=self.dtype_policy, name="log_variance")

    def build(self, input_shape) -> None:
        self.mean.build(input_shape)
        self.log_variance.build(input_shape)

    def call(self, inputs, training=False):
        mean = self.mean(inputs)
        if not training:
            return mean
        # A variance that overflows would end training at once.
        log_variance = ops.clip(self.log_variance(inputs), -20.0, 20.0)
        exact = ops.cast(mean, "float32"), ops.cast(log_variance, "float32")  # as losses are
        divergence = ops.square(exact[0]) + ops.exp(exact[1]) - exact[1] - 1.0
        self.add_loss(self.divergence_weight * 0.5 * ops.mean(ops.sum(divergence, axis=-1)))
        noise = keras.random.normal(ops.shape(mean), dtype=mean.dtype, seed=self.draws)
        return mean + ops.exp(0.5 * log_variance) * noise

    def compute_output_shape(self, input_shape):
        return *input_shape[:-1], self.units

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "units": self.units,
            "divergence_weight": self.divergence_weight,
            "seed": self.seed,
        }
