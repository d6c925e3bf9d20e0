"""Clients that cost little themselves: many keep-alive connections in one thread, one process."""

import selectors
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context


@dataclass
class Load:
    """What came of a load.

    Attributes:
        seconds: How long it went on.
        latencies: Seconds of each request, in the order of the answers.
        answers: Status, number of the request, and body of each, if they were to be kept.
        dropped: Connections that broke before an answer was complete.
    """

    seconds: float
    latencies: list[float] = field(default_factory=list)
    answers: list[tuple[int, int, bytes]] = field(default_factory=list)
    dropped: int = 0


class Client:
    """A keep-alive connection that asks one request after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = self._connect()
        self._received = b""

    def send(self, number: int, request: bytes) -> None:
        self.number = number
        self.started = time.perf_counter()
        self._received = b""
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Status and body once the answer is complete.

        Raises:
            ConnectionError: It never will be.
        """
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError
        self._received += part
        return parse_answer(self._received)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        self.send(0, request)
        while (answer := self.receive()) is None:
            pass
        return answer

    def reconnect(self) -> None:
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def parse_answer(received: bytes) -> tuple[int, bytes] | None:
    """Status and body of an HTTP answer; None while some of it is missing."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return None
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and len(body) < int(value):
            return None
    return int(head.split(b" ", 2)[1]), body


def post(path: str, body: bytes) -> bytes:
    """A POST request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def press(
    port: int,
    requests: list[bytes],
    clients: int,
    seconds: float | None = None,
    count: int | None = None,
    keep: bool = False,
) -> Load:
    """Asks the requests in turn, each client one at a time, for so long or so often."""
    connections = [Client(port) for _ in range(clients)]
    selector = selectors.DefaultSelector()
    asked, started = 0, time.perf_counter()
    load = Load(0.0)

    def ask_next(client: Client) -> None:
        nonlocal asked
        number = asked % len(requests)
        asked += 1
        client.send(number, requests[number])

    def over() -> bool:
        if count is not None:
            return asked >= count
        return time.perf_counter() - started >= (seconds or 0.0)

    for client in connections:
        selector.register(client.socket, selectors.EVENT_READ, client)
        ask_next(client)
    open_requests = len(connections)
    while open_requests:
        for key, _ in selector.select(60):
            client = key.data
            try:
                answer = client.receive()
            except OSError:
                load.dropped += 1
                selector.unregister(client.socket)
                client.reconnect()
                selector.register(client.socket, selectors.EVENT_READ, client)
                answer = (0, b"")
            if answer is None:
                continue
            load.latencies.append(time.perf_counter() - client.started)
            if keep:
                load.answers.append((answer[0], client.number, answer[1]))
            elif answer[0] != 200:
                raise RuntimeError(f"Answered {answer[0]}: {answer[1][:200]!r}")
            if over():
                open_requests -= 1
                selector.unregister(client.socket)
                client.socket.close()
            else:
                ask_next(client)
    load.seconds = time.perf_counter() - started
    return load


def press_elsewhere(port: int, requests: list[bytes], clients: int, **options) -> Load:
    """`press` in a process of its own, so that nothing else of this one slows it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(press, port, requests, clients, **options).result()
