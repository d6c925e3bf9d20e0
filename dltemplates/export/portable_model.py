"""What ONNX and LiteRT hold of a finished model: numbers in, numbers out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltemplates.layers.portable_ops import portable_ops

VALUES = "values"


@dataclass(frozen=True)
class PortableModel:
    """A finished model without what other formats cannot hold: strings, files, windows in a loop.

    Attributes:
        model: From named numbers to a dictionary of named numbers.
        longest: Sizes of the axes that have none, but for the batch, by input name: what a format
            of fixed sizes takes.
        about: What a client has to know, as JSON holds it: labels, names, units.
        outside: What a client does itself, in a sentence.
    """

    model: keras.Model
    longest: Mapping[str, tuple[int, ...]]
    about: Mapping[str, Any]
    outside: str

    def archive(self, *, fixed: bool, hide_batch: bool = False) -> keras.export.ExportArchive:
        """A SavedModel of operations that every format has, to convert.

        Args:
            fixed: Whether all axes have sizes, with a batch of one.
            hide_batch: Whether Keras shall not know that: it takes some sums of a batch of one for
                those with a bias, which LiteRT's converter cannot follow.
        """
        specs = {
            tensor.name: tf.TensorSpec(
                (1, *self._fixed(tensor)) if fixed else tensor.shape, tensor.dtype, name=tensor.name
            )
            for tensor in self.model.inputs
        }
        archive = keras.export.ExportArchive()
        archive.track(self.model)

        def serve(inputs):
            if hide_batch:
                inputs = {name: _of_any_batch(value) for name, value in inputs.items()}
            with portable_ops():
                given = inputs if len(specs) > 1 else inputs[next(iter(specs))]
                return self.model(given, training=False)

        archive.add_endpoint("serve", serve, [specs])
        return archive

    def has_fixed_sizes(self, inputs: Mapping[str, np.ndarray]) -> bool:
        """Whether these have the sizes that a format of fixed sizes takes."""
        return all(
            inputs[tensor.name].shape[1:] == self._fixed(tensor) for tensor in self.model.inputs
        )

    def _fixed(self, tensor: keras.KerasTensor) -> tuple[int, ...]:
        free = iter(self.longest.get(tensor.name, ()))
        return tuple(next(free) if size is None else size for size in tensor.shape[1:])


def _of_any_batch(value: tf.Tensor) -> tf.Tensor:
    return tf.raw_ops.PlaceholderWithDefault(input=value, shape=(None, *value.shape[1:]))
