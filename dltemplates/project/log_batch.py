"""The rows of long logs, judged into a table."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from dltemplates.data.encoded_images import printable
from dltemplates.data.input_files import InputFiles
from dltemplates.data.log_stream import LogColumns, LogPart, stream_log
from dltemplates.data.text_stream import about_rows
from dltemplates.errors import DataError
from dltemplates.project.batch_prediction import Answers, Batch
from dltemplates.project.detector import Detector
from dltemplates.project.row_batch import score_columns, score_schema

_CHUNK = 8_192  # rows


class Judgeable(NamedTuple):
    """Rows of a log, with those before that their windows reach back to.

    Attributes:
        file: The log.
        first: Where the first row that is judged is on its grid.
        times: Of the rows that are judged.
        values: float32, `(rows before and rows, sensors)`.
        faults: See `LogPart`.
    """

    file: str
    first: int
    times: pd.DatetimeIndex
    values: np.ndarray
    faults: list[tuple[int, str]]


def log_batch(
    detector: Detector, files: InputFiles, target: Path, digest: str, columns: LogColumns
) -> Batch:
    """The prediction of the rows of logs, each a log of its own.

    Its columns are `file`, if there are several, `time`, `score`, `alarm`, each sensor's share, and
    `error`. The first whole window of each log is the first that is judged; a row of a file that
    cannot be read counts as missing, and has a row of its own.

    Args:
        detector: What judges them.
        files: The logs.
        target: Where the answers will be.
        digest: Of the model.
        columns: What is where in them.
    """
    count, inputs = files.survey(target)
    zone = _zone(files, columns, detector.frequency)
    time = pa.field("time", pa.timestamp("us", zone))
    schema = score_schema(detector, [time], several=count > 1)

    def answer(log: Judgeable) -> Answers:
        rows = len(log.times)
        read = np.arange(rows + len(log.faults)) < rows
        times = pa.array(log.times, time.type)
        cells = [
            pa.concat_arrays([times, pa.nulls(len(log.faults), time.type)]),
            *score_columns(detector, log.values, read),
            pa.array([None] * rows + [fault for _, fault in log.faults], pa.string()),
        ]
        if count > 1:
            cells.insert(0, pa.array([printable(log.file)] * len(read), pa.string()))
        answers = pa.record_batch(cells, schema=schema)
        if log.faults:
            places = [after + 0.5 for after, _ in log.faults]
            order = np.argsort([*range(log.first, log.first + rows), *places], kind="stable")
            answers = answers.take(pa.array(order))
        return Answers(answers, len(read), len(log.faults))

    return Batch(
        unit="rows",
        total=sum(about_rows(Path(name)) for name in files),
        schema=schema,
        about={"inputs": [f"{count:,} files", inputs], "model": digest, "chunk": _CHUNK},
        chunks=lambda: _judgeable(detector, files, columns, zone, several=count > 1),
        read=lambda log: log,
        answer=answer,
    )


def _zone(files: Iterable[str], columns: LogColumns, frequency: str) -> str | None:
    """The time zone of the first log that can be read; None where it has none."""
    for name in files:
        with contextlib.suppress(DataError):
            part = next(stream_log(Path(name), columns, frequency, _CHUNK))
            return None if part.times.tz is None else str(part.times.tz)
    return None


def _judgeable(
    detector: Detector,
    files: Iterable[str],
    columns: LogColumns,
    zone: str | None,
    *,
    several: bool,
) -> Iterator[Judgeable]:
    nothing = np.zeros((0, len(detector.names)), "float32")
    none = pd.DatetimeIndex([])
    for name in files:
        try:
            parts = stream_log(Path(name), columns, detector.frequency, _CHUNK)
            yield from _windows(name, parts, detector.window, zone)
        except DataError as error:
            if not several:
                raise
            yield Judgeable(name, 0, none, nothing, [(-1, error.message)])


def _windows(
    name: str, parts: Iterator[LogPart], window: int, zone: str | None
) -> Iterator[Judgeable]:
    """Each part with the rows before it that its first windows have."""
    context, judged = None, False
    for part in parts:
        if str(part.times.tz) != str(zone):
            raise DataError("Its times are in another time zone than those before.", where=name)
        values = part.values if context is None else np.concatenate([context, part.values])
        rows = max(len(values) - window + 1, 0)
        judged |= rows > 0
        skipped = len(part.times) - min(rows, len(part.times))
        yield Judgeable(name, part.first + skipped, part.times[skipped:], values, part.faults)
        context = values[max(len(values) - window + 1, 0) :]
    if not judged:
        raise DataError(
            f"It has fewer rows than the {window:,} that a window has.",
            where=name,
            hint="Give more rows.",
        )
