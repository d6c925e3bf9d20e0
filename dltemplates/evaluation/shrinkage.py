"""A part of a forecaster weakened as far as validation wants it."""

import logging

import keras
import numpy as np
from keras import ops

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.paired_blocks import PairedBlocks
from dltemplates.evaluation.rolling_origin import answers, window_chunks, window_pairs

log = logging.getLogger(__name__)

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def shrink(
    layer: keras.layers.Layer,
    network: keras.Model,
    data: ForecastData,
    loss: keras.losses.Loss,
    *,
    limit: int = 10_000,
) -> float:
    """Multiplies the weights of `layer` by the share that is best in validation.

    For the last, linear layer of a path that is added to a regression: at 0 it is silent. It
    stays silent unless what it adds is clearly better than nothing; see `PairedBlocks`.

    Args:
        layer: The layer.
        network: From the inputs of `Windows` to forecasts; `layer` is part of it.
        data: The series.
        loss: Of forecasts, not reduced: `(windows, horizon)`.
        limit: Largest number of windows to judge by; see `window_pairs`.

    Returns:
        The share, of `SHARES`.
    """
    weights = layer.get_weights()
    blocks = PairedBlocks(len(SHARES), data.horizon)
    origins, _ = window_pairs(data, "validation", limit)
    start = 0
    for windows in window_chunks(data, "validation", limit):
        _, observed = answers(windows)
        sums = []
        for share in SHARES:
            layer.set_weights([share * weight for weight in weights])
            forecasts = network.predict_on_batch(windows.inputs)
            errors = ops.convert_to_numpy(loss(windows.targets, forecasts))
            sums.append((errors * observed).sum(axis=1, dtype="float64"))
        stop = start + len(observed)
        blocks.add(origins[start:stop], np.stack(sums), observed.sum(axis=1, dtype="float64"))
        start = stop
    best = int(np.argmin(blocks.means()))
    share = SHARES[best] if blocks.clearly_better(best, than=0) else 0.0
    layer.set_weights([share * weight for weight in weights])
    if share == 0.0:
        log.info(
            "What the network added to the regression was not clearly better in validation, so it "
            "is left out: the forecast is the regression's."
        )
    return share
