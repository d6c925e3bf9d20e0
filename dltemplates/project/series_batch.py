"""What follows each of many files of series, forecast into a table."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from dltemplates.data.encoded_images import printable
from dltemplates.data.input_files import InputFiles
from dltemplates.data.text_rows import PARQUET_SUFFIXES
from dltemplates.data.time_series import TimeSeries
from dltemplates.errors import DataError
from dltemplates.logs import OURS
from dltemplates.project.batch_prediction import Answers, Batch, in_chunks
from dltemplates.project.forecaster import Forecaster, Question

_CHUNK = 32  # files
_SUFFIXES = (".csv", ".tsv", ".txt", *PARQUET_SUFFIXES)
_Asked = list[tuple[str, Question | str]]  # files, and what to ask or why they cannot be read


def series_batch(
    forecaster: Forecaster,
    named: Sequence[str],
    target: Path,
    digest: str,
    read_series: Callable[[str], TimeSeries],
) -> Batch:
    """The prediction of what follows each of many files.

    Its columns are `file`, `series`, `time`, `forecast`, where there are intervals `lower` and
    `upper`, and `error`. A file that cannot be used has one row.

    Args:
        forecaster: What forecasts.
        named: Files, folders and patterns.
        target: Where the forecasts will be.
        digest: Of the model.
        read_series: Reads a file, which raises a DataError if it cannot be used.
    """
    files = InputFiles(named, _SUFFIXES)
    count, inputs = files.survey(target)
    values = ["forecast", *["lower", "upper"] * forecaster.intervals]
    # One line a file is too much of a million files.
    OURS.getChild("data").setLevel(logging.WARNING)

    def question(name: str) -> Question | str:
        try:
            return forecaster.question(read_series(name))
        except DataError as error:
            return error.message

    zone = _zone(question, files)
    time = pa.timestamp("us", zone)
    schema = pa.schema(
        [
            pa.field("file", pa.string()),
            pa.field("series", pa.string()),
            pa.field("time", time),
            *[pa.field(name, pa.float32()) for name in values],
            pa.field("error", pa.string()),
        ]
    )

    def read(names: list[str]) -> _Asked:
        asked: _Asked = []
        for name in names:
            found = question(name)
            if isinstance(found, Question) and str(found.times.tz) != str(zone):
                found = "Its times are in another time zone than those of the first file."
            asked.append((name, found))
        return asked

    def answer(asked: _Asked) -> Answers:
        questions = [found for _, found in asked if isinstance(found, Question)]
        answers = iter(_answers(forecaster, questions))
        tables = []
        for name, found in asked:
            if isinstance(found, Question):
                table = forecaster.table(found, next(answers)).assign(error=None)
            else:
                table = pd.DataFrame({"error": [found]})
            tables.append(_rows(table.assign(file=printable(name)), schema))
        unread = len(asked) - len(questions)
        rows = pa.concat_batches(tables)
        return Answers(rows, len(asked), unread)

    return Batch(
        unit="files",
        total=count,
        schema=schema,
        about={"inputs": [f"{count:,} files", inputs], "model": digest, "chunk": _CHUNK},
        chunks=lambda: in_chunks(files, _CHUNK),
        read=read,
        answer=answer,
    )


def _answers(forecaster: Forecaster, questions: Sequence[Question]) -> list[dict[str, np.ndarray]]:
    """The answers to windows, which are asked about together."""
    if not questions:
        return []
    windows = [question.window for question in questions]
    together = {name: np.concatenate([each[name] for each in windows]) for name in windows[0]}
    answer = forecaster.answer(together)
    return [{name: value[i] for name, value in answer.items()} for i in range(len(questions))]


def _zone(question: Callable[[str], Question | str], files: InputFiles) -> str | None:
    """The time zone of the first file that can be read; None where it has none."""
    found = next((found for found in map(question, files) if isinstance(found, Question)), None)
    return None if found is None or found.times.tz is None else str(found.times.tz)


def _rows(table: pd.DataFrame, schema: pa.Schema) -> pa.RecordBatch:
    cells = [
        pa.array(table[field.name], field.type, from_pandas=True)
        if field.name in table
        else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.record_batch(cells, schema=schema)
