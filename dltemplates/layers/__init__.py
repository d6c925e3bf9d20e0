"""Layers that Keras lacks and our templates use. Each is usable alone, on every Keras backend."""

from dltemplates.layers.alarm_threshold import AlarmThreshold
from dltemplates.layers.batch_normalization import BatchNormalization
from dltemplates.layers.calendar_features import CalendarFeatures
from dltemplates.layers.class_labels import ClassLabels
from dltemplates.layers.dirac import Dirac
from dltemplates.layers.feature_names import FeatureNames
from dltemplates.layers.forward_fill import ForwardFill
from dltemplates.layers.gaussian_code import GaussianCode
from dltemplates.layers.neighbor_distance import NeighborDistance
from dltemplates.layers.position_embedding import PositionEmbedding
from dltemplates.layers.prediction_interval import PredictionInterval
from dltemplates.layers.quantile_head import QuantileHead
from dltemplates.layers.reversible_instance_normalization import ReversibleInstanceNormalization
from dltemplates.layers.score_calibration import ScoreCalibration
from dltemplates.layers.segment_embedding import SegmentEmbedding
from dltemplates.layers.series_scaling import SeriesScaling
from dltemplates.layers.sliding_windows import SlidingWindows
from dltemplates.layers.whitening_conv2d import WhiteningConv2D

__all__ = [
    "AlarmThreshold",
    "BatchNormalization",
    "CalendarFeatures",
    "ClassLabels",
    "Dirac",
    "FeatureNames",
    "ForwardFill",
    "GaussianCode",
    "NeighborDistance",
    "PositionEmbedding",
    "PredictionInterval",
    "QuantileHead",
    "ReversibleInstanceNormalization",
    "ScoreCalibration",
    "SegmentEmbedding",
    "SeriesScaling",
    "SlidingWindows",
    "WhiteningConv2D",
]
