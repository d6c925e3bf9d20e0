"""Where in an image a network found what it answered."""

import keras
import numpy as np
import tensorflow as tf


class GradCAM:
    """Weighs the last feature maps by how much each speaks for a class.

    Args:
        network: From pixels `(batch, height, width, channels)` to logits `(batch, classes)`. The
            maps may be those of a network inside it, such as one of `keras.applications`.

    Raises:
        ValueError: The network has no feature maps of more than one place.

    Reference:
        Selvaraju et al., 2017, "Grad-CAM" (https://arxiv.org/abs/1610.02391).
    """

    def __init__(self, network: keras.Model) -> None:
        seen: list[keras.KerasTensor] = []
        outer, maps = _last_maps(network)

        def call(layer, *args, **kwargs):
            if layer is not outer:
                return layer(*args, **kwargs)
            if layer is maps:
                found = answer = layer(*args, **kwargs)
            else:
                found, answer = keras.Model(layer.inputs, [maps.output, layer.output])(*args)
            seen.append(found)
            return answer

        same = keras.models.clone_model(
            network, clone_function=lambda layer: layer, call_function=call
        )
        self._model = keras.Model(same.inputs, [seen[0], same.outputs[0]])

    def __call__(self, pixels: np.ndarray, classes: np.ndarray) -> np.ndarray:
        """What spoke for `classes`, one an image: `(batch, rows, columns)`, 0 to 1.

        An image in which nothing spoke for its class is all zeros.
        """
        with tf.GradientTape() as tape:
            maps, logits = self._model(tf.cast(pixels, tf.float32), training=False)
            chosen = tf.gather(logits, tf.constant(classes, tf.int32), batch_dims=1)
        weights = tf.reduce_mean(tape.gradient(chosen, maps), axis=(1, 2), keepdims=True)
        heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)).numpy()
        return heat / np.maximum(heat.max(axis=(1, 2), keepdims=True), 1e-12)


def _last_maps(network: keras.Model) -> tuple[keras.layers.Layer, keras.layers.Layer]:
    """The network's last layer that has feature maps in it, and the layer that makes them."""
    for layer in reversed(network.layers):
        if isinstance(layer, keras.Model):
            try:
                return layer, _last_maps(layer)[1]
            except ValueError:
                continue
        shape: tuple = getattr(layer.output, "shape", ())
        if len(shape) == 4 and shape[1] != 1 and not isinstance(layer, keras.layers.InputLayer):
            return layer, layer
    raise ValueError("Expected a network with feature maps, received one that has none.")
