"""Layers that Keras lacks and our templates use. Each is usable alone, on every Keras backend."""

from dltemplates.layers.alarm_threshold import AlarmThreshold
from dltemplates.layers.attention_pooling import AttentionPooling
from dltemplates.layers.batch_normalization import BatchNormalization
from dltemplates.layers.byte_tokens import ByteTokens
from dltemplates.layers.calendar_features import CalendarFeatures
from dltemplates.layers.character_tokens import CharacterTokens
from dltemplates.layers.class_labels import ClassLabels
from dltemplates.layers.code_point_lookup import CodePointLookup
from dltemplates.layers.dirac import Dirac
from dltemplates.layers.feature_names import FeatureNames
from dltemplates.layers.first_tokens import FirstTokens
from dltemplates.layers.forward_fill import ForwardFill
from dltemplates.layers.gaussian_code import GaussianCode
from dltemplates.layers.hangul_decomposition import HangulDecomposition
from dltemplates.layers.hashed_ngram_embedding import HashedNGramEmbedding
from dltemplates.layers.hidden_token_head import HiddenTokenHead
from dltemplates.layers.logit_blend import LogitBlend
from dltemplates.layers.masked_conv1d import MaskedConv1D
from dltemplates.layers.masked_max_pooling1d import MaskedMaxPooling1D
from dltemplates.layers.neighbor_distance import NeighborDistance
from dltemplates.layers.ngram_linear import NGramLinear
from dltemplates.layers.normalized_text import NormalizedText
from dltemplates.layers.position_embedding import PositionEmbedding
from dltemplates.layers.prediction_interval import PredictionInterval
from dltemplates.layers.quantile_head import QuantileHead
from dltemplates.layers.reversible_instance_normalization import ReversibleInstanceNormalization
from dltemplates.layers.rotary_embedding import RotaryEmbedding
from dltemplates.layers.score_calibration import ScoreCalibration
from dltemplates.layers.segment_embedding import SegmentEmbedding
from dltemplates.layers.series_scaling import SeriesScaling
from dltemplates.layers.sinusoidal_embedding import SinusoidalEmbedding
from dltemplates.layers.sliding_windows import SlidingWindows
from dltemplates.layers.span_dropout import SpanDropout
from dltemplates.layers.subword_vocabulary import SubwordVocabulary
from dltemplates.layers.transformer_block import TransformerBlock
from dltemplates.layers.whitening_conv2d import WhiteningConv2D
from dltemplates.layers.window_level import WindowLevel
from dltemplates.layers.word_tokens import WordTokens

__all__ = [
    "AlarmThreshold",
    "AttentionPooling",
    "BatchNormalization",
    "ByteTokens",
    "CalendarFeatures",
    "CharacterTokens",
    "ClassLabels",
    "CodePointLookup",
    "Dirac",
    "FeatureNames",
    "FirstTokens",
    "ForwardFill",
    "GaussianCode",
    "HangulDecomposition",
    "HashedNGramEmbedding",
    "HiddenTokenHead",
    "LogitBlend",
    "MaskedConv1D",
    "MaskedMaxPooling1D",
    "NGramLinear",
    "NeighborDistance",
    "NormalizedText",
    "PositionEmbedding",
    "PredictionInterval",
    "QuantileHead",
    "ReversibleInstanceNormalization",
    "RotaryEmbedding",
    "ScoreCalibration",
    "SegmentEmbedding",
    "SeriesScaling",
    "SinusoidalEmbedding",
    "SlidingWindows",
    "SpanDropout",
    "SubwordVocabulary",
    "TransformerBlock",
    "WhiteningConv2D",
    "WindowLevel",
    "WordTokens",
]
