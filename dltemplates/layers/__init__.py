"""Layers that Keras lacks and our templates use. Each is usable alone, on every Keras backend."""

from dltemplates.layers.batch_normalization import BatchNormalization
from dltemplates.layers.class_labels import ClassLabels
from dltemplates.layers.dirac import Dirac
from dltemplates.layers.whitening_conv2d import WhiteningConv2D

__all__ = ["BatchNormalization", "ClassLabels", "Dirac", "WhiteningConv2D"]
