"""Ctrl-C and SIGTERM as a wish to stop, for which there is still time to save."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

_WORDS = b"\nStopping after this step. Once more stops at once.\n"


class StopSignals:
    """Notes the first Ctrl-C or SIGTERM; the second one ends the process at once.

    Attributes:
        received: Number of the signal that came, or None.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._before: dict[int, Any] = {}

    def install(self) -> None:
        """Begins to listen; does nothing outside the main thread, where Python has no signals."""
        if self._before or threading.current_thread() is not threading.main_thread():
            return
        self.received = None
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._note)

    def remove(self) -> None:
        """Gives the signals back to whom they belonged."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def leave(self) -> None:
        """Raises what the signal would have raised.

        Raises:
            KeyboardInterrupt: After Ctrl-C.
            SystemExit: After SIGTERM, with 143.
        """
        self.remove()
        if self.received == signal.SIGINT:
            raise KeyboardInterrupt
        if self.received is not None:
            raise SystemExit(128 + self.received)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        for other in self._before:
            signal.signal(other, signal.SIG_DFL)
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _WORDS)
