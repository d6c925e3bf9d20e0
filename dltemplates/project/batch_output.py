"""A file of answers that is written piece by piece, and goes on after a kill."""

import contextlib
import json
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from dltemplates.callbacks.durable_file import replace_file
from dltemplates.errors import DataError
from dltemplates.project.batch_target import can_go_on, check_target, journal_of, part_of
from dltemplates.project.table_rows import FORMATS
from dltemplates.training.run_lock import lock_file

_EVERY = 1.0  # seconds from one record of how far it is to the next
_LAYOUT = 1  # of the journal


@dataclass
class Written:
    """How far a file is.

    Attributes:
        chunks: Pieces of the input that are answered.
        items: Items in them.
        unread: Those of them that could not be read.
        bytes: Length of the file so far.
    """

    chunks: int = 0
    items: int = 0
    unread: int = 0
    bytes: int = 0


class BatchOutput:
    """Rows on their way to a file.

    They are collected in `NAME.part`, beside the target; `NAME.journal` says up to where they are
    on the disk, and of which inputs and model they are. Once all are there, the file gets its name.
    A thread writes, so that the next answers need not wait.

    Args:
        target: Ends in `.csv`, `.jsonl` or `.parquet`.
        schema: The columns.
        about: What the rows depend on, by what messages call it.
        resume: Whether to go on where another process was stopped.
        overwrite: Whether what is there may be replaced.

    Attributes:
        done: How far the file was when this was made, and is after each `write`.

    It is a context, which records how far it came however it ends.

    Raises:
        DataError: The target is there already, or cannot be written; or what it shall go on from
            is of something else.
    """

    def __init__(
        self,
        target: Path,
        schema: pa.Schema,
        about: dict[str, Any],
        *,
        resume: bool = False,
        overwrite: bool = False,
    ) -> None:
        check_target(target, resume=resume, overwrite=overwrite)
        self.target = target
        self.about = json.loads(json.dumps(about))
        self._part, self._journal = part_of(target), journal_of(target)
        self._format = FORMATS[target.suffix.lower()]
        self._writer = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None
        self.done = self._begin(resume, overwrite)
        self._written = Written(**asdict(self.done))
        self._recorded = time.monotonic()
        if not self.done.bytes:
            self._append(self._format.head(schema), Written())

    def __enter__(self) -> "BatchOutput":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._writer.shutdown()
        if self._file.closed:
            return
        with contextlib.suppress(OSError):  # a full disk; what was recorded before is whole
            self._record()
        with contextlib.suppress(OSError):
            self._file.close()

    def write(self, rows: pa.RecordBatch, items: int, unread: int) -> None:
        """Adds the answers to a piece of the input; raises what went wrong with the one before."""
        if self._pending is not None:
            self._pending.result()
        self.done.chunks += 1
        self.done.items += items
        self.done.unread += unread
        self._pending = self._writer.submit(self._write, rows, Written(**asdict(self.done)))

    def finish(self) -> None:
        """Gives the file its name."""
        if self._pending is not None:
            self._pending.result()
        self._record()
        finished = self._part
        if self._format.finish is not None:
            finished = self._part.with_name(f"{self._part.name}{self.target.suffix}")
            self._format.finish(self._part, finished)
            with open(finished, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(finished, self.target)
        self._file.close()
        self._part.unlink(missing_ok=True)
        self._journal.unlink(missing_ok=True)

    def _begin(self, resume: bool, overwrite: bool) -> Written:
        going_on = resume and can_go_on(self.target)
        try:
            self._file = self._part.open("r+b" if going_on else "a+b")
        except OSError as error:
            raise DataError(
                f"Cannot write here: {error.strerror}.",
                where=self._part,
                hint="Choose another place with --to.",
            ) from None
        if not lock_file(self._file):
            raise DataError(
                "Another process writes this file.", where=self._part, hint="Wait for it."
            )
        done = self._found() if going_on else Written()
        if not going_on:  # before there is a row that it does not know of
            self._journal.unlink(missing_ok=True)
        self._file.truncate(done.bytes)
        self._file.seek(done.bytes)
        return done

    def _found(self) -> Written:
        """How far another process came."""
        try:
            journal = json.loads(self._journal.read_text("utf-8"))
            done, about = Written(**journal["written"]), journal["about"]
            whole = journal["layout"] == _LAYOUT and self._part.stat().st_size >= done.bytes
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise DataError(
                "What it should go on from is damaged.",
                where=self._journal,
                hint="Start anew with --overwrite.",
            )
        differing = [name for name in {**about, **self.about} if self._differs(about, name)]
        if differing:
            raise DataError(
                "It was begun with something else: "
                + "; ".join(
                    f"{name}: {_shown(about.get(name))} then, {_shown(self.about.get(name))} now"
                    for name in differing
                )
                + ".",
                where=self._part,
                hint="Ask as you did then, or start anew with --overwrite.",
            )
        return done

    def _differs(self, about: dict[str, Any], name: str) -> bool:
        return bool(about.get(name) != self.about.get(name))

    def _write(self, rows: pa.RecordBatch, done: Written) -> None:
        self._append(self._format.rows(rows), done)
        if time.monotonic() - self._recorded > _EVERY:
            self._record()

    def _append(self, content: bytes, done: Written) -> None:
        self._file.write(content)
        done.bytes = self._written.bytes + len(content)
        self._written = done

    def _record(self) -> None:
        """Brings the rows to the disk, then the word that they are there."""
        self._file.flush()
        os.fsync(self._file.fileno())
        journal = {"layout": _LAYOUT, "written": asdict(self._written), "about": self.about}
        text = json.dumps(journal, ensure_ascii=False, indent=2)
        replace_file(self._journal, lambda aside: aside.write_text(text, "utf-8"))
        self._recorded = time.monotonic()


def _shown(value: Any) -> str:
    """A setting for a message; digests are long, and their beginnings tell them apart."""
    if isinstance(value, list):
        return " ".join(map(_shown, value)) or "none"
    text = "none" if value in (None, "") else str(value)
    return text[:12] if len(text) == 64 else text
