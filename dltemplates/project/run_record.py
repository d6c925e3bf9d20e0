"""What a run wrote down, for its report. Any file may be missing or damaged."""

import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltemplates.evaluation.findings import Training
from dltemplates.evaluation.run_history import VALIDATION, RunHistory, read_history
from dltemplates.training.optimizers import usual_learning_rate

_MONITORS = ("val_accuracy", "val_mse", "val_loss")


@dataclass(frozen=True)
class RunRecord:
    """The files of a run folder.

    Attributes:
        history: A line an epoch.
        settings: By `section.key`, its configuration.
        data: What `describe` said of the data.
        environment: Versions, hardware, precision.
        started: What was known when the run began.
        done: What training returned.
        metrics: What `evaluate` found.
    """

    history: RunHistory
    settings: dict[str, Any]
    data: dict[str, Any]
    environment: dict[str, Any]
    started: dict[str, Any]
    done: dict[str, Any]
    metrics: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "RunRecord":
        names = ("data", "environment", "run", "done", "metrics")
        history, settings = (
            read_history(folder / "history.csv"),
            read_settings(folder / "config.toml"),
        )
        return cls(history, settings, *(_read_json(folder / f"{name}.json") for name in names))

    @property
    def monitor(self) -> str:
        """The figure that chose the network, as far as the run tells."""
        told = [name for name in self.done if name.startswith(VALIDATION)]
        usual = [name for name in _MONITORS if name in self.history]
        return next(iter([*told, *usual]), _MONITORS[-1])

    @property
    def sizes(self) -> dict[str, int]:
        """Items of each split, where the data have items."""
        found = self.data.get("images")
        if isinstance(found, dict):
            return {name: n for name, n in found.items() if isinstance(n, int)}
        splits = self.data.get("splits")
        parts = splits.items() if isinstance(splits, dict) else ()
        texts = {name: part.get("texts") for name, part in parts if isinstance(part, dict)}
        return {name: n for name, n in texts.items() if isinstance(n, int)}

    def training(self) -> Training:
        """The run as a diagnosis sees it."""
        names = self.data.get("class_names")
        classes = len(names) if isinstance(names, list) else 0
        single = classes > 1 and not self.data.get("multi_label")
        accurate = self.monitor.endswith("accuracy")
        trivial = self.metrics.get("majority_accuracy")
        if not isinstance(trivial, float):
            trivial = 1 / classes if classes else None
        return Training(
            self.history,
            self.monitor,
            accurate,
            self.settings,
            trivial=trivial if accurate and single else None,
            ignorant_loss=math.log(classes) if single and self._cross_entropy else None,
            usual_rate=self._usual_rate(),
            validation_items=self.sizes.get("validation"),
            copies=self._copies(),
        )

    @property
    def _cross_entropy(self) -> bool:
        pretrained = self.started.get("step") == "pretrain"
        return (
            not pretrained and self.settings.get("train.loss", "cross_entropy") == "cross_entropy"
        )

    def _usual_rate(self) -> float | None:
        batch = self.settings.get("train.batch_size")
        try:
            name = self.settings["train.optimizer"]
            return usual_learning_rate(name, batch if isinstance(batch, int) else 256)
        except (KeyError, TypeError):
            return None

    def _copies(self) -> dict[str, float]:
        """By split, the share of its items that are in training too."""
        found = self.data.get("duplicates")
        pairs = found.items() if isinstance(found, dict) else ()
        shares = {}
        for pair, count in pairs:
            first, _, second = str(pair).partition(", ")
            if first == "train" and self.sizes.get(second) and isinstance(count, int):
                shares[second] = count / self.sizes[second]
        return shares


def read_settings(path: Path) -> dict[str, Any]:
    """A configuration by `section.key`; nothing if it cannot be read."""
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return {
        f"{section}.{key}": value
        for section, table in tables.items()
        if isinstance(table, dict)
        for key, value in table.items()
    }


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
