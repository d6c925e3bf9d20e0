"""The commands that make a run: `train`, `finetune`, and `pretrain` where a project has it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from dltemplates.console import Duration, debug_flag, json_option, print_json
from dltemplates.project.commands import Project, config_option, plain_failures, set_option
from dltemplates.project.config import dump_config, load_config
from dltemplates.project.speed import ask_child
from dltemplates.project.time_budget import fit_to_time

_LATEST = "\0latest"  # no run is called that


def training_command(
    step: str,
    summary: str,
    more: Sequence[click.Option] = (),
    after: Callable[..., dict[str, Any]] | None = None,
) -> click.Command:
    """Builds a command that makes a run with the project's function `step`.

    Args:
        step: The command's name, that of the project's module, and of the function in it, which
            takes the configuration and the run, and returns figures.
        summary: What the command says it does.
        more: Options that only this command has: `start`, `compare`.
        after: Called with the project, the configuration and the finished run, also where it was
            finished already, unless `compare` is off; adds figures.
    """

    @click.command(name=step, help=summary)
    @config_option
    @set_option
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
    @click.option(
        "--max-steps",
        type=click.IntRange(min=1),
        help="End after so many steps: to try whether all works.",
    )
    @click.option("--no-tensorboard", is_flag=True, help="Write no logs for TensorBoard.")
    @click.option("--mlflow", is_flag=True, help="Record the run in MLflow too.")
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
        max_steps: int | None,
        no_tensorboard: bool,
        mlflow: bool,
        as_json: bool,
        start: str | None = None,
        compare: bool = True,
    ) -> None:
        if start is not None:
            overrides = (*overrides, f"{step}.start={start}")
        learn = partial(
            _learn,
            project,
            step,
            tensorboard=not no_tensorboard,
            mlflow=mlflow,
            max_steps=max_steps,
        )
        if resume is None:
            config = load_config(project.schema, path, overrides)
            if time_budget is not None:
                ask = partial(ask_child, project.package, project.runs, path, overrides, 600.0)
                fitting = fit_to_time(step, config, time_budget, partial(ask, step))
                click.echo(f"To fit the time: {fitting}", err=True)
                config = load_config(project.schema, path, (*overrides, fitting))
            run, result = learn(config, _begin(project, step, config, name))
        else:
            if overrides or name is not None or time_budget is not None:
                raise click.UsageError("A resumed run keeps its name and its settings.")
            run = _to_resume(project, step, resume)
            if run.finished:
                click.echo(f"Finished already: {run.folder}", err=True)
                if after is None:
                    return
            config = load_config(project.schema, run.config_path)
            run, result = (run, {}) if run.finished else learn(config, run)
        if not as_json and result:
            _say(run, result)
        if after is not None and compare:
            result = {**result, **after(project, config, run)}
        if as_json:
            print_json({"run": str(run.folder), **result})

    command.params += more
    return command


def _say(run: Any, result: dict[str, Any]) -> None:
    click.echo(f"Trained: {run.folder}")
    for key, value in result.items():
        if value is not None and not isinstance(value, str):  # words were said as they came up
            click.echo(f"  {key.replace('_', ' '):24} {value:.4g}")


def _begin(project: Project, step: str, config: Any, name: str | None) -> Any:
    project.function(step, step)  # an error in the project's code makes no run
    from dltemplates.training.run import Run

    run = Run.create(project.runs, name)
    run.begin(step, project.package, dump_config(config))
    return run


def _to_resume(project: Project, step: str, name: str) -> Any:
    project.function(step, step)
    from dltemplates.training.run import Run

    return Run.to_resume(project.runs, step, None if name == _LATEST else name)


def _learn(
    project: Project,
    step: str,
    config: Any,
    run: Any,
    *,
    tensorboard: bool,
    mlflow: bool,
    max_steps: int | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Trains, explains known failures, and says how a run that was stopped goes on."""
    train: Callable[..., dict[str, Any]] = project.function(step, step)
    from dltemplates.training.failures import explain
    from dltemplates.training.run_lock import lock_run
    from dltemplates.training.tracking import tracking_callbacks

    try:
        with lock_run(run.folder):
            try:
                run.callbacks += tracking_callbacks(run, tensorboard, mlflow, project.package)
                if max_steps is not None:
                    from dltemplates.callbacks.step_limit import StepLimit

                    run.callbacks.append(StepLimit(max_steps))
                result = train(config, run)
                run.finish(result)
            finally:
                run.discard_if_empty()  # within the lock: another process may be training it
            return run, result
    except (KeyboardInterrupt, SystemExit):
        if run.saved:
            command = f"python -m {project.package} {step} --resume {run.name}"
            click.echo(f"\nStopped and saved. Go on with: {command}", err=True)
        raise
    except Exception as error:
        known = explain(error, run.folder)
        if known is None:
            raise
        raise known from error


train = training_command("train", "Train the network; the result is a folder below runs/.")
