"""Series from TensorFlow Datasets."""

from collections.abc import Sequence
from dataclasses import replace

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.series_assembly import assemble_series
from dltemplates.data.series_columns import SeriesColumns
from dltemplates.data.tfds_table import COUNTED, tfds_table
from dltemplates.data.time_series import TimeSeries


def read_tfds_series(
    name: str,
    data_dir: str | None = None,
    *,
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
    """Loads the data set `name`, downloading and preparing it first where that is needed.

    Its examples are rows, of a time and numbers; or whole series, of times and numbers in
    sequences of one length. All its splits are taken together; the division is by time.

    Args:
        name: A TensorFlow Datasets name, optionally with config and version.
        data_dir: Where prepared data sets lie; None for TensorFlow Datasets' own default.
        timestamp: The feature of the times. Of whole series it may be the time of the first value,
            if `frequency` is given.
        targets: The rest as for `read_series`, with features for columns.
        past: Likewise.
        known: Likewise.
        static: Likewise.
        series_id: Likewise; whole series are counted where it is empty.
        value: Likewise.
        frequency: Likewise.
        missing_limit: Likewise.
        calendar: Likewise.

    Raises:
        DataError: No such data set, it is not prepared and cannot be downloaded, or its features
            are no series.
    """
    known_calendar = Calendar(tuple(calendar))
    table, whole = tfds_table(
        name, data_dir, timestamp=timestamp, frequency=frequency, example="my_company_demand"
    )
    if whole and not series_id and table.frame[COUNTED].nunique() > 1:
        series_id = COUNTED
    elif whole and series_id != COUNTED:
        table = replace(table, frame=table.frame.drop(columns=COUNTED))
    columns = SeriesColumns(
        timestamp, tuple(targets), tuple(past), tuple(known), tuple(static), series_id, value
    )
    return assemble_series(
        table,
        columns,
        frequency=frequency,
        missing_limit=missing_limit,
        calendar=known_calendar,
    )
