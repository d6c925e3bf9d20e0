"""AdamW whose update is one operation."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class FusedAdamW(keras.optimizers.AdamW):
    """`keras.optimizers.AdamW`, faster on large weights under TensorFlow.

    Keras passes about fifteen times over a weight and its two moments, once for each operation;
    here it is one pass, in place. That pays for tables of embeddings, which are much larger than
    what a batch computes. Other backends, and `amsgrad`, get Keras's update.

    One thing differs from Keras. Of a row of a table that comes several times in a batch, the
    second moment has the square of the summed gradient, as on other backends; Keras under
    TensorFlow has the sum of the squares.

    Args:
        learning_rate: The rate, or a schedule.
        name: Name of the optimizer.
        **kwargs: Every other argument of `keras.optimizers.AdamW`.

    Reference:
        Loshchilov and Hutter, 2019, "Decoupled Weight Decay Regularization"
        (https://arxiv.org/abs/1711.05101).
    """

    def __init__(self, learning_rate=0.001, name: str = "fused_adamw", **kwargs) -> None:
        super().__init__(learning_rate, name=name, **kwargs)

    def update_step(self, gradient, variable, learning_rate):
        if keras.backend.backend() != "tensorflow" or self.amsgrad:
            super().update_step(gradient, variable, learning_rate)
            return
        import tensorflow as tf

        dtype = variable.dtype
        index = self._get_variable_index(variable)
        step = ops.cast(self.iterations + 1, dtype)
        beta_1, beta_2 = (ops.cast(beta, dtype) for beta in (self.beta_1, self.beta_2))
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=ops.power(beta_1, step),
            beta2_power=ops.power(beta_2, step),
            lr=ops.cast(learning_rate, dtype),
            beta1=beta_1,
            beta2=beta_2,
            epsilon=ops.cast(self.epsilon, dtype),
            grad=tf.cast(tf.convert_to_tensor(gradient), dtype),  # the rows of a table, summed
        )


def _handle(variable):
    """What TensorFlow's own operations know a Keras or TensorFlow variable by."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle
