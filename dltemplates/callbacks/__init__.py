"""Callbacks that Keras lacks and our templates use."""

from dltemplates.callbacks.checkpoint import Checkpoint
from dltemplates.callbacks.epoch_history import EpochHistory
from dltemplates.callbacks.learning_rate_finder import LearningRateFinder, RangeTestDone
from dltemplates.callbacks.progress import Progress
from dltemplates.callbacks.progressive_unfreezing import ProgressiveUnfreezing

__all__ = [
    "Checkpoint",
    "EpochHistory",
    "LearningRateFinder",
    "Progress",
    "ProgressiveUnfreezing",
    "RangeTestDone",
]
