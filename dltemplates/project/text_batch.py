"""Texts by the million, answered into a table."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dltemplates.data.encoded_images import printable
from dltemplates.data.input_files import InputFiles
from dltemplates.data.text_rows import row_unit
from dltemplates.data.text_stream import StreamedText, about_rows, stream_texts
from dltemplates.project.batch_prediction import Answers, Batch, in_chunks
from dltemplates.project.class_columns import ClassColumns

_CHUNK = 1_024  # texts; the graph puts those of like length together


def text_batch(
    predictor: Any,
    files: InputFiles,
    target: Path,
    digest: str,
    columns: ClassColumns,
    text_column: str | None,
    quotes: str,
) -> Batch:
    """The prediction of texts, a row each.

    Its columns are `file`, if there are several, `line` or `row`, `text`, those of the classes, and
    `error`.

    Args:
        predictor: Answers for texts; see `text_predictor`.
        files: Their files.
        target: Where the answers will be.
        digest: Of the model.
        columns: Of the classes.
        text_column: The column of texts; None: a text a line.
        quotes: See `text_rows`.
    """
    count, inputs = files.survey(target)
    units = {row_unit(Path(name)) for name in files}
    unit = units.pop() if len(units) == 1 else "row"
    schema = pa.schema(
        [
            *[pa.field("file", pa.string())] * (count > 1),
            pa.field(unit, pa.int64()),
            pa.field("text", pa.string()),
            *columns.fields(),
            pa.field("error", pa.string()),
        ]
    )

    def answer(texts: list[StreamedText]) -> Answers:
        answered = np.array([not each.fault for each in texts])
        asked = [each.text for each in texts if not each.fault]
        cells = [
            *[pa.array([printable(each.file) for each in texts])] * (count > 1),
            pa.array([each.number for each in texts], pa.int64()),
            pa.array([_shown(each) for each in texts], pa.string()),
            *columns.columns(predictor.probabilities(asked), answered),
            pa.array([each.fault or None for each in texts], pa.string()),
        ]
        return Answers(pa.record_batch(cells, schema=schema), len(texts), int((~answered).sum()))

    return Batch(
        unit="texts",
        total=sum(about_rows(Path(name)) for name in files),
        schema=schema,
        about={
            "inputs": [f"{count:,} files", inputs],
            "model": digest,
            "--text-column": text_column,
            "--quotes": quotes,
            "chunk": _CHUNK,
        },
        chunks=lambda: in_chunks(stream_texts(files, text_column, quotes), _CHUNK),
        read=lambda texts: texts,
        answer=answer,
    )


def _shown(item: StreamedText) -> str | None:
    """The text as UTF-8 can hold it."""
    if item.fault:
        return None
    return item.text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
