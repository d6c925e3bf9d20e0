"""A run as its report sees it."""

import math
from functools import cached_property

from dltemplates.evaluation.curves import VALIDATION, Curves
from dltemplates.evaluation.findings import Training
from dltemplates.training.optimizers import usual_learning_rate
from dltemplates.training.run_records import MONITORS, RunRecord


class ReportedRun(RunRecord):
    """A run's records, with what a page and a diagnosis draw from them."""

    @cached_property
    def curves(self) -> Curves:
        return Curves.of(self.history)

    @property
    def monitor(self) -> str:
        """The figure that chose the network, as far as the run tells."""
        told = [name for name in self.done if name.startswith(VALIDATION)]
        usual = [name for name in MONITORS if name in self.curves]
        return next(iter([*told, *usual]), MONITORS[-1])

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
            self.curves,
            self.monitor,
            accurate,
            self.settings,
            trivial=trivial if accurate and single else None,
            ignorant_loss=math.log(classes) if single and self._cross_entropy else None,
            usual_rate=self._usual_rate(),
            validation_items=self.sizes.get("validation"),
            copies=self._copies(),
            kept=self.step == "finetune" and self.settings.get("finetune.steps") == 0,
        )

    @property
    def _cross_entropy(self) -> bool:
        loss = self.settings.get("train.loss", "cross_entropy")
        return self.step != "pretrain" and loss == "cross_entropy"

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
