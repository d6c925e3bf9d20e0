"""A Keras network as one of the forecasters that a report compares."""

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.forecast_data import Windows
from dltemplates.evaluation.forecast_baselines import Forecaster


def network_forecaster(network: keras.Model) -> Forecaster:
    """From `Windows` to scaled forecasts: `(windows, horizon)`, or with quantiles one axis more.

    Args:
        network: From the inputs of `Windows` to `(batch, horizon, quantiles)`.
    """

    signature = {
        tensor.name: tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in network.inputs
    }

    @tf.function(input_signature=[signature])
    def predict(inputs):
        return network(inputs, training=False)

    traced = predict.get_concrete_function()  # once, whatever the number of windows

    def forecast(windows: Windows) -> np.ndarray:
        answers = traced({name: tf.constant(v) for name, v in windows.inputs.items()}).numpy()
        return answers[..., 0] if answers.shape[-1] == 1 else answers

    return forecast
