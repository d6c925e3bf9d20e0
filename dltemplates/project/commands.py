"""What the commands of every generated project have in common."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dltemplates.errors import DataError, DltemplatesError
from dltemplates.project.tensorflow_import import import_tensorflow
from dltemplates.training.run_records import RunRecord

log = logging.getLogger(__name__)

run_option = click.option("--run", "run_name", help="Name or path of a run; default: the latest.")
config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=Path("config.toml"),
    show_default=True,
    help="Configuration file.",
)
set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one setting."
)


@dataclass(frozen=True)
class Project:
    """A generated project, as its commands see it.

    Attributes:
        package: Its import name. Its modules load when a command needs them.
        runs: Where its runs are.
    """

    package: str
    runs: Path

    @property
    def schema(self) -> Any:
        return import_module(f"{self.package}.config").Config

    def function(self, module: str, name: str) -> Callable[..., Any]:
        import_tensorflow()
        return getattr(import_module(f"{self.package}.{module}"), name)

    def find_run(self, name: str | None) -> Any:
        import_tensorflow()
        from dltemplates.training.run import Run

        run = Run.find(self.runs, name)
        import_module(f"{self.package}.model")  # a saved model may hold layers of its owner's
        return run

    def load_data(self, config: Any) -> Any:
        return self.function("data", "load_data")(config)


def plain_failures(command: Callable[..., None]) -> Callable[..., None]:
    """Shows a known failure of TensorFlow or the system without a traceback."""

    @wraps(command)
    def wrapped(project: Project, *args: Any, **kwargs: Any) -> None:
        try:
            command(project, *args, **kwargs)
        except (DltemplatesError, click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            from dltemplates.training.failures import explain

            known = explain(error, project.runs)
            if known is None:
                raise
            raise known from error

    return wrapped


def warn_of_other_data(run: Any, data: Any) -> None:
    """Says so if the data are not those of the run: test images may have been trained on."""
    record = RunRecord(run.folder).data
    if record.get("fingerprints") is None:
        log.warning(
            "The record of the data of this run cannot be read: %s", run.folder / "data.json"
        )
        return
    if not same_data(record, data):
        log.warning(
            "The data have changed since this run was trained. Items may have moved between the "
            "splits, so the result may flatter the model."
        )


def same_data(record: dict[str, Any], data: Any) -> bool:
    """Whether data are those that a run has a record of."""
    recorded, found = record.get("fingerprints"), data.describe()["fingerprints"]
    if isinstance(recorded, dict) and record.get("rehearsed"):  # other splits have old items too
        return bool(recorded.get("test") == found.get("test"))
    return bool(recorded == found)


def make_folder(folder: Path) -> None:
    """Makes the folder that --to names, where it is not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"Cannot make this folder: {error.strerror}.",
            where=folder,
            hint="Choose another place with --to.",
        ) from None
