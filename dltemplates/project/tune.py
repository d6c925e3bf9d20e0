"""`tune`: searches for settings that are better than those of config.toml."""

import json
import logging
import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from dltemplates.console import Duration, debug_flag, json_option, print_json
from dltemplates.errors import RunError, TrainingError
from dltemplates.project.commands import (
    Project,
    config_option,
    make_folder,
    plain_failures,
    set_option,
)
from dltemplates.project.config import load_config
from dltemplates.project.rehearsal import rehearse
from dltemplates.project.repeats import Gain, compare_repeats
from dltemplates.project.search_space import Dimension, read_space

log = logging.getLogger(__name__)

_FOLDER = Path("tune")
_IN_THE_LOSS = {"train.loss", "train.label_smoothing", "train.trim", "model.quantiles"}


@click.command()
@config_option
@set_option
@click.option(
    "--trials",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Trials of the study, with those that it has already.",
)
@click.option("--timeout", type=Duration(), help="No trial begins after this time, such as 30m.")
@click.option("--study", "name", default="study", show_default=True, help="Name of the study.")
@click.option(
    "--repeats",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Trainings with other seeds that tell a gain from luck.",
)
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def tune(
    project: Project,
    path: Path,
    overrides: tuple[str, ...],
    trials: int,
    timeout: float | None,
    name: str,
    repeats: int,
    as_json: bool,
) -> None:
    """Search for better settings, as [tune.space] in config.toml says. Leaves no runs.

    The same command goes on where it was stopped, and several at once share the work.
    """
    deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
    config = load_config(project.schema, path, overrides)
    space = read_space(config, path)
    study = _open(project, config, space, name)
    for key in sorted(_IN_THE_LOSS & set(space)):
        if study.monitored.name == "val_loss":
            log.warning("%s changes val_loss itself, by which trials are compared.", key)
    study.run(trials, deadline, partial(rehearse, project), partial(_say, study))
    best, default = study.best_trial(), study.default_trial()
    if best is None:
        raise TrainingError(
            "No trial came to its end.", where=study.path, hint="; ".join(study.failures()) or None
        )
    gain = None
    if default is not None and best.number != default.number and repeats:
        gain = _repeat(study, best, default, repeats, deadline, partial(rehearse, project))
    if as_json:
        print_json(_described(study, best, default, gain))
        return
    _print(study, best, default, gain)


def _open(project: Project, config: Any, space: dict[str, Dimension], name: str) -> Any:
    if Path(name).name != name or name.startswith(".") or not name.isprintable() or not name:
        raise RunError(f"Not a name for a study: {name!r}.", hint="Use a name without folders.")
    try:
        from dltemplates.project.study import Study
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "optuna":
            raise
        raise TrainingError(
            "Optuna, which chooses the settings to try, is not installed.",
            where="tune",
            hint='Install it: pip install "dltemplates[tune]"',
        ) from None
    path = _FOLDER / f"{name}.db"
    if not path.exists():
        monitored = _what_is_monitored(project, config)
        make_folder(_FOLDER)
        Study.begin(path, config, space, monitored)
    return Study(path, config, space)


def _what_is_monitored(project: Project, config: Any) -> Any:
    """Begins a training to see what it is judged by, and stops it before its first step."""
    project.function("train", "train")
    from dltemplates.callbacks.epoch_report import EpochReport

    class Known(Exception):  # noqa: N818 - it is no error
        pass

    def stop(_: Any) -> None:
        raise Known

    report = EpochReport(begin=stop)
    try:
        rehearse(project, config, [report])
    except Known:
        return report.monitored
    raise TrainingError("This project's train() passes no run.callbacks to fit.", where="tune")


def _say(study: Any, trial: Any) -> None:
    """A line a trial."""
    state = trial.state.name.lower()
    if state == "complete":
        outcome = f"{study.monitored.name} {trial.value:.5g}"
        if trial.number == study.best_trial().number:
            outcome += ", the best so far"
    elif state == "pruned":
        outcome = f"cut short after {len(trial.intermediate_values)} epochs"
    else:
        outcome = f"failed: {trial.user_attrs.get('failure', 'stopped')}"
    settings = study.settings(trial)
    tried = "  ".join(f"{key}={_short(value)}" for key, value in settings.items())
    click.echo(f"trial {trial.number:3}  {outcome}  ({tried or 'config.toml as it is'})", err=True)


def _repeat(
    study: Any, best: Any, default: Any, repeats: int, deadline: float, rehearse: Any
) -> Gain | None:
    """Trains with both settings again; None if the time is over or others are still at it."""
    if study.busy():
        click.echo("Another process is still at this study; it will compare the best.", err=True)
        return None
    again = []
    for trial in (best, default):
        values = study.repeat(trial, repeats, deadline, rehearse)
        if not values:
            return None
        again.append(values)
    return compare_repeats(again[0], [default.value, *again[1]], study.monitored.mode)


def _described(study: Any, best: Any, default: Any, gain: Gain | None) -> dict[str, Any]:
    settings = study.settings(best)
    return {
        "study": str(study.path),
        "monitor": study.monitored.name,
        "mode": study.monitored.mode,
        "trials": study.counts(),
        "best": {"trial": best.number, "value": best.value, "settings": settings},
        "defaults": None if default is None else {"value": default.value},
        "gain": None if gain is None else {**vars(gain), "certain": gain.certain},
        "importance": study.importance(),
        "set": [f"{key}={_plain(value)}" for key, value in settings.items()],
    }


def _print(study: Any, best: Any, default: Any, gain: Gain | None) -> None:
    name = study.monitored.name
    counts = ", ".join(f"{count} {state}" for state, count in study.counts().items())
    click.echo(f"{study.path}: {counts}")
    if default is not None:
        click.echo(f"config.toml as it is: {name} {default.value:.5g}")
    settings = study.settings(best)
    if not settings:
        click.echo("Nothing tried was better.")
        return
    click.echo(f"Best, trial {best.number}: {name} {best.value:.5g}")
    click.echo(_verdict(gain))
    importance = study.importance()
    if importance:
        shares = ", ".join(f"{key} {share:.0%}" for key, share in importance.items())
        click.echo(f"What mattered: {shares}")
    click.echo("\nIn config.toml:")
    sections: dict[str, list[str]] = {}
    for key, value in settings.items():
        section, _, setting = key.partition(".")
        sections.setdefault(section, []).append(f"{setting} = {json.dumps(_rounded(value))}")
    for section, lines in sections.items():
        click.echo("\n".join([f"[{section}]", *lines]))
    click.echo("\nOr: train " + " ".join(f"--set {k}={_plain(v)}" for k, v in settings.items()))


def _verdict(gain: Gain | None) -> str:
    if gain is None:
        return "Whether that is more than luck was not tried: the best of many is a lucky one too."
    interval = f"{gain.gain:+.3g} (95 % interval {gain.low:+.3g} to {gain.high:+.3g})"
    if gain.certain:
        return f"With other seeds the gain is {interval}: more than chance."
    return f"With other seeds the gain is {interval}: within noise."


def _rounded(value: Any) -> Any:
    return float(f"{value:.3g}") if isinstance(value, float) else value


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> str:
    """A value as --set takes it."""
    return str(_rounded(value)).lower() if isinstance(value, bool) else str(_rounded(value))
