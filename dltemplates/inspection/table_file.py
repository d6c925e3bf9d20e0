"""A table in a file: series, a log, rows that stand alone, texts, or a list of images."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from dltemplates.data.series_table import SeriesTable
from dltemplates.data.series_table_file import read_table
from dltemplates.data.text_rows import JSON_SUFFIXES
from dltemplates.errors import DataError
from dltemplates.inspection import (
    autoencoder_anomaly,
    cnn_classifier,
    lstm_forecaster,
    transformer_classifier,
)
from dltemplates.inspection.candidate import Candidate
from dltemplates.inspection.column_roles import anomaly_label, is_flag
from dltemplates.inspection.feature_table import TableFinding, read_feature_table
from dltemplates.inspection.file_head import LARGEST, file_head
from dltemplates.inspection.file_kinds import refuse_other_kinds
from dltemplates.inspection.image_folder import read_images
from dltemplates.inspection.sensor_log import read_log
from dltemplates.inspection.series_table import read_series_table
from dltemplates.inspection.template_choice import Choice, Reading, first_that_reads
from dltemplates.inspection.text_columns import TextColumns, find_text_columns
from dltemplates.inspection.text_data import columns_of, read_text_data
from dltemplates.inspection.time_column import find_times, follows_in_time

_FEWEST_ROWS = 2


def inspect_file(path: Path, template: str, time_budget: float | None) -> Choice:
    """Looks at a table.

    Args:
        path: The file.
        template: The template that is wanted; empty: whichever fits.
        time_budget: Seconds that training may take; None: what is usual.

    Raises:
        DataError: It cannot be read, or no template reads it.
    """
    refuse_other_kinds(path)
    if template == transformer_classifier.TEMPLATE or path.suffix.lower() in JSON_SUFFIXES:
        return Choice(path, (_texts(path, columns_of(path), time_budget),))
    texts = find_text_columns(path)
    text = partial(_texts, path, texts, time_budget) if texts and texts.label else None
    if text and texts and texts.plain and not template:
        return Choice(path, (text(),))
    with file_head(path, LARGEST) as head:
        try:
            table = _read(head.path)
        except DataError:
            if text is None or template:
                raise
            return Choice(path, (text(),))  # quotes that mean nothing, which texts may have
        how = (time_budget, head.share)
        try:
            return _table(table, path, template, how, [text] if text else [])
        except DataError as error:
            raise _about(template, table, path) or error from None


def _about(template: str, table: SeriesTable, path: Path) -> DataError | None:
    """What a table lacks for the template that was named, whatever else may be wrong with it."""
    if template == cnn_classifier.TEMPLATE and not {"file", "label"} <= set(table.columns):
        lacking = "the columns file and label, which a list of images has"
    elif template == lstm_forecaster.TEMPLATE and not find_times(table):
        lacking = "a column of times"
    else:
        return None
    return DataError(
        f"It does not fit {template}: it is a table without {lacking}.",
        where=path,
        hint="Leave the template's name out, and the data choose one.",
    )


def _texts(path: Path, columns: TextColumns | None, time_budget: float | None) -> Candidate:
    return transformer_classifier.recommend(read_text_data(path, columns), time_budget)


def _read(path: Path) -> SeriesTable:
    table = read_table(path)
    if len(table) < _FEWEST_ROWS:
        raise DataError(
            "It has a single row below its line of names.",
            where=path,
            hint="Give a file with many rows.",
        )
    return table


def _table(
    table: SeriesTable,
    path: Path,
    template: str,
    how: tuple[float | None, float],
    texts: Sequence[Reading],
) -> Choice:
    """The choice for a table that was read, of which `texts` may be another reading.

    `how` is the time budget, and how much of the file the table is.
    """
    if {"file", "label"} <= set(table.columns) and template in ("", cnn_classifier.TEMPLATE):
        return Choice(path, (cnn_classifier.recommend(read_images(path), how[0]),))
    watched = template == autoencoder_anomaly.TEMPLATE or bool(anomaly_label(table))
    times = find_times(table)
    # Years of building, or times of payments, do not make rows a series.
    loose = watched or not table.is_text(times) if times else True
    if times and not (loose and not follows_in_time(table, times)):
        series = partial(_series, table, path, *how)
        log = partial(_log, table, path, *how)
        return Choice(path, _in_time(series, log, template, watched))
    if texts and not template and all(_is_word(table, name) for name in table.columns):
        return Choice(path, (texts[0](),))
    rows = partial(_rows, table, path, *how, watched=bool(template))
    return _standing_alone(path, rows, texts, template)


def _in_time(series: Reading, log: Reading, template: str, watched: bool) -> tuple[Candidate, ...]:
    """The readings of rows in the order of time; an error is that of the one that is meant."""
    if template == lstm_forecaster.TEMPLATE:
        return (series(),)
    if not watched:
        return first_that_reads([series, log])
    meant = log()
    return first_that_reads([lambda: meant, series])


def _is_word(table: SeriesTable, name: str) -> bool:
    """Whether a column is text, or counts or marks rows, and nothing to learn from."""
    return table.is_text(name) or is_flag(table.frame[name])


def _series(table: SeriesTable, path: Path, time_budget: float | None, part: float) -> Candidate:
    found = read_series_table(table, path, find_times(table), part)
    return lstm_forecaster.recommend(found, time_budget)


def _log(table: SeriesTable, path: Path, time_budget: float | None, part: float) -> Candidate:
    found = read_log(table, path, find_times(table), part)
    return autoencoder_anomaly.recommend_for_log(found, time_budget)


def _rows(
    table: SeriesTable, path: Path, time_budget: float | None, part: float, *, watched: bool
) -> Candidate:
    found = read_feature_table(table, path, part, watched=watched)
    return autoencoder_anomaly.recommend_for_table(found, time_budget)


def _standing_alone(path: Path, rows: Reading, texts: Sequence[Reading], template: str) -> Choice:
    candidates = first_that_reads([rows, *texts])
    found = candidates[0].finding
    if template or not isinstance(found, TableFinding) or not found.target:
        return Choice(path, candidates)
    refusal = (
        f"It is {found.title()}, and {found.target!r} looks like what is to be predicted from the "
        "others. No template does that yet. To find unusual rows instead, name "
        f"{autoencoder_anomaly.TEMPLATE}."
    )
    return Choice(path, candidates, refusal)
