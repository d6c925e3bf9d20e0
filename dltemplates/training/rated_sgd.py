"""Stochastic gradient descent with a learning rate of its own for some weights."""

import keras


@keras.saving.register_keras_serializable(package="dltemplates")
class RatedSGD(keras.optimizers.SGD):
    """`keras.optimizers.SGD` in which weights of certain names learn faster or slower.

    Args:
        learning_rate: The rate, or a schedule.
        rates: Multiples of `learning_rate` by the name of a variable, such as `{"beta": 64.0}`.
        name: Name of the optimizer.
        **kwargs: Every other argument of `keras.optimizers.SGD`.
    """

    def __init__(
        self,
        learning_rate=0.01,
        rates: dict[str, float] | None = None,
        name: str = "rated_sgd",
        **kwargs,
    ) -> None:
        super().__init__(learning_rate, name=name, **kwargs)
        self.rates = dict(rates or {})

    def build(self, variables) -> None:
        if not self.built:
            self._rates = [self.rates.get(variable.name, 1.0) for variable in variables]
        super().build(variables)

    def update_step(self, gradient, variable, learning_rate):
        rate = self._rates[self._get_variable_index(variable)]
        super().update_step(gradient, variable, learning_rate * rate)

    def get_config(self) -> dict:
        return {**super().get_config(), "rates": self.rates}
