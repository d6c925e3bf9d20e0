"""Runs the server: its socket, its parts, and its end."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import prometheus_client
import uvicorn
from PIL import Image

from dltemplates.serving.app import Application
from dltemplates.serving.body import BodyReader
from dltemplates.serving.listener import address_taken
from dltemplates.serving.metrics import Metrics
from dltemplates.serving.rest import RestApi
from dltemplates.serving.versions import ModelVersions
from dltemplates.serving.workers import Workers

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_GRACE = 5.0  # seconds for open requests beyond the time that an answer may take


@dataclass(frozen=True)
class Settings:
    """How a model is served.

    Attributes:
        max_body: The largest body of a request, bytes.
        max_pixels: The largest image, height times width.
        queue: Requests that may wait; more are refused.
        timeout: Seconds that an answer may take.
        threads: Threads that answer.
        batch: Items of waiting requests that are asked together at most; 0: each request alone.
        poll: Seconds between looks for a new version.
        log_requests: Whether each request is logged.
    """

    max_body: int = 32 * 2**20
    max_pixels: int = 50_000_000
    queue: int = 128
    timeout: float = 30.0
    threads: int = 2
    batch: int = 8
    poll: float = 2.0
    log_requests: bool = False


@dataclass(frozen=True)
class Parts:
    """What a server is made of."""

    app: Application
    versions: ModelVersions
    workers: Workers

    def stop(self) -> None:
        """Lets the threads end."""
        self.versions.stop()
        self.workers.stop()


def assemble(folder: Path, name: str, settings: Settings) -> Parts:
    """Loads a model and puts an application around it.

    Args:
        folder: The model's folder, or that of one version.
        name: Its name in the addresses.
        settings: Limits and the like.

    Raises:
        ServingError: There is no model that can be loaded.
    """
    metrics = Metrics()
    versions = ModelVersions(folder, metrics.serve_version)
    workers = Workers(
        settings.threads,
        settings.queue,
        settings.batch,
        settings.max_pixels,
        settings.max_body,
        metrics,
    )
    api = RestApi(name, versions, workers, settings.timeout)
    app = Application(api, BodyReader(settings.max_body), metrics, settings.log_requests)
    return Parts(app, versions, workers)


class GracefulServer(uvicorn.Server):
    """A server whose first signal lets open requests be answered, and whose second ends it.

    Args:
        app: What it serves.
        timeout: Seconds that an answer may take.
    """

    def __init__(self, app: Application, timeout: float) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=int(timeout + _GRACE),
        )
        super().__init__(config)
        self._app = app

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            os._exit(128 + sig)
        self._app.ready = False
        self.should_exit = True


def serve(
    folder: Path,
    name: str,
    listener: socket.socket,
    settings: Settings,
    started: Callable[[int], None],
) -> None:
    """Serves a model until a signal ends it.

    Args:
        folder: The model's folder, or that of one version.
        name: Its name in the addresses.
        listener: A bound socket.
        settings: Limits and the like.
        started: Called with the version once requests are taken.

    Raises:
        ServingError: There is no model that can be loaded, or the address is taken.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit counts, see image_size
    prometheus_client.disable_created_metrics()
    gc.collect()
    gc.freeze()  # what is imported by now stays; the circles of old versions are found faster
    parts = assemble(folder, name, settings)
    server = GracefulServer(parts.app, settings.timeout)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    host, port = listener.getsockname()[:2]
    try:
        listener.listen(server.config.backlog)
    except OSError as error:
        raise address_taken(host, port, error) from None
    parts.versions.watch(settings.poll)
    started(parts.versions.current.version)
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        parts.stop()
