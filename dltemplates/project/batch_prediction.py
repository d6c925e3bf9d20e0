"""What `predict --to FILE` has in common, whatever is predicted."""

import contextlib
import hashlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
import pyarrow as pa

from dltemplates.console import print_json
from dltemplates.project.batch_output import BatchOutput
from dltemplates.project.batch_progress import BatchProgress
from dltemplates.project.exported_model import latest_version

T = TypeVar("T")

_AHEAD = 2  # chunks that are read while the model answers another
_BLOCK = 2**20
_POLL = 0.1  # seconds


class Answers(NamedTuple):
    """The rows that answer a chunk, how many items are in it, and how many were not read."""

    rows: pa.RecordBatch
    items: int
    unread: int


@dataclass(frozen=True)
class Batch:
    """A prediction of many items.

    Attributes:
        unit: What an item is, in the plural.
        total: Items that there are, or about so many.
        schema: The columns of the answers.
        about: What the answers depend on, by what messages call it.
        chunks: Gives the items in pieces, always the same, with as little work as can be: a run
            that goes on asks for all and passes over those that are done.
        read: Reads a piece, in a thread that is ahead of the model.
        answer: Asks the model.
    """

    unit: str
    total: int
    schema: pa.Schema
    about: dict[str, Any]
    chunks: Callable[[], Iterable[Any]]
    read: Callable[[Any], Any]
    answer: Callable[[Any], Answers]


def write_answers(
    batch: Batch, target: Path, *, resume: bool, overwrite: bool, as_json: bool
) -> None:
    """Answers all items into a file, with a line of progress; see `BatchOutput`.

    Raises:
        DataError: The file is there already, or cannot be written, or is of something else.
        click.exceptions.Exit: Some items could not be read; the file is complete, and says which.
    """
    about = {**batch.about, "columns": [f"{field.name} {field.type}" for field in batch.schema]}
    with BatchOutput(target, batch.schema, about, resume=resume, overwrite=overwrite) as output:
        done = output.done
        if done.items:
            click.echo(f"Going on after {done.items:,} {batch.unit}", err=True)
        progress = BatchProgress(batch.total, batch.unit, done.items)
        left = islice(batch.chunks(), done.chunks, None)
        for content in read_ahead(map(batch.read, left)):
            answers = batch.answer(content)
            output.write(answers.rows, answers.items, answers.unread)
            progress.update(done.items)
        output.finish()
        progress.finish(done.items)
    tell(target, batch.unit, done.items, done.unread, as_json=as_json)


def tell(target: Path, unit: str, items: int, unread: int, *, as_json: bool) -> None:
    """Says what is in the file; ends with an exit status of 1 if some items could not be read."""
    if as_json:
        print_json({"file": str(target), "items": items, "unread": unread})
    else:
        click.echo(f"{items:,} {unit} answered. Saved: {target}")
    if unread:
        click.echo(
            f"{unread:,} of {items:,} {unit} could not be read; the column `error` says why.",
            err=True,
        )
        raise click.exceptions.Exit(1)


def read_ahead(items: Iterable[T], depth: int = _AHEAD) -> Iterator[T]:
    """Gives `items`, which a thread makes, up to `depth` of them ahead."""
    ready: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(depth)
    stopped = threading.Event()
    end = object()

    def put(item: Any, error: BaseException | None = None) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                ready.put((item, error), timeout=_POLL)
                return

    def work() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
            put(end)
        except BaseException as error:
            put(None, error)

    threading.Thread(target=work, name="read ahead", daemon=True).start()
    try:
        while True:
            item, error = ready.get()
            if error is not None:
                raise error
            if item is end:
                return
            yield item
    finally:
        stopped.set()


def in_chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of `size`, the last one shorter."""
    items = iter(items)
    while chunk := list(islice(items, size)):
        yield chunk


def model_digest(run: Any, export: Path | None) -> str:
    """A digest of the model that answers: a run's, or that of an export."""
    digest = hashlib.sha256()
    for path in [run.model_path] if export is None else _files_of_export(export):
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()


def _files_of_export(export: Path) -> list[Path]:
    folder = latest_version(export)
    return [folder / "saved_model.pb", *sorted((folder / "variables").glob("*"))]
