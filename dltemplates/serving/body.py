"""The body of a request, read as far as the limits allow."""

import asyncio
import contextlib
import time

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from dltemplates.serving.request_error import RequestError

_PATIENCE = 5.0  # seconds for reading what nobody wants
_SEVERAL = 16  # bodies of the largest size that are held at once


class BodyReader:
    """Reads bodies, and limits how much of them is held at once.

    Args:
        max_bytes: The largest body.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.held = 0

    async def read(self, scope: Scope, receive: Receive, deadline: float) -> bytes:
        """The whole body; give its size to `release` once it is not needed any more.

        Raises:
            RequestError: It is too large, comes too slowly, or too many are held.
            ClientDisconnect: The client has gone.
        """
        stated = _stated_length(scope)
        if stated is not None and stated > self.max_bytes:
            if stated <= _SEVERAL * self.max_bytes:
                await self._discard(scope, receive)
            raise self._too_large()
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    chunk = message.get("body", b"")
                    more = message.get("more_body", False)
                    if size + len(chunk) > self.max_bytes:
                        if more:
                            await self._discard(scope, receive)
                        raise self._too_large()
                    size += len(chunk)
                    self.held += len(chunk)
                    if self.held > _SEVERAL * self.max_bytes:
                        raise RequestError(
                            503, "Too many large requests at once; try again.", retry_after=1
                        )
                    chunks.append(chunk)
        except TimeoutError:
            self.release(size)
            raise RequestError(408, "The request's body came too slowly.") from None
        except BaseException:
            self.release(size)
            raise
        return b"".join(chunks)

    def release(self, size: int) -> None:
        """Makes room for other bodies."""
        self.held -= size

    async def _discard(self, scope: Scope, receive: Receive) -> None:
        """Reads on what nobody wants, for a while, so that its sender gets to read the answer."""
        if any(name == b"expect" for name, _ in scope["headers"]):
            return  # it asks before it sends
        size = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while size < _SEVERAL * self.max_bytes:
                    message = await receive()
                    size += len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return

    def _too_large(self) -> RequestError:
        return RequestError(413, f"The body is larger than {self.max_bytes:,} bytes.")


def _stated_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            try:
                return int(value)
            except ValueError:
                return None
    return None
