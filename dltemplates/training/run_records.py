"""What the folders of runs say of themselves, read without TensorFlow.

Any file may be missing, empty, half or of another version: what cannot be read is left out, and
said in `RunRecord.damage`.
"""

import contextlib
import json
import os
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from dltemplates.training.run_history import History, read_history
from dltemplates.training.run_lock import is_locked

_QUIET = timedelta(minutes=10)  # a run without a lock that wrote so lately may be training
_LONGEST = 1e9  # seconds that a training may say it took

# The figures that choose a network, the first that there is.
MONITORS = ("val_accuracy", "val_mse", "val_loss")

State = Literal["finished", "training", "interrupted", "damaged"]


@dataclass(frozen=True)
class Best:
    """The epoch whose weights a run kept, from 1, and what it was chosen by."""

    epoch: int
    metric: str
    value: float


class RunRecord:
    """One run's folder, read when it is asked.

    Attributes:
        folder: Where it is.
        damage: What could not be read so far, a sentence each.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damage: list[str] = []

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def config(self) -> dict[str, Any]:
        text = self._text("config.toml")
        if text is None:
            self.damage.append("config.toml is missing.")
            return {}
        try:
            return tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self.damage.append(f"config.toml is no TOML: {error}.")
            return {}

    @property
    def settings(self) -> dict[str, Any]:
        """The configuration by `section.key`."""
        return by_key(self.config)

    @cached_property
    def made(self) -> dict[str, Any]:
        return self._json("run.json")

    @cached_property
    def environment(self) -> dict[str, Any]:
        return self._json("environment.json")

    @cached_property
    def data(self) -> dict[str, Any]:
        return self._json("data.json")

    @cached_property
    def done(self) -> dict[str, Any]:
        return self._json("done.json")

    @cached_property
    def metrics(self) -> dict[str, Any]:
        return self._json("metrics.json")

    @cached_property
    def finetuning(self) -> dict[str, Any]:
        """How a fine-tuned network compares with the one before and one from scratch."""
        return self._json("finetuning.json")

    @cached_property
    def history(self) -> History:
        history, wrong = read_history(self._text("history.csv") or "")
        if wrong:
            self.damage.append(f"history.csv: {wrong}.")
        return history

    @cached_property
    def step(self) -> str:
        """`train`, `finetune` or `pretrain`."""
        if self.made.get("step") in ("train", "finetune", "pretrain"):
            return str(self.made["step"])
        return "pretrain" if (self.folder / "encoder.keras").exists() else "train"

    @property
    def result(self) -> Path:
        """The model that the run leaves once it is finished."""
        return self.folder / ("encoder.keras" if self.step == "pretrain" else "model.keras")

    @cached_property
    def state(self) -> State:
        marked = (self.folder / "done.json").exists()
        older = not (self.folder / "run.json").exists() and self.result.exists()
        if marked or older:
            if not self.result.is_file():
                self.damage.append(f"{self.result.name} is gone.")
                return "damaged"
            try:
                whole = zipfile.is_zipfile(self.result)
            except OSError:
                whole = False
            if not whole:
                self.damage.append(f"{self.result.name} is no Keras file.")
            return "finished" if whole else "damaged"
        if is_locked(self.folder):
            return "training"
        return "interrupted" if self.config else "damaged"

    @property
    def may_be_training(self) -> bool:
        """Whether it is, or was written to so lately that it may be (where locks do not work)."""
        if self.state == "training":
            return True
        places = (self.folder, self.folder / "checkpoints", self.folder / "history.csv")
        latest = max(filter(None, map(modified, places)), default=None)
        quiet = latest is None or datetime.now().astimezone() - latest > _QUIET
        return self.state != "finished" and not quiet

    @cached_property
    def started(self) -> datetime:
        """With a time zone; of older runs, when the first of its files was written."""
        said = moment(self.made.get("started"))
        if said is not None:
            return said
        files = (modified(self.folder / name) for name in ("config.toml", "environment.json"))
        known = list(filter(None, files)) or list(filter(None, [modified(self.folder)]))
        return min(known, default=datetime.fromtimestamp(0).astimezone())

    @cached_property
    def finished(self) -> datetime | None:
        if self.state != "finished":
            return None
        return moment(self.done.get("finished")) or modified(self.result)

    @property
    def training_seconds(self) -> float | None:
        """How long it trained, as it says itself."""
        said = self.done.get("training_seconds")
        if not isinstance(said, int | float) or not 0 <= said <= _LONGEST:
            return None
        return float(said)

    @property
    def seconds(self) -> float | None:
        """How long it trained; of runs that do not say, how long it took all in all."""
        if self.training_seconds is not None:
            return self.training_seconds
        latest = self.finished or modified(self.folder / "history.csv")
        return None if latest is None else max(0.0, (latest - self.started).total_seconds())

    @cached_property
    def best(self) -> Best | None:
        """As `done.json` says; else by the history: the best accuracy, or the least loss."""
        epoch = self.done.get("best_epoch")
        for name, value in self.done.items():
            monitored = name in self.history.values or name.startswith("val_")
            if monitored and isinstance(value, int | float) and isinstance(epoch, int):
                return Best(epoch, name, float(value))
        for name in (*MONITORS, "loss"):
            found = self.history.best(name, largest=name.endswith("accuracy"))
            if found is not None:
                return Best(found[0], name, found[1])
        return None

    @property
    def start(self) -> str:
        """What this run started from, as its configuration names it; empty if nothing."""
        table, key = ("finetune", "start") if self.step == "finetune" else ("train", "pretrained")
        settings = self.config.get(table)
        named = settings.get(key, "") if isinstance(settings, dict) else ""
        return named if isinstance(named, str) else ""

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Of the data, by split."""
        found = self.data.get("fingerprints")
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    @cached_property
    def scores(self) -> dict[str, float]:
        """What `evaluate` found of the run's own model: names and values."""
        for name in ("detectors", "scores"):
            table = self.metrics.get(name)
            if isinstance(table, dict) and table:
                ours = next(iter(table.values()))  # baselines follow
                return _numbers(ours) if isinstance(ours, dict) else {}
        return _numbers(self.metrics)

    @property
    def split(self) -> str:
        """Where `scores` are from."""
        return str(self.metrics.get("split", "test")) if self.metrics else ""

    def files(self) -> list[tuple[str, int]]:
        """Every file below the folder and its size in bytes. Links are not followed."""
        found = []
        for folder, _, names in os.walk(self.folder):
            for path in (Path(folder, name) for name in names):
                with contextlib.suppress(OSError):  # deleted meanwhile
                    name = path.relative_to(self.folder).as_posix()
                    found.append((name, path.lstat().st_size))
        return sorted(found)

    def _text(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_text("utf-8-sig")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            self.damage.append(f"{name} is not UTF-8.")
        except OSError as error:
            self.damage.append(f"{name} cannot be read: {error.strerror}.")
        return "" if name == "config.toml" else None

    def _json(self, name: str) -> dict[str, Any]:
        text = self._text(name)
        if text is None:
            return {}
        try:
            value = json.loads(text, parse_constant=lambda _: None)  # NaN
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            self.damage.append(f"{name} is {'no JSON table' if text.strip() else 'empty'}.")
            return {}
        return value


def by_key(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration's tables as one, by `section.key`."""
    flat: dict[str, Any] = {}
    for section, values in config.items():
        if isinstance(values, Mapping):
            flat |= {f"{section}.{key}": value for key, value in values.items()}
        else:
            flat[section] = values
    return flat


def modified(path: Path) -> datetime | None:
    """When a file was last written, in local time; None if it is not there."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return None


def moment(text: Any) -> datetime | None:
    """A time in ISO format, with its zone; None if it is none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _numbers(table: dict[str, Any]) -> dict[str, float]:
    """The measured values of a table: whole numbers are counts."""
    return {name: value for name, value in table.items() if isinstance(value, float)}
