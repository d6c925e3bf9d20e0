"""Series from any source."""

import logging
from collections.abc import Sequence
from typing import Any

from dltemplates.data.demand_sample import demand_sample
from dltemplates.data.series_file import read_series
from dltemplates.data.tfds_series import read_tfds_series
from dltemplates.data.time_series import TimeSeries
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_SHOWN = 5


def load_series(
    source: str,
    *,
    path: str = "",
    name: str = "",
    data_dir: str = "",
    timestamp: str = "",
    targets: Sequence[str] = (),
    past: Sequence[str] = (),
    known: Sequence[str] = (),
    static: Sequence[str] = (),
    series_id: str = "",
    value: str = "",
    frequency: str = "auto",
    missing_limit: float = 0.2,
    calendar: Sequence[str] = (),
) -> TimeSeries:
    """Reads series and brings them to one regular grid of times.

    Args:
        source: `sample`, `path` or `tfds`.
        path: For `path`: a CSV or Parquet file.
        name: For `tfds`: the data set's name.
        data_dir: For `tfds`: where prepared data sets lie; empty for the default.
        timestamp: This and what follows: see `dltemplates.data.series_file.read_series`.
        targets: See there.
        past: See there.
        known: See there.
        static: See there.
        series_id: See there.
        value: See there.
        frequency: See there.
        missing_limit: See there.
        calendar: Features of the times; see `Calendar`.

    Raises:
        DataError: The series are not there, or cannot be used.
    """
    if source == "path" and not path:
        raise DataError(
            "No path given.",
            where="data.path",
            hint="Point it at a CSV or Parquet file: --set data.path=demand.csv",
        )

    settings: dict[str, Any] = {
        "timestamp": timestamp,
        "targets": targets,
        "past": past,
        "known": known,
        "static": static,
        "series_id": series_id,
        "value": value,
        "frequency": frequency,
        "missing_limit": missing_limit,
        "calendar": calendar,
    }
    if path and source != "path":
        log.warning("data.path is not used: data.source is %r, not 'path'.", source)
    if source == "sample":
        series = demand_sample(calendar)
    elif source == "path":
        series = read_series(path, **settings)
    else:
        series = read_tfds_series(name, data_dir, **settings)
    _tell(series)
    return series


def _tell(series: TimeSeries) -> None:
    """Says what was read, and what was done to it."""
    names = ", ".join(series.names[:_SHOWN]) + (", …" if len(series.names) > _SHOWN else "")
    log.info(
        "%s: %s series (%s), %s rows from %s to %s, frequency %s",
        series.where,
        f"{len(series.names):,}",
        names,
        f"{series.length:,}",
        series.times[0],
        series.times[series.length - 1],
        series.frequency,
    )
    for repair in series.repairs[:_SHOWN]:
        log.info("  %s", repair)
    if len(series.repairs) > _SHOWN:
        more = len(series.repairs) - _SHOWN
        log.info("  … and %s more; training writes all of them to its run's data.json", f"{more:,}")
