"""How far features lie from those of known data."""

import keras
import numpy as np
from keras import ops

_TINY = 1e-6
_CHUNK = 1_024


@keras.saving.register_keras_serializable(package="dltemplates")
class NeighborDistance(keras.layers.Layer):
    """The logarithm of the distance to the nearest references, where they are sparse a little less.

    That is log(d) - log(s) / 2, with d the mean distance of the features to their `neighbors`
    nearest references, and s the mean distance at which those have their own nearest. With s left
    out this were the distance of k nearest neighbours, with all of it a local outlier factor.

    `adapt` gives the layer its references; they are weights that no training changes. Features are
    centred, and divided by their spread among the references. It computes in float32.

    Args:
        neighbors: Number of nearest references.
        references: How many there are; `adapt` sets it.
        capacity: The most that `adapt` keeps, evenly chosen.

    Input shape:
        `(batch, features)`.

    Output shape:
        `(batch,)`.

    Raises:
        ValueError: On fewer than one neighbour or two of capacity, inputs of another rank or before
            `adapt`, or `adapt` with fewer than two vectors or a second time.

    Reference:
        Ramaswamy et al., 2000, "Efficient Algorithms for Mining Outliers from Large Data Sets"
        (https://doi.org/10.1145/342009.335437), for the distance; Breunig et al., 2000, "LOF:
        Identifying Density-Based Local Outliers" (https://doi.org/10.1145/342009.335388), for the
        local density.
    """

    def __init__(
        self, neighbors: int = 20, references: int = 0, capacity: int = 10_000, **kwargs
    ) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})
        if neighbors < 1 or capacity < 2:
            raise ValueError(
                "Expected `neighbors` of at least 1 and `capacity` of at least 2, "
                f"received {neighbors} and {capacity}."
            )
        self.neighbors = neighbors
        self.references = references
        self.capacity = capacity

    def build(self, input_shape) -> None:
        if len(input_shape) != 2 or input_shape[1] is None:
            raise ValueError(
                f"Expected inputs of shape (batch, features), received {tuple(input_shape)}."
            )
        if not self.references:
            raise ValueError(f"{self.name} has no references; call `adapt` first.")
        shape = (self.references, input_shape[1])
        self.centre = self._stored("centre", shape[1:])
        self.points = self._stored("points", shape)
        self.sparsity = self._stored("sparsity", shape[:1])
        self.spread = self._stored("spread", shape[1:])

    def adapt(self, features: np.ndarray) -> None:
        """Takes `features`, `(references, features)`, for what is known; once, before any use."""
        if hasattr(self, "points"):
            raise ValueError(f"{self.name} has its references already.")
        features = np.asarray(features, "float32")
        if features.ndim != 2 or len(features) < 2:
            raise ValueError(
                "Expected at least two vectors of features, (references, features), "
                f"received shape {features.shape}."
            )
        if len(features) > self.capacity:
            chosen = np.linspace(0, len(features) - 1, self.capacity).astype("int64")
            features = features[chosen]
        deviation = features.std(axis=0)
        # A feature that hardly changes shall not outweigh the others.
        spread = np.maximum(deviation + 0.05 * deviation.mean(), _TINY)
        self.references = len(features)
        self.build((None, features.shape[1]))
        self.built = True
        self.spread.assign(spread)
        self.centre.assign(features.mean(axis=0))
        self.points.assign((features - self.centre) / spread)
        self.sparsity.assign(self._own_distances())

    def call(self, inputs):
        points = (ops.cast(inputs, "float32") - self.centre) / self.spread
        distances, nearest = self._nearest(points, min(self.neighbors, self.references))
        around = ops.mean(ops.take(self.sparsity, nearest), axis=1)
        return ops.log(ops.mean(distances, axis=1) + _TINY) - 0.5 * ops.log(around + _TINY)

    def compute_output_shape(self, input_shape):
        return input_shape[:1]

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "neighbors": self.neighbors,
            "references": self.references,
            "capacity": self.capacity,
        }

    def _stored(self, name: str, shape: tuple[int, ...]):
        return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

    def _nearest(self, points, count: int):
        """Distances to the nearest references and their places, each `(batch, count)`."""
        squared = (
            ops.sum(points**2, axis=1, keepdims=True)
            + ops.sum(self.points**2, axis=1)
            - 2.0 * ops.matmul(points, ops.transpose(self.points))
        )
        _, nearest = ops.top_k(-squared, count)
        # Small distances between large vectors have no digits left in that, so they are done again.
        apart = points[:, None] - ops.take(self.points, nearest, axis=0)
        return ops.sqrt(ops.sum(apart**2, axis=-1)), nearest

    def _own_distances(self) -> np.ndarray:
        """How far each reference is from its own nearest, itself not counted."""
        count = min(self.neighbors, self.references - 1)
        points = ops.convert_to_numpy(self.points)
        means = []
        for start in range(0, len(points), _CHUNK):
            distances, _ = self._nearest(points[start : start + _CHUNK], count + 1)
            means.append(np.sort(ops.convert_to_numpy(distances))[:, 1:].mean(axis=1))
        return np.concatenate(means)
