import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import hypothesis
import pytest

from dltemplates.serving.listener import bind
from dltemplates.serving.server import GracefulServer, Settings, assemble
from tests.serving.small_models import write_small_model

# The same examples every time, however slow the machine is.
hypothesis.settings.register_profile("serving", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("serving")


@pytest.fixture(scope="session")
def small_export(tmp_path_factory):
    """The folder of a model with one version, 7."""
    folder = tmp_path_factory.mktemp("export") / "small"
    write_small_model(folder / "7")
    return folder


@pytest.fixture(scope="session")
def client(small_export):
    """A client of a server with the usual settings."""
    with served(small_export, "small") as client:
        yield client


@pytest.fixture
def client_of(small_export):
    """Makes a client of a server with settings of one's own."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(served(small_export, "small", **settings))


@contextmanager
def served(folder, name: str, **settings) -> Iterator[httpx.Client]:
    """A server in a thread of this process."""
    parts = assemble(folder, name, Settings(**settings))
    server = GracefulServer(parts.app, timeout=5)
    listener = bind("127.0.0.1", 0)
    listener.listen()
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        host, port = listener.getsockname()
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        with httpx.Client(base_url=f"http://{host}:{port}", timeout=60, limits=limits) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        parts.stop()
