"""The Muon optimizer for convolution kernels."""

import keras
from keras import ops

from dltemplates.training.rated_sgd import RatedSGD

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


@keras.saving.register_keras_serializable(package="dltemplates")
class ConvolutionalMuon(RatedSGD):
    """Muon for convolution kernels, Nesterov momentum for everything else.

    The momentum of a kernel, seen as a matrix with a row for each output channel, is replaced by
    the nearest orthogonal matrix, so that every direction is learned at the same speed.
    `keras.optimizers.Muon` does this for dense layers only. Kernels are kept at a norm of the
    square root of their output channels; use it where normalisation follows each convolution.

    Args:
        learning_rate: Rate of everything but convolution kernels, or a schedule.
        momentum: Nesterov momentum of everything but convolution kernels.
        kernel_rate: Rate of the kernels, as a multiple of `learning_rate`.
        kernel_momentum: Nesterov momentum of the kernels.
        rates: Multiples of `learning_rate` by variable name, such as `{"beta": 64.0}`.
        iterations: Newton-Schulz iterations a step.
        name: Name of the optimizer.
        **kwargs: Every other argument of `keras.optimizers.SGD`. Weight decay leaves kernels alone.

    Reference:
        Jordan et al., 2024, "Muon: An optimizer for hidden layers in neural networks"
        (https://kellerjordan.github.io/posts/muon), and its use on CIFAR-10 in
        https://github.com/KellerJordan/cifar10-airbench.
    """

    def __init__(
        self,
        learning_rate=0.5,
        momentum: float = 0.85,
        kernel_rate: float = 0.2,
        kernel_momentum: float = 0.6,
        rates: dict[str, float] | None = None,
        iterations: int = 3,
        name: str = "convolutional_muon",
        **kwargs,
    ) -> None:
        if not 0.0 < momentum < 1.0:
            raise ValueError(f"Expected `momentum` between 0 and 1, received {momentum}.")
        super().__init__(
            learning_rate, rates, name=name, momentum=momentum, nesterov=True, **kwargs
        )
        self.kernel_rate = kernel_rate
        self.kernel_momentum = kernel_momentum
        self.newton_schulz_iterations = iterations

    def update_step(self, gradient, variable, learning_rate):
        if not _is_kernel(variable):
            super().update_step(gradient, variable, learning_rate)
            return
        gradient = ops.cast(gradient, variable.dtype)
        momentum = self.momentums[self._get_variable_index(variable)]
        self.assign(momentum, momentum * self.kernel_momentum + gradient)
        direction = self._orthogonal(gradient + self.kernel_momentum * momentum)
        rate = ops.cast(learning_rate, variable.dtype) * self.kernel_rate
        norm = ops.sqrt(ops.cast(variable.shape[-1], variable.dtype))
        kernel = variable * (norm / (_norm(variable) + 1e-7))
        self.assign(variable, kernel - rate * direction)

    def _orthogonal(self, update):
        """Roughly the orthogonal matrix nearest to `update`: its singular values come near 1."""
        shape = update.shape
        matrix = ops.transpose(ops.reshape(update, (-1, shape[-1])))
        tall = matrix.shape[0] > matrix.shape[1]
        matrix = ops.transpose(matrix) if tall else matrix
        matrix = matrix / (_norm(matrix) + 1e-7)
        matrix = ops.cast(matrix, keras.config.dtype_policy().compute_dtype)
        a, b, c = _COEFFICIENTS
        for _ in range(self.newton_schulz_iterations):
            gram = ops.matmul(matrix, ops.transpose(matrix))
            matrix = a * matrix + ops.matmul(b * gram + c * ops.matmul(gram, gram), matrix)
        matrix = ops.cast(matrix, update.dtype)
        return ops.reshape(matrix if tall else ops.transpose(matrix), shape)

    def _use_weight_decay(self, variable):
        return not _is_kernel(variable) and super()._use_weight_decay(variable)

    def get_config(self) -> dict:
        config = super().get_config()
        del config["nesterov"]
        return {
            **config,
            "kernel_rate": self.kernel_rate,
            "kernel_momentum": self.kernel_momentum,
            "iterations": self.newton_schulz_iterations,
        }


def _norm(values):
    return ops.sqrt(ops.sum(ops.square(values)))


def _is_kernel(variable) -> bool:
    """Whether this is a 2-D convolution's kernel; a depthwise one has no matrix to speak of."""
    return len(variable.shape) == 4 and variable.shape[-1] > 1
