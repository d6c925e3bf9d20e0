"""Rows of a table as the bytes of a file: CSV, JSON lines, or Arrow on its way to Parquet."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

_ROW_GROUP = 65_536


@dataclass(frozen=True)
class RowFormat:
    """How a table is written so that rows can be added to the end of a file.

    Attributes:
        head: The first bytes, of its columns.
        rows: The bytes of some rows.
        finish: Makes a finished file of the rows' file; None: it is one.
    """

    head: Callable[[pa.Schema], bytes]
    rows: Callable[[pa.RecordBatch], bytes]
    finish: Callable[[Path, Path], None] | None = None


def csv_head(schema: pa.Schema) -> bytes:
    """The line of names."""
    names = _csv_cells(pa.array(schema.names, pa.string()))
    return (",".join(names.to_pylist()) + "\n").encode()


def csv_rows(batch: pa.RecordBatch) -> bytes:
    """A line a row, with quotes where a text needs them; what is not there is empty."""
    cells = [_csv_cells(column) for column in batch.columns]
    return _joined(pc.binary_join_element_wise(*cells, ",", **_replacing("")))


def json_rows(batch: pa.RecordBatch) -> bytes:
    """A JSON object a line; what is not there, and what is no finite number, is null."""
    cells = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        label = pa.scalar(f"{json.dumps(name, ensure_ascii=False)}: ")
        cells.append(pc.binary_join_element_wise(label, _json_cells(column), ""))
    lines = pc.binary_join_element_wise(*cells, ", ")
    return _joined(pc.binary_join_element_wise("{", lines, "}", ""))


def to_parquet(rows: Path, target: Path) -> None:
    """Writes the rows of an Arrow stream as a Parquet file, a group of them at a time."""
    with (
        pa.OSFile(str(rows)) as file,
        pyarrow.ipc.open_stream(file) as stream,
        pq.ParquetWriter(target, stream.schema) as writer,
    ):
        held: list[pa.RecordBatch] = []
        for batch in stream:
            held.append(batch)
            if sum(each.num_rows for each in held) >= _ROW_GROUP:
                writer.write_table(pa.Table.from_batches(held))
                held = []
        if held:
            writer.write_table(pa.Table.from_batches(held))


def _arrow_head(schema: pa.Schema) -> bytes:
    return schema.serialize().to_pybytes()


def _arrow_rows(batch: pa.RecordBatch) -> bytes:
    return batch.serialize().to_pybytes()


FORMATS = {
    ".csv": RowFormat(csv_head, csv_rows),
    ".jsonl": RowFormat(lambda schema: b"", json_rows),
    ".parquet": RowFormat(_arrow_head, _arrow_rows, to_parquet),
}


def _joined(lines: pa.Array) -> bytes:
    return "".join(f"{line}\n" for line in lines.to_pylist()).encode()


def _replacing(word: str) -> dict[str, str]:
    return {"null_handling": "replace", "null_replacement": word}


def _csv_cells(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return _written(column, "True", "False")
    doubled = pc.replace_substring(column, '"', '""')
    quoted = pc.binary_join_element_wise('"', doubled, '"', "")
    return pc.if_else(pc.match_substring_regex(column, '[",\r\n]'), quoted, column)


def _json_cells(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        coded = column.dictionary_encode()
        texts = [json.dumps(text, ensure_ascii=False) for text in coded.dictionary.to_pylist()]
        cells = pa.array(texts, pa.string()).take(coded.indices)
    elif pa.types.is_timestamp(column.type):
        cells = pc.binary_join_element_wise('"', _written(column, "", ""), '"', "")
    else:
        cells = _written(column, "true", "false")
    return pc.fill_null(cells, "null")


def _written(column: pa.Array, yes: str, no: str) -> pa.Array:
    """Numbers, times and truths as text, in as many digits as they need; null where not finite."""
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, yes, no)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    text = pc.cast(column, pa.string())
    if pa.types.is_timestamp(column.type):  # whole seconds without a fraction
        text = pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")
    return text
