"""What the commands of every generated project have in common."""

import json
import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dltemplates.console import Group, debug_flag, debug_option, json_option, print_json
from dltemplates.errors import DataError, DltemplatesError
from dltemplates.project.config import dump_config, load_config
from dltemplates.project.speed import ask_child
from dltemplates.project.tensorflow_import import import_tensorflow
from dltemplates.project.time_budget import Duration, fit_to_time

log = logging.getLogger(__name__)

_LATEST = "\0latest"  # no run is called that

run_option = click.option("--run", "run_name", help="Name or path of a run; default: the latest.")


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
    try:
        recorded = json.loads((run.folder / "data.json").read_text("utf-8"))["fingerprints"]
    except (OSError, ValueError, KeyError, TypeError):
        log.warning(
            "The record of the data of this run cannot be read: %s", run.folder / "data.json"
        )
        return
    if recorded != data.describe()["fingerprints"]:
        log.warning(
            "The data have changed since this run was trained. Items may have moved between the "
            "splits, so the result may flatter the model."
        )


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


def _stop(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


def project_group(package: str, summary: str) -> click.Group:
    """The command group of a project, with the one command that is the same for all: `train`."""

    @click.group(cls=Group, help=summary)
    @click.option(
        "--runs",
        type=click.Path(path_type=Path),
        default=Path("runs"),
        show_default=True,
        help="Folder of the runs.",
    )
    @debug_option
    @click.pass_context
    def group(context: click.Context, runs: Path, debug: bool) -> None:
        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        logging.getLogger("dltemplates").setLevel(logging.INFO)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _stop)  # as `docker stop` sends it: clean up first
        context.obj = Project(package, runs)

    from dltemplates.project.doctor_command import doctor
    from dltemplates.project.runs_command import runs as runs_group

    for command in (train, runs_group, doctor):
        group.add_command(command)
    return group


def training_command(step: str, summary: str) -> click.Command:
    """Builds a command that makes a run with the project's function `step`.

    Args:
        step: The command's name, that of the project's module, and of the function in it, which
            takes the configuration and the run, and returns figures.
        summary: What the command says it does.
    """

    @click.command(name=step, help=summary)
    @click.option(
        "--config",
        "path",
        type=click.Path(path_type=Path),
        default=Path("config.toml"),
        show_default=True,
        help="Configuration file.",
    )
    @click.option(
        "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one setting."
    )
    @click.option("--name", help="Name of the run; default: the time.")
    @click.option(
        "--resume",
        is_flag=False,
        flag_value=_LATEST,
        metavar="[RUN]",
        help="Go on with a run that was stopped; default: the latest.",
    )
    @click.option(
        "--time-budget",
        type=Duration(),
        help=f"Train for about as long, such as 10m, by setting {step}.epochs (or steps).",
    )
    @json_option
    @debug_flag
    @click.pass_obj
    @plain_failures
    def command(
        project: Project,
        path: Path,
        overrides: tuple[str, ...],
        name: str | None,
        resume: str | None,
        time_budget: float | None,
        as_json: bool,
    ) -> None:
        if resume is not None and (overrides or name is not None or time_budget is not None):
            raise click.UsageError("A resumed run keeps its name and its settings.")
        if resume is None:
            config = load_config(project.schema, path, overrides)
        learn = project.function(step, step)
        from dltemplates.training.run import Run

        if time_budget is not None:
            ask = partial(ask_child, project.package, project.runs, path, overrides, 600.0, step)
            fitting = fit_to_time(step, config, time_budget, ask)
            click.echo(f"To fit the time: {fitting}", err=True)
            config = load_config(project.schema, path, (*overrides, fitting))
        if resume is None:
            run = Run.create(project.runs, name)
            run.begin(step, project.package)
            run.write_text("config.toml", dump_config(config))
        else:
            run = Run.to_resume(project.runs, step, None if resume == _LATEST else resume)
            if run.finished:
                click.echo(f"Finished already: {run.folder}", err=True)
                return
            config = load_config(project.schema, run.config_path)
        result = _learn(project, step, learn, config, run)
        if as_json:
            print_json({"run": str(run.folder), **result})
            return
        click.echo(f"Trained: {run.folder}")
        for key, value in result.items():
            if value is not None and not isinstance(value, str):  # words were said as they came up
                click.echo(f"  {key.replace('_', ' '):24} {value:.4g}")

    return command


def _learn(
    project: Project, step: str, learn: Callable[..., Any], config: Any, run: Any
) -> dict[str, Any]:
    """Trains, explains known failures, and says how a run that was stopped goes on."""
    from dltemplates.training.failures import explain
    from dltemplates.training.run_lock import lock_run

    try:
        with lock_run(run.folder):
            result: dict[str, Any] = learn(config, run)
            run.finish(result)
            return result
    except (KeyboardInterrupt, SystemExit):
        if any(run.checkpoints.iterdir()):
            command = f"python -m {project.package} {step} --resume {run.name}"
            click.echo(f"\nStopped and saved. Go on with: {command}", err=True)
        raise
    except Exception as error:
        known = explain(error, run.folder)
        if known is None:
            raise
        raise known from error
    finally:
        run.discard_if_empty()


train = training_command("train", "Train the network; the result is a folder below runs/.")
