"""The rows of tables by the million, judged into a table."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dltemplates.data.encoded_images import printable
from dltemplates.data.input_files import InputFiles
from dltemplates.data.number_stream import stream_table
from dltemplates.data.text_stream import about_rows
from dltemplates.errors import DataError
from dltemplates.project.batch_prediction import Answers, Batch
from dltemplates.project.detector import Detector

_CHUNK = 8_192  # rows


class Rows(NamedTuple):
    """Rows of a file, numbered from 1 below the line of names, and what is wrong with which.

    A file that cannot be read is a single row without a number.
    """

    file: str
    numbers: np.ndarray
    values: np.ndarray
    faults: list[str | None]


def row_batch(detector: Detector, files: InputFiles, target: Path, digest: str) -> Batch:
    """The prediction of rows that stand alone.

    Its columns are `file`, if there are several, `row`, `score`, `alarm`, each feature's share, and
    `error`.

    Args:
        detector: What judges them.
        files: The tables.
        target: Where the answers will be.
        digest: Of the model.
    """
    count, inputs = files.survey(target)
    schema = score_schema(detector, [pa.field("row", pa.int64())], several=count > 1)

    def answer(rows: Rows) -> Answers:
        read = np.array([fault is None for fault in rows.faults])
        numbers = pa.array(rows.numbers, mask=rows.numbers == 0)
        cells = [numbers, *score_columns(detector, rows.values[read], read)]
        cells.append(pa.array(rows.faults, pa.string()))
        if count > 1:
            cells.insert(0, pa.array([printable(rows.file)] * len(read), pa.string()))
        return Answers(pa.record_batch(cells, schema=schema), len(read), int((~read).sum()))

    return Batch(
        unit="rows",
        total=sum(about_rows(Path(name)) for name in files),
        schema=schema,
        about={"inputs": [f"{count:,} files", inputs], "model": digest, "chunk": _CHUNK},
        chunks=lambda: _rows(detector, files, several=count > 1),
        read=lambda rows: rows,
        answer=answer,
    )


def score_schema(detector: Detector, place: list[pa.Field], *, several: bool) -> pa.Schema:
    """The columns of judged rows; `place` are those that say which row it is."""
    file = [pa.field("file", pa.string())] * several
    shares = [pa.field(f"share of {name}", pa.float32()) for name in detector.names]
    score = [pa.field("score", pa.float32()), pa.field("alarm", pa.bool_())]
    return pa.schema([*file, *place, *score, *shares, pa.field("error", pa.string())])


def score_columns(detector: Detector, values: np.ndarray, read: np.ndarray) -> list[pa.Array]:
    """`score`, `alarm` and shares of the rows that were read; empty cells for the others.

    Args:
        detector: What judges them.
        values: float32, of those that were read; of a log with the rows before that it looks at.
        read: bool, `(rows,)`.
    """
    if not read.any():
        kinds = [pa.float32(), pa.bool_(), *[pa.float32()] * len(detector.names)]
        return [pa.nulls(len(read), kind) for kind in kinds]
    judged = detector.judge(values)
    places = pa.array(np.cumsum(read) - 1, mask=~read)
    columns: list[Any] = [judged.score, judged.alarm, *judged.attribution.round(4).T]
    return [pa.array(np.ascontiguousarray(column)).take(places) for column in columns]


def _rows(detector: Detector, files: Iterable[str], *, several: bool) -> Iterator[Rows]:
    for name in files:
        try:
            for part in stream_table(Path(name), _CHUNK):
                detector.columns(list(part.frame.columns), name)
                if not len(part.frame):
                    continue
                values, faults = part.numbers(detector.names)
                numbers = part.frame.index.to_numpy("int64") + 1
                told = [faults.get(row) for row in part.frame.index]
                yield Rows(name, numbers, values.astype("float32"), told)
        except DataError as error:
            if not several:
                raise
            nothing = np.zeros((1, len(detector.names)), "float32")
            yield Rows(name, np.zeros(1, "int64"), nothing, [error.message])
