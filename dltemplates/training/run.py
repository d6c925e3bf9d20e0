"""A run: the folder that training leaves behind."""

import contextlib
import hashlib
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import keras

from dltemplates.callbacks.durable_file import replace_file
from dltemplates.callbacks.keras_archive import check_archive
from dltemplates.errors import RunError
from dltemplates.training.environment import describe_commit, describe_environment
from dltemplates.training.model_file import read_model
from dltemplates.training.run_folders import is_run
from dltemplates.training.run_records import RunRecord

log = logging.getLogger(__name__)

_TELLING = ("tensorflow", "keras", "cpu", "gpus", "precision")


class Run:
    """One training run on disk. What must not be half is written aside and then renamed.

    Files:
        run.json: What it is a run of, when and by which command it began, commit of the project.
        config.toml: The resolved configuration.
        environment.json: Versions, hardware, precision.
        data.json: Classes, number of items, fingerprints, what was skipped.
        history.csv: Losses and metrics, a line an epoch.
        checkpoints/: What training goes on from, and the network after the best epoch.
        samples/: A few raw inputs, for the export to be proven on.
        model.keras: The finished model, from raw input to named classes.
        encoder.keras: What pre-training leaves, instead of a finished model.
        done.json: When training ended and with which figures; written last.
        metrics.json: What `evaluate` found.
        finetuning.json: What fine-tuning brought, of a run of `finetune`.
        report.html: The page that `report` made of all this.

    Attributes:
        folder: Where these files are.
        runs: Where other runs are, such as one of pre-training.
        callbacks: What the command that makes the run adds to those of the project, which hands
            them to `fit`: logs for TensorBoard, a learning-rate range test, ...
    """

    def __init__(self, folder: Path, runs: Path | None = None) -> None:
        self.folder = folder
        self.runs = folder.parent if runs is None else runs
        self.callbacks: list[keras.callbacks.Callback] = []

    @classmethod
    def create(cls, parent: Path, name: str | None = None) -> "Run":
        """Makes the folder of a new run, named after the time unless `name` is given.

        Raises:
            RunError: There is a run of that name, it is no name, or the folder cannot be made.
        """
        given = name is not None
        name = datetime.now().strftime("%Y-%m-%d_%H%M%S") if name is None else name
        if Path(name).name != name or name.startswith(".") or not name.isprintable() or not name:
            raise RunError(f"Not a name for a run: {name!r}.", hint="Use a name without folders.")
        folder = parent / name
        for number in range(2, 1000):
            try:
                folder.mkdir(parents=True)
                (folder / "checkpoints").mkdir()
                break
            except FileExistsError:
                if given:  # who names a run will look for it by that name
                    raise RunError(
                        "There is a run of this name.",
                        where=folder,
                        hint="Choose another with --name, or delete this folder.",
                    ) from None
                folder = parent / f"{name}_{number}"
            except OSError as error:
                with contextlib.suppress(OSError):
                    folder.rmdir()
                raise RunError(
                    f"Cannot make this folder: {error.strerror}.",
                    where=folder,
                    hint="Choose another place with --runs.",
                ) from None
        return cls(folder)

    @classmethod
    @contextlib.contextmanager
    def scratch(cls, runs: Path) -> Iterator["Run"]:
        """A run in a temporary folder, for a training of which nothing is to be left.

        Args:
            runs: Where other runs are.
        """
        with tempfile.TemporaryDirectory(prefix="dltemplates-") as folder:
            yield cls(cls.create(Path(folder), "scratch").folder, runs)

    @classmethod
    def named(cls, parent: Path, name: str) -> "Run":
        """The run called `name` (a name or a path), finished or not.

        Raises:
            RunError: There is none.
        """
        run = cls(Path(name) if is_run(Path(name).resolve()) else parent / name)
        if not name or not run.folder.is_dir():
            raise RunError("No such run.", where=run.folder, hint=f"Runs: {_names(parent)}")
        return run

    @classmethod
    def find(cls, parent: Path, name: str | None = None) -> "Run":
        """The run called `name` (a name or a path), or the latest finished one.

        Raises:
            RunError: There is none, or it has no finished model.
        """
        if name is not None:
            run = cls.named(parent, name)
            if run.encoder_path.exists():
                raise RunError(
                    "This run is one of pre-training, which leaves no finished model.",
                    where=run.folder,
                    hint=f"Train from it: train --set train.pretrained={name}",
                )
            if not run.model_path.exists():
                raise RunError(
                    "This run has no finished model.",
                    where=run.folder,
                    hint="Train again, or choose another run with --run.",
                )
            return run
        finished = [path.parent for path in parent.glob("*/model.keras")]
        if not finished:
            raise RunError("No trained run here.", where=parent, hint=_what_to_do(parent))
        return cls(max(finished, key=lambda folder: (folder / "model.keras").stat().st_mtime_ns))

    @classmethod
    def to_resume(cls, parent: Path, step: str, name: str | None = None) -> "Run":
        """The run called `name`, or the latest that is not finished, or else the latest.

        Args:
            parent: Folder of the runs.
            step: What it has to be a run of, such as `train`.
            name: Its name or path.

        Raises:
            RunError: There is none, or it is a run of something else.
        """
        if name is not None:
            run = cls.named(parent, name)
            known = run.begun().get("step")
            if not is_run(run.folder.resolve()) or (isinstance(known, str) and known != step):
                raise RunError(f"This is no run of {step}.", where=run.folder)
        else:
            runs = [cls(path.parent) for path in parent.glob("*/run.json")]
            runs = [run for run in runs if run.begun().get("step") == step]
            if not runs:
                raise RunError(
                    "No run to resume here.", where=parent, hint="Begin one without --resume."
                )
            run = max(runs, key=lambda run: (not run._marked, str(run.begun().get("started"))))
        if run.finished:
            return run
        run._warn_of_edits()
        with contextlib.suppress(OSError):  # said when something is saved there
            run.checkpoints.mkdir(exist_ok=True)
        if not run.saved:
            log.warning("%s: There is no checkpoint; beginning anew.", run.checkpoints)
        return run

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def config_path(self) -> Path:
        return self.folder / "config.toml"

    @property
    def model_path(self) -> Path:
        return self.folder / "model.keras"

    @property
    def encoder_path(self) -> Path:
        return self.folder / "encoder.keras"

    @property
    def finished(self) -> bool:
        """Whether training has ended and what it leaves is there and whole."""
        if not self._marked:
            return False
        path = self.encoder_path if self.begun().get("step") == "pretrain" else self.model_path
        try:
            check_archive(path)
        except (RunError, PermissionError):
            return False
        return True

    @property
    def _marked(self) -> bool:
        return (self.folder / "done.json").exists()

    @property
    def saved(self) -> bool:
        """Whether there is something to go on from."""
        return any(self.checkpoints.glob("*.keras"))

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def samples_path(self) -> Path:
        return self.folder / "samples"

    def begin(self, step: str, package: str, config: str) -> None:
        """Notes what this is a run of, by which command, and of which commit of the project.

        Args:
            step: What it is a run of, such as `train`.
            package: The project's import name.
            config: The resolved configuration, as TOML.
        """
        started = datetime.now().astimezone().isoformat(timespec="milliseconds")
        facts = {"step": step, "package": package, "started": started, "command": sys.argv[1:]}
        digests = {"config": _digest(config), "git": describe_commit(Path.cwd())}
        self.write_json("run.json", {**facts, **digests})
        self.write_text("config.toml", config)

    def begun(self) -> dict[str, Any]:
        """What `begin` noted; empty if that cannot be read."""
        return RunRecord(self.folder).made

    def record(self, data: dict[str, Any]) -> None:
        """Notes the data and the environment of the training.

        A run that goes on must have the data that it began with; of another environment it is
        warned, since the losses may then differ in their last digits.

        Raises:
            RunError: The data have changed since the run began.
        """
        record = RunRecord(self.folder)
        before = record.data
        if before and before.get("fingerprints") != _as_json(data.get("fingerprints")):
            raise RunError(
                "The data have changed since this run began.",
                where=self.folder,
                hint="Put them back as they were, or train anew.",
            )
        self.write_json("data.json", data)
        environment = describe_environment()
        known = record.environment
        if not known:
            self.write_json("environment.json", environment)
        else:
            self._warn_of_other_environment(known, environment)

    def finish(self, result: dict[str, Any]) -> None:
        """Marks the run as done; the last thing that a training writes."""
        finished = datetime.now().astimezone().isoformat(timespec="milliseconds")
        self.write_json("done.json", {"finished": finished, **result})

    def save_model(self, model: keras.Model) -> None:
        """Writes the finished model."""
        replace_file(self.model_path, model.save)

    def load_model(self) -> keras.Model:
        """Reads the finished model, without its optimizer.

        Raises:
            RunError: The file is damaged, or holds layers that are not allowed; see `read_model`.
        """
        return read_model(self.model_path)

    def save_encoder(self, encoder: keras.Model) -> None:
        """Writes what pre-training leaves."""
        replace_file(self.encoder_path, encoder.save)

    def load_encoder(self) -> keras.Model:
        """Reads what pre-training left.

        Raises:
            RunError: There is none, the file is damaged, or holds layers that are not allowed.
        """
        if not self.encoder_path.exists():
            raise RunError(
                "This run has no pre-trained encoder.",
                where=self.folder,
                hint="Name a run of the pretrain command in train.pretrained.",
            )
        return read_model(self.encoder_path)

    def write_text(self, name: str, text: str) -> None:
        replace_file(self.folder / name, lambda aside: aside.write_text(text, "utf-8"))

    def write_json(self, name: str, value: Any) -> None:
        self.write_text(name, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def write_samples(self, samples: list[bytes]) -> None:
        """Keeps raw inputs such as image files, in their order."""
        self.samples_path.mkdir(exist_ok=True)
        for index, sample in enumerate(samples):
            replace_file(self.samples_path / str(index), partial(_write_bytes, contents=sample))

    def read_samples(self) -> list[bytes]:
        """The raw inputs that training kept.

        Raises:
            RunError: There are none.
        """
        found = [path for path in self.samples_path.glob("[0-9]*") if path.name.isdecimal()]
        files = sorted(found, key=lambda path: int(path.name))
        if not files:
            raise RunError(
                "The sample inputs of this run are gone.",
                where=self.samples_path,
                hint="An export is proven on them: train again.",
            )
        return [path.read_bytes() for path in files]

    def _warn_of_edits(self) -> None:
        known = self.begun().get("config")
        with contextlib.suppress(OSError, UnicodeError):  # said when it is read
            if known is not None and known != _digest(self.config_path.read_text("utf-8")):
                log.warning(
                    "%s was edited since this run began, so it will not end as it would have.",
                    self.config_path,
                )

    def _warn_of_other_environment(self, known: dict[str, Any], now: dict[str, Any]) -> None:
        changed = [name for name in _TELLING if known.get(name) != _as_json(now[name])]
        if changed:
            log.warning(
                "This run began with other %s than now (%s), so it may end in other digits.",
                " and ".join(changed),
                self.folder / "environment.json",
            )

    def discard_if_empty(self) -> None:
        """Removes the folder of a run that failed before it learned anything."""
        learned = self.saved or any(self.folder.glob("*.keras"))
        if not learned and not (self.folder / "history.csv").exists():
            shutil.rmtree(self.folder)
            with contextlib.suppress(OSError):  # other runs are there
                self.folder.parent.rmdir()


def _as_json(value: Any) -> Any:
    """What reading `value` back from JSON gives."""
    return json.loads(json.dumps(value))


def _write_bytes(path: Path, contents: bytes) -> None:
    path.write_bytes(contents)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _what_to_do(parent: Path) -> str:
    """Where no run is finished: train, or go on with one that was stopped."""
    stopped = [run for path in parent.glob("*/run.json") if not (run := Run(path.parent)).finished]
    if not stopped:
        return "Run the train command first."
    latest = max(stopped, key=lambda run: str(run.begun().get("started")))
    step = latest.begun().get("step")
    return f"{latest.name} was stopped before its end: go on with {step or 'train'} --resume."


def _names(parent: Path) -> str:
    names = sorted(path.parent.name for path in parent.glob("*/config.toml"))
    return ", ".join(names) or "none yet"
