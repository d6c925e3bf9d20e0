"""What the server counts, in the format of Prometheus."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_ITEMS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._requests = Counter(
            "dltemplates_requests",
            "Requests by endpoint and by status code of their answers.",
            ["endpoint", "code"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "dltemplates_request_seconds",
            "Seconds from a request's first byte to its answer.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._items = Histogram(
            "dltemplates_batch_items",
            "Items that the model was asked at once.",
            buckets=_ITEMS,
            registry=self.registry,
        )
        self._queue = Gauge(
            "dltemplates_queue_length", "Requests that wait for a thread.", registry=self.registry
        )
        self._version = Gauge(
            "dltemplates_model_version", "The version that answers.", registry=self.registry
        )

    def answered(self, endpoint: str, code: int, seconds: float) -> None:
        """Counts a request."""
        self._requests.labels(endpoint, str(code)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def asked(self, items: int) -> None:
        """Counts a call of the model."""
        self._items.observe(items)

    def watch_queue(self, length: Callable[[], int]) -> None:
        """Reads the queue's length whenever the metrics are asked for."""
        self._queue.set_function(length)

    def serve_version(self, version: int) -> None:
        """Notes which version answers from now on."""
        self._version.set(version)

    def text(self) -> bytes:
        """All of them, as text."""
        return generate_latest(self.registry)
