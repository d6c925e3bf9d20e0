"""What a run was made of: data, settings, time, and the model card."""

from collections.abc import Mapping
from typing import Any

import keras
from markupsafe import Markup

from dltemplates.evaluation.report_page import Section, details, facts, paragraph, table
from dltemplates.project.run_record import RunRecord

_LISTED = 20
_UNTOLD = (
    "class_names",
    "fingerprints",
    "splits",
    "images",
    "duplicates",
    "mean",
    "scale",
    "names",
)


def data_section(record: RunRecord) -> Section:
    """Splits, classes, and what was skipped or mended."""
    data = record.data
    if not data:
        return Section("Data", [paragraph("This run has no readable record of its data.")])
    splits = data.get("images") or data.get("splits")
    parts = splits.items() if isinstance(splits, dict) else ()
    rows = [(name, *_of_split(part)) for name, part in parts]
    names = data.get("class_names") or data.get("names")
    kind = "classes" if data.get("class_names") else "columns"
    known = {
        kind: f"{len(names)}: {_listed(names)}" if isinstance(names, list) else None,
        **{
            key.replace("_", " "): _said(value)
            for key, value in data.items()
            if key not in _UNTOLD and value not in (None, "", [], {}) and not _is_listing(value)
        },
    }
    header, width = ["split", "items", "more"], 3 if any(row[2] for row in rows) else 2
    blocks = [table(header[:width], [row[:width] for row in rows]), facts(known)]
    losses = {
        key: value for key, value in data.items() if _is_listing(value) and key not in _UNTOLD
    }
    for key, value in losses.items():
        blocks.append(_listing(key, value))
    if not data.get("skipped") and not data.get("ignored"):
        blocks.append(paragraph("Nothing was skipped."))
    return Section("Data", blocks)


def settings_section(record: RunRecord, current: Mapping[str, Any]) -> Section:
    """Where the run differs from the project's `config.toml` of today."""
    if not record.settings:
        return Section("Settings", [paragraph("This run has no readable configuration.")])
    keys = [key for key in record.settings if key in current]
    rows = [
        (key, _value(record.settings[key]), _value(current[key]))
        for key in keys
        if record.settings[key] != current[key]
    ]
    if rows:
        first = table(["setting", "this run", "config.toml now"], rows)
    elif current:
        first = paragraph("The same as in config.toml now.")
    else:
        first = paragraph("There is no config.toml here to compare with.")
    everything = [(key, _value(value)) for key, value in record.settings.items()]
    return Section(
        "Settings", [first, details("All settings", table(["setting", "value"], everything))]
    )


def cost_section(record: RunRecord) -> Section:
    """Time, speed and hardware, as far as they were recorded."""
    environment, epochs = record.environment, len(record.history)
    told = record.done.get("training_seconds")
    seconds = float(told) if isinstance(told, int | float) else 0.0
    items, unit = _items_trained(record)
    cpu = environment.get("cpu")
    cpu = cpu if isinstance(cpu, dict) else {}
    return Section(
        "Speed and cost",
        [
            facts(
                {
                    "training": _duration(seconds) if seconds else "time not recorded",
                    "epochs": epochs,
                    "speed": f"{items / seconds:,.0f} {unit}/s" if seconds and items else None,
                    "processor": cpu.get("model"),
                    "cores": cpu.get("cores"),
                    "instructions": _said(cpu.get("instructions")) or None,
                    "memory": _gib(environment.get("memory_gib")),
                    "GPU": _said(environment.get("gpus")) or "none",
                    "energy": "not measured",
                }
            )
        ],
    )


def card_section(record: RunRecord, task: str, model: keras.Model | None) -> Section:
    """What is known of the model, for whoever gets it."""
    environment, git = record.environment, record.started.get("git")
    git = git if isinstance(git, dict) else {}
    names = record.data.get("class_names")
    known = {
        "task": task,
        "trained on": _said(record.sizes) or None,
        "classes": _listed(names) if isinstance(names, list) else None,
        "parameters": None if model is None else model.count_params(),
        "trained": record.started.get("started"),
        "precision": _precision(environment),
        "versions": ", ".join(
            f"{name} {environment[name]}"
            for name in ("dltemplates", "tensorflow", "keras", "python")
            if name in environment
        )
        or None,
        "system": environment.get("system"),
        "commit": _commit(git),
        "command": _command(environment.get("command")),
        "data fingerprints": _said(record.data.get("fingerprints") or {}) or None,
        "limits": "Figures hold for data like those it was measured on. How it does on others, or "
        "for groups within them, is not known.",
        "licence of the data": "unknown",
    }
    return Section("Model card", [facts(known)])


def _precision(environment: Mapping[str, Any]) -> str | None:
    trained = environment.get("precision")
    return f"{trained} in training, float32 in the finished model" if trained else None


def _command(words: Any) -> str | None:
    return " ".join(map(str, words)) if isinstance(words, list) and words else None


def _commit(git: Mapping[str, Any]) -> str | None:
    changed = ", with changes that were not committed" if git.get("dirty") else ""
    return f"{git['commit']}{changed}" if git.get("commit") else None


def _of_split(part: Any) -> tuple[object, object]:
    """Size and the rest of what the record says of a split."""
    if not isinstance(part, dict):
        return part, None
    size = next((part[key] for key in ("texts", "rows") if key in part), None)
    if isinstance(size, list) and len(size) == 2:  # first row and the row after the last
        size = size[1] - size[0]
    rest = {key: value for key, value in part.items() if key not in ("texts", "rows", "classes")}
    return size, _said(rest)


def _is_listing(value: Any) -> bool:
    """Whether a value is items with reasons, or many items, which want lines of their own."""
    return isinstance(value, dict | list) and len(value) > 0


def _listing(key: str, value: Any) -> Markup:
    rows = list(value.items()) if isinstance(value, dict) else [(item, None) for item in value]
    more = f", the first {_LISTED}" if len(rows) > _LISTED else ""
    shown = table(["what", "why or how many"], [(k, _value(v)) for k, v in rows[:_LISTED]])
    return details(f"{key.replace('_', ' ').capitalize()}: {len(rows)}{more}", shown)


def _items_trained(record: RunRecord) -> tuple[int, str]:
    steps, batch = (
        record.settings.get(f"train.{key}") for key in ("steps_per_epoch", "batch_size")
    )
    if isinstance(steps, int) and isinstance(batch, int):
        return len(record.history) * steps * batch, "windows or rows"
    return len(record.history) * record.sizes.get(
        "train", 0
    ), "images" if "images" in record.data else "texts"


def _said(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(item)}" for key, item in value.items() if item is not None)
    return _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        return "; ".join(f"{key} {_value(item)}" for key, item in value.items())
    return _listed(value) if isinstance(value, list) else str(value) or '""'


def _listed(values: list) -> str:
    rest = f" and {len(values) - _LISTED:,} more" if len(values) > _LISTED else ""
    return ", ".join(_value(value) for value in values[:_LISTED]) + rest


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _gib(value: Any) -> str | None:
    return f"{value:.0f} GiB" if isinstance(value, int | float) else None
