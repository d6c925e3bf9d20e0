"""The threads that read requests, ask the model and write answers; the event loop only waits."""

import asyncio
import logging
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from dltemplates.serving import json_answer
from dltemplates.serving.asking import Outputs, ask, ask_together, kind
from dltemplates.serving.loaded_model import LoadedModel
from dltemplates.serving.metrics import Metrics
from dltemplates.serving.packed_body import unpack
from dltemplates.serving.question import Question, read_question
from dltemplates.serving.request_error import RequestError

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Call:
    """A request that waits for its answer.

    Attributes:
        model: Who is asked; a version stays in memory for as long as a call holds it.
        method: `predict`, `classify` or `regress`.
        body: JSON.
        packed: Whether by gzip.
        deadline: When the answer is of no use any more, of `time.monotonic()`.
        answer: What becomes of it: bytes of JSON, or an exception.
    """

    model: LoadedModel
    method: str
    body: bytes
    packed: bool
    deadline: float
    answer: asyncio.Future = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def finish(self, result: bytes | Exception) -> None:
        """Gives the answer to the event loop; from any thread."""
        try:
            self.answer.get_loop().call_soon_threadsafe(self._set, result)
        except RuntimeError:  # the loop is closed: nobody waits any more
            log.debug("An answer came after the server had stopped.")

    def _set(self, result: bytes | Exception) -> None:
        if self.answer.done():  # given up meanwhile
            return
        if isinstance(result, Exception):
            self.answer.set_exception(result)
        else:
            self.answer.set_result(result)


class Workers:
    """Threads that answer calls.

    Args:
        threads: How many.
        capacity: Calls that may wait; more are refused.
        batch: Items that are asked together at most, taken from what waits; 0: each request alone.
        max_pixels: The largest image that is taken.
        max_body: The largest body, bytes, once it is unpacked.
        metrics: Where sizes of batches are counted.
    """

    def __init__(
        self,
        threads: int,
        capacity: int,
        batch: int,
        max_pixels: int,
        max_body: int,
        metrics: Metrics,
    ) -> None:
        self.capacity = capacity
        self.batch = batch
        self.max_pixels = max_pixels
        self.max_body = max_body
        self._metrics = metrics
        self._waiting: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}", daemon=True)
            for number in range(threads)
        ]
        metrics.watch_queue(self._waiting.qsize)
        for thread in self._threads:
            thread.start()

    async def answer(self, call: Call) -> bytes:
        """The JSON that answers a call.

        Raises:
            RequestError: Too many wait, it takes too long, or the request is at fault.
        """
        if self._waiting.qsize() >= self.capacity:
            raise RequestError(503, "Too many requests are waiting; try again.", retry_after=1)
        self._waiting.put(call)
        try:
            async with asyncio.timeout(call.deadline - time.monotonic()):
                return await call.answer
        except TimeoutError:
            raise RequestError(504, "The answer took too long.") from None

    def stop(self) -> None:
        """Lets the threads end once they have answered what waits."""
        for _ in self._threads:
            self._waiting.put(None)

    def _work(self) -> None:
        while (call := self._waiting.get()) is not None:
            calls = [call, *self._others()]
            try:
                self._answer(calls)
            except Exception as error:  # a fault of ours: nobody shall wait for it
                for each in calls:
                    each.finish(error)

    def _others(self) -> list[Call]:
        """What waits beside a call, as far as it can be asked together with it."""
        calls: list[Call] = []
        while len(calls) < self.batch - 1:
            try:
                call = self._waiting.get_nowait()
            except queue.Empty:
                break
            if call is None:  # the end of another thread
                self._waiting.put(None)
                break
            calls.append(call)
        return calls

    def _answer(self, calls: list[Call]) -> None:
        questions = [(call, question) for call in calls if (question := self._read(call))]
        for group in groups(questions, self.batch):
            self._ask_group(group)

    def _read(self, call: Call) -> Question | None:
        if call.answer.done() or call.deadline <= time.monotonic():
            return None  # nobody waits for it any more
        try:
            body = unpack(call.body, self.max_body) if call.packed else call.body
            return read_question(call.model, call.method, body, self.max_pixels, call.deadline)
        except Exception as error:
            call.finish(error)
            return None

    def _ask_group(self, group: list[tuple[Call, Question]]) -> None:
        outputs = None
        if len(group) > 1:
            deadline = min(call.deadline for call, _ in group)
            outputs = ask_together([question for _, question in group], deadline)
        if outputs is None:
            for call, question in group:
                self._ask_alone(call, question)
            return
        self._metrics.asked(sum(question.rows or 0 for _, question in group))
        for (call, question), each in zip(group, outputs, strict=True):
            _write(call, question, each)

    def _ask_alone(self, call: Call, question: Question) -> None:
        try:
            outputs = ask(question, call.deadline)
        except Exception as error:
            call.finish(error)
            return
        self._metrics.asked(question.rows or 1)
        _write(call, question, outputs)


def groups(questions: list[tuple[Call, Question]], most: int) -> list[list[tuple[Call, Question]]]:
    """Questions of one kind beside each other, `most` items together at most."""
    found: list[list[tuple[Call, Question]]] = []
    open_groups: dict[Any, tuple[list[tuple[Call, Question]], int]] = {}
    for pair in questions:
        which, rows = kind(pair[1]), pair[1].rows or 0
        group, size = open_groups.get(which, ([], 0))
        if which is None or not group or size + rows > most:
            group, size = [], 0
            found.append(group)
        group.append(pair)
        open_groups[which] = group, size + rows
    return found


def _write(call: Call, question: Question, outputs: Outputs) -> None:
    try:
        call.finish(json_answer.encode(question.write(outputs)))
    except Exception as error:
        call.finish(error)
