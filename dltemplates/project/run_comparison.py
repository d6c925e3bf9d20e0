"""Two runs side by side: what was set otherwise, and what came of it."""

from dataclasses import dataclass
from typing import Any

from dltemplates.columns import align
from dltemplates.project.provenance import commit_of, cpu_of, gpus_of
from dltemplates.training.run_records import RunRecord

Pair = tuple[Any, Any]


@dataclass(frozen=True)
class RunComparison:
    """How two runs differ.

    Attributes:
        names: Theirs.
        settings: By `section.key`, the values where they differ; None where there is none.
        circumstances: Versions, processor, precision, commit and data where they differ.
        scores: By name, what both measured on the same items.
        remarks: What is not compared, and why.
    """

    names: tuple[str, str]
    settings: dict[str, Pair]
    circumstances: dict[str, Pair]
    scores: dict[str, tuple[float, float]]
    remarks: list[str]

    def as_dict(self) -> dict[str, Any]:
        def pairs(table: dict[str, Any]) -> dict[str, Any]:
            return {key: list(pair) for key, pair in table.items()}

        return {
            "runs": list(self.names),
            "config": pairs(self.settings),
            "circumstances": pairs(self.circumstances),
            "scores": {
                key: {"values": [a, b], "difference": b - a} for key, (a, b) in self.scores.items()
            },
            "remarks": self.remarks,
        }

    def lines(self, width: int | None = None) -> list[str]:
        """For people: settings, circumstances, then scores."""
        heading = ["", *self.names]
        lines = ["Settings that differ:" if self.settings else "The settings are the same."]
        rows = [[key, *map(_shown, pair)] for key, pair in self.settings.items()]
        lines += _table([heading, *rows], width) if rows else []
        rows = [[key, *map(_shown, pair)] for key, pair in self.circumstances.items()]
        lines += ["", "Also different:", *_table([heading, *rows], width)] if rows else []
        rows = [
            [name, f"{a:.6g}", f"{b:.6g}", f"{b - a:+.4g}"] for name, (a, b) in self.scores.items()
        ]
        if rows:
            table = _table([[*heading, "difference"], *rows], width, " rrr")
            lines += ["", "What came of it:", *table]
        return lines + (["", *self.remarks] if self.remarks else [])


def compare(first: RunRecord, second: RunRecord) -> RunComparison:
    """Compares what can be compared: scores only where they are of the same items."""
    runs = (first, second)
    scores, remarks = _validation(first, second)
    if not (first.scores and second.scores):
        without = " nor ".join(run.name for run in runs if not run.scores)
        remarks.append(f"Not evaluated: {without}. Run evaluate --run NAME to compare scores.")
    elif first.split != second.split:
        remarks.append(
            f"Scores are not compared: {first.name} was measured on the {first.split} split, "
            f"{second.name} on the {second.split} split."
        )
    elif not _same_data(first, second, first.split):
        remarks.append(
            f"Scores are not compared: the {first.split} splits are not known to be the same data."
        )
    else:
        common = [name for name in first.scores if name in second.scores]
        scores |= {
            f"{first.split} {name}": (first.scores[name], second.scores[name]) for name in common
        }
    remarks += [
        f"{run.name} is {'still training' if run.state == 'training' else run.state}."
        for run in runs
        if run.state != "finished"
    ]
    remarks += [f"{run.name}: {sentence}" for run in runs for sentence in run.damage]
    return RunComparison(
        (first.name, second.name),
        _differences(first.settings, second.settings),
        _differences(_circumstances(first), _circumstances(second)),
        scores,
        remarks,
    )


def _validation(
    first: RunRecord, second: RunRecord
) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """What the runs were chosen by, and how long they took; and what of it is not compared."""
    scores, remarks = {}, []
    a, b = first.best, second.best
    if a and b and a.metric != b.metric:
        remarks.append(
            f"Best epochs are not compared: {first.name} was chosen by {a.metric}, "
            f"{second.name} by {b.metric}."
        )
    elif a and b and not _same_data(first, second, "validation"):
        remarks.append(
            "Best epochs are not compared: the validation splits are not known to be the same data."
        )
    elif a and b:
        scores[f"best {a.metric}"] = (a.value, b.value)
        scores["best epoch"] = (a.epoch, b.epoch)
    if first.seconds is not None and second.seconds is not None:
        scores["seconds"] = (first.seconds, second.seconds)
    return scores, remarks


def _same_data(first: RunRecord, second: RunRecord, split: str) -> bool:
    print_ = first.fingerprints.get(split)
    return print_ is not None and print_ == second.fingerprints.get(split)


def _circumstances(run: RunRecord) -> dict[str, Any]:
    known = run.environment
    names = ("dltemplates", "tensorflow", "keras", "python", "system", "precision")
    return {
        "step": run.step,
        **{name: known.get(name) for name in names},
        "cpu": cpu_of(run) or None,
        "gpus": gpus_of(run) or None,
        "git commit": commit_of(run, digits=12) or None,
        **{f"{split} data": print_[:8] for split, print_ in run.fingerprints.items()},
    }


def _differences(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Pair]:
    keys = [*first, *(key for key in second if key not in first)]
    return {
        key: (first.get(key), second.get(key))
        for key in keys
        if first.get(key) != second.get(key) or type(first.get(key)) is not type(second.get(key))
    }


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value != "" else '""'


def _table(rows: list[list[str]], width: int | None, right: str = "") -> list[str]:
    room = None if width is None else width - 2
    return [f"  {line}" for line in align(rows, room, right)]
