"""Times `predict --to` and the bare signature of an export on the same batches, in turn.

`batch_prediction` runs it in a process of its own: `python -m benchmarks.batch_speed EXPORT INPUT
ROUNDS`, where INPUT is a CSV file of rows, of a log, or of texts in a column `text`.
"""

import contextlib
import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tensorflow as tf

from dltemplates.data.input_files import InputFiles
from dltemplates.data.log_stream import LogColumns
from dltemplates.project.batch_prediction import Batch, write_answers
from dltemplates.project.class_columns import ClassColumns
from dltemplates.project.detector import ExportedDetector
from dltemplates.project.log_batch import log_batch
from dltemplates.project.row_batch import row_batch
from dltemplates.project.text_batch import text_batch
from dltemplates.project.text_predictor import ExportedPredictor


def main(export: Path, source: Path, rounds: int) -> None:
    os.environ["CI"] = "true"  # where there is one line of progress
    target = source.with_name("speed.csv")
    batch, inputs = _task(export, source, target)
    serve = tf.saved_model.load(str(export)).signatures["serving_default"]
    serve(**next(inputs()))  # the first call prepares the graph
    for number in range(1, rounds + 1):
        bare = _timed(lambda: _ask(serve, inputs))
        ours = _timed(lambda: _predict(batch, target))
        print(
            json.dumps(
                {
                    "round": number,
                    "bare signature": bare,
                    "predict --to": ours,
                    "wall ratio": round(bare["seconds"] / ours["seconds"], 3),
                    "cpu ratio": round(bare["cpu_seconds"] / ours["cpu_seconds"], 3),
                }
            ),
            flush=True,
        )


def _task(
    export: Path, source: Path, target: Path
) -> tuple[Batch, Callable[[], Iterator[dict[str, tf.Tensor]]]]:
    """The prediction, and what its batches are for the signature."""
    files = InputFiles([str(source)], [".csv"])
    if source.stem == "texts":
        predictor = ExportedPredictor(export)
        names = ClassColumns(predictor.names)
        texts = text_batch(predictor, files, target, "model", names, "text", "auto")
        return texts, _made(texts, lambda rows: {"text": tf.constant([each.text for each in rows])})
    detector = ExportedDetector(export)
    if source.stem == "rows":
        rows = row_batch(detector, files, target, "model")
        return rows, _made(rows, lambda part: {"values": tf.constant(part.values)})
    log = log_batch(detector, files, target, "model", LogColumns(detector.names))
    return log, _made(log, lambda part: {"values": tf.constant(part.values[None])})


def _made(
    batch: Batch, tensors: Callable[[Any], dict[str, tf.Tensor]]
) -> Callable[[], Iterator[dict[str, tf.Tensor]]]:
    held = [tensors(part) for part in batch.chunks()]  # before the clock runs
    return lambda: iter(held)


def _ask(serve: Any, inputs: Callable[[], Iterator[dict[str, tf.Tensor]]]) -> None:
    for batch in inputs():
        for answer in serve(**batch).values():
            answer.numpy()


def _predict(batch: Batch, target: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        write_answers(batch, target, resume=False, overwrite=True, as_json=False)


def _timed(work: Callable[[], None]) -> dict[str, float]:
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(cpu, 2),
        "resident_mb": pages * os.sysconf("SC_PAGE_SIZE") // 2**20,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
