"""Images by the million, answered into a table."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dltemplates.data.encoded_images import printable
from dltemplates.data.input_files import InputFiles
from dltemplates.project.batch_prediction import Answers, Batch, in_chunks
from dltemplates.project.class_columns import ClassColumns
from dltemplates.project.image_predictor import read_contents

_CHUNK = 64  # images, which may be large
_READERS = 8  # most of their time is waiting


def image_batch(
    predictor: Any, files: InputFiles, target: Path, digest: str, columns: ClassColumns
) -> Batch:
    """The prediction of images, a row each: `file`, the columns of the classes, `error`.

    Args:
        predictor: Answers for image files; see `image_predictor`.
        files: The images.
        target: Where the answers will be.
        digest: Of the model.
        columns: Of the classes.
    """
    count, inputs = files.survey(target)
    schema = pa.schema(
        [pa.field("file", pa.string()), *columns.fields(), pa.field("error", pa.string())]
    )
    readers = ThreadPoolExecutor(_READERS)

    def read(names: list[str]) -> tuple[list[str], list[bytes | str]]:
        return names, list(readers.map(read_contents, names))

    def answer(images: tuple[list[str], list[bytes | str]]) -> Answers:
        names, contents = images
        probabilities, errors = predictor.answers(contents)
        answered = np.array([error is None for error in errors])
        cells = [
            pa.array([printable(name) for name in names], pa.string()),
            *columns.columns(probabilities, answered),
            pa.array(errors, pa.string()),
        ]
        rows = pa.record_batch(cells, schema=schema)
        return Answers(rows, len(names), int((~answered).sum()))

    return Batch(
        unit="images",
        total=count,
        schema=schema,
        about={"inputs": [f"{count:,} files", inputs], "model": digest, "chunk": _CHUNK},
        chunks=lambda: in_chunks(files, _CHUNK),
        read=read,
        answer=answer,
    )
