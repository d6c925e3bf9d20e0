"""The command that serves an export over HTTP."""

import logging
import os
from importlib.util import find_spec
from pathlib import Path

import click

from dltemplates.console import debug_flag
from dltemplates.errors import ServingError
from dltemplates.project.commands import Project
from dltemplates.project.tensorflow_import import import_bare_tensorflow
from dltemplates.serving.listener import bind

_PACKAGES = ("starlette", "uvicorn", "prometheus_client")


@click.command()
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of an export, or of one version of it.  [default: export/PACKAGE]",
)
@click.option("--name", help="Name of the model in addresses; default: the project's.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen at; 0.0.0.0 lets other machines in.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True)
@click.option(
    "--max-body",
    type=click.FloatRange(min=0.001),
    default=32,
    show_default=True,
    help="Largest body of a request, MB.",
)
@click.option(
    "--max-pixels",
    type=click.IntRange(min=1),
    default=50_000_000,
    show_default=True,
    help="Largest image, height times width.",
)
@click.option(
    "--queue",
    type=click.IntRange(min=1),
    default=128,
    show_default=True,
    help="Requests that may wait; more are refused.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.001),
    default=30,
    show_default=True,
    help="Seconds that an answer may take.",
)
@click.option(
    "--threads", type=click.IntRange(min=1), help="Threads that answer; default: one a core."
)
@click.option(
    "--batch",
    type=click.IntRange(min=0),
    default=8,
    show_default=True,
    help="Items of waiting requests that the model is asked together at most; 0: each alone.",
)
@click.option(
    "--poll",
    type=click.FloatRange(min=0.05),
    default=2,
    show_default=True,
    help="Seconds between looks for a new version.",
)
@click.option("--log-requests", is_flag=True, help="Print a line for each request.")
@debug_flag
@click.pass_obj
def serve(
    project: Project,
    folder: Path | None,
    name: str | None,
    host: str,
    port: int,
    max_body: float,
    max_pixels: int,
    queue: int,
    timeout: float,
    threads: int | None,
    batch: int,
    poll: float,
    log_requests: bool,
) -> None:
    """Serve the exported model over HTTP, as TensorFlow Serving does.

    New versions are served as soon as they are exported.
    """
    _check_extra()
    folder = folder or Path("export") / project.package
    name = _checked(name or project.package)
    if not folder.is_dir():
        raise ServingError(
            "There is no such folder.",
            where=folder,
            hint="Run the export command, or name another folder with --export.",
        )
    listener = bind(host, port)
    import_bare_tensorflow()
    from dltemplates.serving import server

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    settings = server.Settings(
        max_body=round(max_body * 2**20),
        max_pixels=max_pixels,
        queue=queue,
        timeout=timeout,
        threads=threads or os.cpu_count() or 1,
        batch=batch,
        poll=poll,
        log_requests=log_requests,
    )
    place = _place(*listener.getsockname()[:2])

    def started(version: int) -> None:
        click.echo(
            f"Serving {name}, version {version}, at {place}/v1/models/{name}\n"
            f"  Page: {place}/   Stop with Ctrl-C."
        )

    server.serve(folder, name, listener, settings, started)


def _check_extra() -> None:
    missing = [package for package in _PACKAGES if find_spec(package) is None]
    if missing:
        raise ServingError(
            f"Serving needs packages that are not installed: {', '.join(missing)}.",
            hint="Install them with: pip install 'dltemplates[serve]'",
        )


def _checked(name: str) -> str:
    if not name.strip() or set(name) & set("/:%?#"):
        raise ServingError(
            f"Not a name for a model: {name!r}.", hint="Use letters, digits, - and _ with --name."
        )
    return name


def _place(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
