"""One line that says how far a prediction of many items is."""

import os
import shutil
import sys
import time
from typing import TextIO

from dltemplates.callbacks.progress import clock

_LIVE, _PLAIN = 0.2, 10.0  # seconds between lines


class BatchProgress:
    """Shows items, their speed, and the time that is left.

    On a terminal one live line; elsewhere a plain line every ten seconds and at the end; where the
    variable `CI` is set, the last alone.

    Args:
        total: Items that there are, or about so many.
        unit: What an item is, in the plural.
        done: Items that another process has done.
        stream: Where to write; standard error by default.
    """

    def __init__(self, total: int, unit: str, done: int = 0, stream: TextIO | None = None) -> None:
        self.total = total
        self.unit = unit
        self._stream = stream if stream is not None else sys.stderr
        self._live = bool(getattr(self._stream, "isatty", lambda: False)())
        self._quiet = not self._live and os.environ.get("CI", "") not in ("", "0", "false")
        self._first = done
        self._started = self._shown = time.perf_counter()

    def update(self, done: int) -> None:
        """Says that so many items are done, if it is time to."""
        now = time.perf_counter()
        if self._quiet or now - self._shown < (_LIVE if self._live else _PLAIN):
            return
        self._shown = now
        self._write(self._line(done), end="" if self._live else "\n")

    def finish(self, done: int) -> None:
        """Says that all are done: so many."""
        self.total = done
        self._write(self._line(done), end="\n")

    def _line(self, done: int) -> str:
        gone = time.perf_counter() - self._started
        speed = (done - self._first) / max(gone, 1e-9)
        line = f"{done:,} of {max(self.total, done):,} {self.unit}  {speed:,.0f} {self.unit}/s  "
        line += f"{clock(gone)} gone"
        if speed and done < self.total:
            line += f", {clock((self.total - done) / speed)} left"
        return line

    def _write(self, line: str, end: str) -> None:
        if self._live:
            line = f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}"
        self._stream.write(f"{line}{end}")
        self._stream.flush()
