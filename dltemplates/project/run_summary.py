"""Runs in words: a line each, or everything about one."""

import math
from typing import Any

from dltemplates.columns import align
from dltemplates.project.amounts import clock, duration, size
from dltemplates.project.provenance import command_of, commit_of, cpu_of, gpus_of, versions_of
from dltemplates.training.run_records import RunRecord

_TELLING = "accuracy macro_f1 micro_f1 mase mse mae average_precision vus_pr auroc log_loss".split()
_FEW = 2
_MANY = 4
_HEADING = ["run", "state", "started", "took", "epochs", "best", "measured"]


def table(runs: list[RunRecord], width: int | None) -> list[str]:
    """A heading, and a line for each run."""
    return align([_HEADING, *(_cells(run) for run in runs)], width, right="   rr")


def _cells(run: RunRecord) -> list[str]:
    best = run.best
    scores = telling_scores(run)
    measured = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in scores.items())
    return [
        run.name,
        state_of(run),
        clock(run.started),
        duration(run.seconds),
        str(run.history.epochs[-1]) if run.history.epochs else "",
        f"{best.metric} {best.value:.4g}" if best else "",
        f"{run.split}: {measured}" if measured else "",
    ]


def telling_scores(run: RunRecord) -> dict[str, float]:
    """The few of a run's scores that say most."""
    known = [name for name in _TELLING if name in run.scores] or list(run.scores)
    return {name: run.scores[name] for name in known[:_FEW]}


def state_of(run: RunRecord) -> str:
    state = "training now" if run.state == "training" else run.state
    return f"{state} (pre-training)" if run.step == "pretrain" else state


def details(run: RunRecord, package: str) -> list[str]:
    """Everything about one run."""
    lines = [f"{run.name}: {state_of(run)}", f"  folder       {run.folder}"]
    when = f"  started      {clock(run.started)}"
    lines.append(when + (f", finished {clock(run.finished)}" if run.finished else ""))
    if run.seconds is not None:
        lines.append(f"  took         {duration(run.seconds)}")
    lines += [f"  {title:12} {text}" for title, text in _provenance(run) if text]
    lines += _history(run)
    if run.scores:
        lines += ["", f"Measured on the {run.split} split:"]
        lines += _indented([[name, f"{value:.6g}"] for name, value in run.scores.items()])
    for section, values in run.config.items():
        lines += ["", f"[{section}]"]
        pairs = values.items() if isinstance(values, dict) else [("", values)]
        lines += _indented([[str(key), _setting(value)] for key, value in pairs])
    files = run.files()
    lines += ["", f"Files, {size(sum(number for _, number in files))}:"]
    lines += _indented(_grouped(files), right="r")
    if run.damage:
        lines += ["", "Damaged:", *(f"  {sentence}" for sentence in run.damage)]
    if run.state == "interrupted":
        command = go_on(run, package)
        lines += ["", f"To go on with it:\n  {command}"]
    return lines


def as_dict(run: RunRecord) -> dict[str, Any]:
    """What `list --json` says of a run."""
    best = run.best
    return {
        "name": run.name,
        "folder": str(run.folder),
        "step": run.step,
        "state": run.state,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "seconds": run.seconds,
        "epochs": run.history.epochs[-1] if run.history.epochs else 0,
        "best": {"epoch": best.epoch, best.metric: best.value} if best else None,
        "split": run.split or None,
        "scores": run.scores,
        "damage": run.damage,
    }


def all_as_dict(run: RunRecord, package: str) -> dict[str, Any]:
    """What `show --json` says."""
    return {
        **as_dict(run),
        "config": run.config,
        "environment": run.environment,
        "git": run.made.get("git"),
        "command": command_of(run),
        "data": run.data,
        "history": {"epoch": run.history.epochs, **_finite(run.history.values)},
        "metrics": run.metrics,
        "files": dict(run.files()),
        "resume": go_on(run, package) if run.state == "interrupted" else None,
        "damage": run.damage,  # once more, now that every file was read
    }


def go_on(run: RunRecord, package: str) -> str:
    """The command that goes on with an interrupted run."""
    return f"python -m {package} {run.step} --resume {run.name}"


def _provenance(run: RunRecord) -> list[tuple[str, str]]:
    """What a run was made with, by title."""
    known = run.environment
    return [
        ("command", command_of(run)),
        ("git", commit_of(run, digits=12)),
        ("versions", versions_of(run)),
        ("system", str(known.get("system", ""))),
        ("cpu", cpu_of(run)),
        ("gpus", gpus_of(run)),
        ("precision", str(known.get("precision", ""))),
        ("started from", run.start),
        ("data", ", ".join(f"{split} {print_[:8]}" for split, print_ in run.fingerprints.items())),
    ]


def _finite(columns: dict[str, list[float | None]]) -> dict[str, list[float | None]]:
    """What JSON can hold: None in place of infinity."""
    return {
        name: [value if value is None or math.isfinite(value) else None for value in values]
        for name, values in columns.items()
    }


def _history(run: RunRecord) -> list[str]:
    history, best = run.history, run.best
    if not history.epochs:
        return ["", "No epoch was finished."]
    names = list(history.values)
    rows = [["epoch", *names]]
    chosen = {history.epochs[0], history.epochs[-1], best.epoch if best else history.epochs[-1]}
    for index, epoch in enumerate(history.epochs):
        if epoch in chosen:
            values = [history.values[name][index] for name in names]
            note = " (best)" if best and epoch == best.epoch else ""
            rows.append(
                [f"{epoch}{note}", *("" if value is None else f"{value:.4g}" for value in values)]
            )
    title = f"{history.epochs[-1]} epochs"
    if best:
        title += f"; the best was {best.epoch}, by {best.metric}: {best.value:.6g}"
    return ["", f"{title}.", *_indented(rows, right=" " + "r" * len(names))]


def _grouped(files: list[tuple[str, int]]) -> list[list[str]]:
    """Sizes and names; of a folder with many files only how many there are."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for name, count in files:
        groups.setdefault(name.partition("/")[0], []).append((name, count))
    rows = []
    for folder, inside in groups.items():
        if len(inside) > _MANY:
            total = sum(count for _, count in inside)
            rows.append([size(total), f"{folder}/ ({len(inside):,} files)"])
        else:
            rows += [[size(count), name] for name, count in inside]
    return rows


def _indented(rows: list[list[str]], right: str = "") -> list[str]:
    return [f"  {line}" for line in align(rows, right=right)] if rows else []


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
