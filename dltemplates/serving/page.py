"""The page on which a model can be tried in a browser."""

from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# The page loads its own files alone, and nothing that a model or a visitor brings into it can run.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # another version of it may come to this address
}
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_INDEX = "page.html"


def page_routes() -> list[Route]:
    """The page at `/`; its scripts and styles, those in `web/` alone, at `/page/NAME`."""
    parts = {
        file.name: Response(
            file.read_bytes(), headers=_HEADERS, media_type=_TYPES[file.name.rpartition(".")[2]]
        )
        for file in (files(__package__) / "web").iterdir()
    }
    index = parts.pop(_INDEX)

    async def page(request: Request) -> Response:
        return index

    async def part(request: Request) -> Response:
        try:
            return parts[request.path_params["name"]]
        except KeyError:
            raise HTTPException(404) from None

    return [Route("/", page), Route("/page/{name}", part)]
