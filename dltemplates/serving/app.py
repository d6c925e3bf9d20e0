"""The server as an ASGI application."""

import json
import logging
import time

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dltemplates.serving import json_answer
from dltemplates.serving.body import BodyReader
from dltemplates.serving.metrics import Metrics
from dltemplates.serving.packed_body import check_encoding
from dltemplates.serving.page import page_routes
from dltemplates.serving.request_error import RequestError
from dltemplates.serving.rest import RestApi, parse_path
from dltemplates.serving.signature import signature_json

log = logging.getLogger(__name__)

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FAILED = "The server failed to answer this request."
_JSON = (b"content-type", b"application/json")


class Application:
    """Answers HTTP requests: the protocol below `/v1`, health, metrics and the page.

    Args:
        api: Answers what is asked below `/v1`.
        bodies: Reads the bodies of requests.
        metrics: Counts.
        log_requests: Whether each request is logged.

    Attributes:
        ready: Whether `/health/ready` says so.
    """

    def __init__(
        self, api: RestApi, bodies: BodyReader, metrics: Metrics, log_requests: bool = False
    ) -> None:
        self.ready = True
        self._api = api
        self._bodies = bodies
        self._metrics = metrics
        self._log_requests = log_requests
        self._pages = self._make_pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        started = time.monotonic()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        rest = scope["path"].lower().startswith("/v1/")
        endpoint = "other"
        try:
            if rest:
                endpoint = await self._rest(scope, receive, sending, started)
            else:
                await self._pages(scope, receive, sending)
                endpoint = _page_name(scope)
        except ClientDisconnect:
            status = 499
        except Exception:  # of a page; it has been answered
            log.exception("A request failed: %s %s", scope["method"], scope["path"])
        self._metrics.answered(endpoint, status, time.monotonic() - started)
        if self._log_requests:
            milliseconds = 1000.0 * (time.monotonic() - started)
            log.info("%s %s %d %.1f ms", scope["method"], scope["path"], status, milliseconds)

    async def _rest(self, scope: Scope, receive: Receive, send: Send, started: float) -> str:
        """Answers a request below `/v1`; returns which endpoint it was for."""
        endpoint = "other"
        try:
            address = parse_path(scope["method"], scope["raw_path"].decode("latin-1"))
            endpoint = address.endpoint
            self._api.check(address)
            packed = check_encoding(_header(scope, b"content-encoding"))
            body = await self._bodies.read(scope, receive, started + self._api.timeout)
            try:
                answer = await self._api.answer(address, body, started, packed)
            finally:
                self._bodies.release(len(body))
            await _send(send, 200, answer)
        except RequestError as refusal:
            extra = []
            if refusal.retry_after is not None:
                extra = [(b"retry-after", str(refusal.retry_after).encode())]
            await _send(send, refusal.status, _error(refusal.message), extra)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("A request failed: %s %s", scope["method"], scope["path"])
            await _send(send, 500, _error(_FAILED))
        return endpoint

    def _make_pages(self) -> ASGIApp:
        async def about(request: Request) -> Response:
            return Response(json_answer.encode(self._about()), media_type="application/json")

        async def live(request: Request) -> Response:
            return JSONResponse({"live": True})

        async def ready(request: Request) -> Response:
            version = self._api.versions.current.version
            status = 200 if self.ready else 503
            return JSONResponse({"ready": self.ready, "version": version}, status)

        async def metrics(request: Request) -> Response:
            return Response(self._metrics.text(), headers={"content-type": _METRICS_TYPE})

        async def error(request: Request, exception: Exception) -> Response:
            assert isinstance(exception, HTTPException)
            message = f"{exception.detail}: {request.method} {request.url.path}"
            return JSONResponse({"error": message}, exception.status_code, exception.headers)

        async def failure(request: Request, exception: Exception) -> Response:
            return JSONResponse({"error": _FAILED}, 500)

        return Starlette(
            routes=[
                *page_routes(),
                Route("/about", about),
                Route("/health/live", live),
                Route("/health/ready", ready),
                Route("/metrics", metrics),
                Route("/monitoring/prometheus/metrics", metrics),
            ],
            exception_handlers={HTTPException: error, Exception: failure},
        )

    def _about(self) -> dict:
        model = self._api.versions.current
        return {
            "name": self._api.name,
            "version": model.version,
            "kind": model.metadata.get("kind"),
            "metadata": model.metadata,
            "signatures": {
                name: signature_json(each)
                for name, each in model.signatures.items()
                if not name.startswith("__")  # TensorFlow's own
            },
        }


def _page_name(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "path", "other")


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _error(message: str) -> bytes:
    return json.dumps({"error": message}, ensure_ascii=False).encode("utf-8", "replace")


async def _send(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [_JSON, (b"content-length", str(len(body)).encode()), *(headers or [])],
        }
    )
    await send({"type": "http.response.body", "body": body})
