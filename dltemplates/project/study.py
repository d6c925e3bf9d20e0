"""A search for good settings: trials in a database that several processes may share."""

import contextlib
import json
import os
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from dltemplates.callbacks.epoch_report import EpochReport, Monitored
from dltemplates.errors import ConfigError, RunError
from dltemplates.project.config import changed
from dltemplates.project.search_space import Choices, Dimension, current_values
from dltemplates.project.seeded_sampler import SeededSampler

# optuna's heartbeat, which tells a dead process's trial from a running one, is called experimental
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
optuna.logging.set_verbosity(optuna.logging.ERROR)

FAILURE, DEFAULTS = "failure", "defaults"  # what we note with a trial
_RECORD = "record"  # what we note with the study
_BEAT, _GRACE = 10, 60  # seconds
_PATIENCE = 60  # seconds that a process waits for another one to write
_UNPRUNED = 5  # finished trials before one may be cut short
_TELLING = 10  # finished trials before importance says anything
_GATHERING = 0.25  # share of a training that every trial gets

Rehearse = Callable[[Any, list[Any]], dict[str, Any]]


class Study:
    """Trials of a configuration's settings, in a SQLite file.

    Args:
        path: The file, which exists.
        config: The configuration that the trials change.
        space: What they may change.

    Raises:
        ConfigError: The study was begun with another space or other settings.
        RunError: The file is no study.
    """

    def __init__(self, path: Path, config: Any, space: Mapping[str, Dimension]) -> None:
        self.path = path
        self.config = config
        self.space = space
        seed = getattr(config.train, "seed", 0)
        try:
            self.trials = optuna.load_study(study_name=None, storage=_storage(path))
            record = self.trials.user_attrs[_RECORD]
        except Exception as error:
            raise RunError(
                f"This is no study: {str(error).partition(chr(10))[0]}",
                where=path,
                hint="Begin another one with --study.",
            ) from error
        if record["space"] != _described(space) or record["settings"] != _fixed(config, space):
            raise ConfigError(
                "This study was begun with another search space or other settings.",
                where=path,
                hint="Its trials cannot be compared with new ones: begin another one with --study.",
            )
        self.monitored = Monitored(**record["monitored"])
        self.trials.sampler = SeededSampler(seed)
        warm_up = max(1, round(_GATHERING * self.monitored.epochs))
        self.trials.pruner = optuna.pruners.MedianPruner(_UNPRUNED, warm_up)

    @classmethod
    def begin(
        cls, path: Path, config: Any, space: Mapping[str, Dimension], monitored: Monitored
    ) -> None:
        """Makes the file, with the configuration as it is for the first trial.

        It is made aside and then named, so of several processes one makes it.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".new-{os.getpid()}-{path.name}")
        try:
            storage = _storage(aside)
            study = optuna.create_study(
                study_name=path.stem,
                storage=storage,
                direction="maximize" if monitored.mode == "max" else "minimize",
            )
            record = {
                "space": _described(space),
                "settings": _fixed(config, space),
                "monitored": vars(monitored),
            }
            study.set_user_attr(_RECORD, record)
            _enqueue_defaults(study, config, space)
            storage.remove_session()
            storage.engine.dispose()
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
        finally:
            aside.unlink(missing_ok=True)

    def run(
        self,
        count: int,
        deadline: float,
        rehearse: Rehearse,
        say: Callable[[FrozenTrial], None],
    ) -> None:
        """Runs trials until the study has `count`, or until the time is over.

        Args:
            count: Trials of the study, whoever runs them.
            deadline: When no further one begins, as `time.monotonic` counts.
            rehearse: Trains with a configuration and callbacks; returns figures.
            say: Called after each trial.
        """
        defaults = [trial for trial in self.trials.trials if _is_default(trial)]
        if not any(self._counts(trial) or _is_waiting(trial) for trial in defaults):
            _enqueue_defaults(self.trials, self.config, self.space)  # it was stopped
        while time.monotonic() < deadline:
            optuna.storages.fail_stale_trials(self.trials)  # of processes that were killed
            if sum(self._counts(trial) for trial in self.trials.trials) >= count:
                return
            self.trials.optimize(
                lambda trial: self._objective(trial, rehearse),
                n_trials=1,
                catch=(Exception,),
                callbacks=[lambda _, trial: say(trial)],
            )

    def settings(self, trial: FrozenTrial) -> dict[str, Any]:
        """What a trial changed, by `section.key`."""
        return {} if _is_default(trial) else dict(trial.params)

    def default_trial(self) -> FrozenTrial | None:
        """The finished trial of the configuration as it is."""
        done = self.trials.get_trials(states=(TrialState.COMPLETE,))
        return next((trial for trial in done if _is_default(trial)), None)

    def best_trial(self) -> FrozenTrial | None:
        """The best finished trial."""
        if not self.trials.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
            return None
        return self.trials.best_trial

    def repeat(
        self, trial: FrozenTrial, count: int, deadline: float, rehearse: Rehearse
    ) -> list[float]:
        """What trainings with a trial's settings and other seeds reach; the study keeps it.

        Args:
            trial: The trial.
            count: Trainings.
            deadline: When no further one begins.
            rehearse: As in `run`.
        """
        key = f"repeats {trial.number}"
        values: list[float] = list(self.trials.user_attrs.get(key, []))
        seed = getattr(self.config.train, "seed", 0)
        while len(values) < count and time.monotonic() < deadline:
            settings = {**self.settings(trial), "train.seed": seed + 1 + len(values)}
            watch = EpochReport()
            values.append(self.value(rehearse(changed(self.config, settings), [watch]), watch))
            self.trials.set_user_attr(key, values)
        return values[:count]

    def busy(self) -> bool:
        """Whether other processes have trials under way."""
        running = self.trials.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        return bool(running)

    def counts(self) -> dict[str, int]:
        """Number of trials by what became of them."""
        names = {"COMPLETE": "finished", "PRUNED": "cut short", "FAIL": "failed"}
        states = [trial.state.name for trial in self.trials.get_trials(deepcopy=False)]
        found = {word: states.count(name) for name, word in names.items()}
        return {word: count for word, count in found.items() if count}

    def failures(self) -> list[str]:
        """Why trials failed, each reason once."""
        reasons = [trial.user_attrs.get(FAILURE) for trial in self.trials.trials]
        return list(dict.fromkeys(reason for reason in reasons if reason))

    def importance(self) -> dict[str, float]:
        """Share of the differences between trials that each setting explains; empty if unknown."""
        done = self.trials.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if len(done) < _TELLING or len(self.space) < 2:
            return {}
        try:
            shares = optuna.importance.get_param_importances(self.trials)
        except (ValueError, RuntimeError):  # all alike
            return {}
        return {name: round(share, 3) for name, share in shares.items()}

    def _counts(self, trial: FrozenTrial) -> bool:
        """Whether this is one of the trials that were asked for: not one that was stopped."""
        if trial.state == TrialState.FAIL:
            return FAILURE in trial.user_attrs
        return not _is_waiting(trial)

    def _objective(self, trial: optuna.Trial, rehearse: Rehearse) -> float:
        values = _suggest(trial, self.config, self.space)

        def report(value: float, epoch: int) -> None:
            trial.report(value, epoch)
            if DEFAULTS not in trial.user_attrs and trial.should_prune():
                raise optuna.TrialPruned

        watch = EpochReport(report=report)
        try:
            result = rehearse(changed(self.config, values), [watch])
        except optuna.TrialPruned:
            raise
        except Exception as error:
            trial.set_user_attr(FAILURE, str(error).partition("\n")[0] or type(error).__name__)
            raise
        except SystemExit:  # SIGTERM, of which optuna knows nothing
            self.trials.tell(trial, state=TrialState.FAIL)
            raise
        return self.value(result, watch)

    def value(self, result: Mapping[str, Any], watch: EpochReport) -> float:
        """What a training reached: the best epoch's value, or the last where the last is kept."""
        value = result.get(self.monitored.name, watch.last_value)
        if value is None:
            raise RunError(f"This training has no {self.monitored.name} to go by.")
        return float(value)


def _storage(path: Path) -> optuna.storages.RDBStorage:
    return optuna.storages.RDBStorage(
        f"sqlite:///{path}",
        engine_kwargs={"connect_args": {"timeout": _PATIENCE}},
        heartbeat_interval=_BEAT,
        grace_period=_GRACE,
    )


def _enqueue_defaults(study: optuna.Study, config: Any, space: Mapping[str, Dimension]) -> None:
    """The configuration as it is; what of it lies within the space teaches the sampler."""
    now = current_values(config, space)
    inside = {name: value for name, value in now.items() if value in space[name]}
    study.enqueue_trial(inside, user_attrs={DEFAULTS: True})


def _suggest(trial: optuna.Trial, config: Any, space: Mapping[str, Dimension]) -> dict[str, Any]:
    default = DEFAULTS in trial.user_attrs
    now = current_values(config, space)
    values: dict[str, Any] = {}
    for name, dimension in space.items():
        if default and now[name] not in dimension:
            continue  # such as "auto", in a range of numbers
        if isinstance(dimension, Choices):
            values[name] = trial.suggest_categorical(name, dimension.values)
        elif dimension.whole:
            step = 1 if dimension.step is None else int(dimension.step)
            low, high = int(dimension.low), int(dimension.high)
            values[name] = trial.suggest_int(name, low, high, step=step, log=dimension.log)
        else:
            values[name] = trial.suggest_float(
                name, dimension.low, dimension.high, step=dimension.step, log=dimension.log
            )
    return {} if default else values


def _is_default(trial: FrozenTrial) -> bool:
    return DEFAULTS in trial.user_attrs


def _is_waiting(trial: FrozenTrial) -> bool:
    return trial.state == TrialState.WAITING


def _described(space: Mapping[str, Dimension]) -> dict[str, Any]:
    """The space as JSON gives it back."""
    described = {name: vars(dimension) for name, dimension in space.items()}
    plain: dict[str, Any] = json.loads(json.dumps(described))
    return plain


def _fixed(config: Any, space: Mapping[str, Dimension]) -> dict[str, Any]:
    """The settings that no trial changes, as JSON gives them back."""
    settings = json.loads(config.model_dump_json())
    return {
        f"{section}.{key}": value
        for section, values in settings.items()
        for key, value in values.items()
        if f"{section}.{key}" not in space
    }
