"""What the export of a task is made of."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from dltemplates.export.parity import Request
from dltemplates.export.portable_model import PortableModel


@dataclass(frozen=True)
class ExportTask:
    """How the finished models of a task are exported and proven.

    Attributes:
        archive: From a model to a SavedModel with its signatures.
        requests: From a model and a run's samples to what the SavedModel is proven on.
        portable: From a model to what other formats hold of it.
        portable_requests: From a model, its portable one and samples to what these are proven on.
    """

    archive: Callable[[keras.Model], keras.export.ExportArchive]
    requests: Callable[[keras.Model, list[bytes]], list[Request]]
    portable: Callable[[keras.Model], PortableModel]
    portable_requests: Callable[[keras.Model, PortableModel, list[bytes]], list[Request]]
