"""Whether fine-tuning paid: the model before, after, and one from scratch, on new and old data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dltemplates.columns import align
from dltemplates.errors import DataError, DltemplatesError
from dltemplates.project.commands import Project, same_data
from dltemplates.project.config import changed, read_tables
from dltemplates.project.rehearsal import rehearse
from dltemplates.training.run_records import RunRecord

if TYPE_CHECKING:  # the commands are listed without Keras
    from dltemplates.training.start import Start

BEFORE, AFTER, SCRATCH = "before", "fine-tuned", "from scratch"
NEW, OLD = "new data", "old data"


@dataclass(frozen=True)
class Measured:
    """What a model is worth on some data.

    Attributes:
        value: The figure.
        items: Of each item its part, whose mean is the figure, `(items,)`; None if it is no mean.
    """

    value: float
    items: np.ndarray | None = None


@dataclass(frozen=True)
class Yardstick:
    """How models of a task are compared.

    Attributes:
        figure: What the figure is called.
        measure: Of a finished model and data, and by the keywords `model_names` and `data_names`
            the new names of classes by old ones, where model or data are old. None where the model
            cannot answer to the data.
        higher: Whether more is better.
        percent: Whether it is a fraction, which people read in percent.
        needs: Why a model cannot be measured on new data, where that may happen.
    """

    figure: str
    measure: Callable[..., Measured | None]
    higher: bool = True
    percent: bool = True
    needs: str = ""


def old_settings(config: Any, start: "Start") -> Any:
    """The configuration, with the data that `start` was trained on.

    Of the start's own configuration only `[data]` is read: other settings may have come or gone.

    Args:
        config: The project's configuration; `finetune.old_path` comes first.

    Raises:
        DataError: Nothing says where they are.
        ConfigError: The start's configuration cannot be read by this project.
    """
    places = {}
    if config.finetune.old_path:
        places = {"data.path": config.finetune.old_path}
        if hasattr(config.data, "source"):
            places["data.source"] = "path"
        for split in ("validation_path", "test_path"):  # of the new data
            if hasattr(config.data, split):
                places[f"data.{split}"] = ""
    if start.config is None:
        if not places:
            raise _unknown(start)
        return changed(config, places)
    found = read_tables(start.config).get("data")
    data = {f"data.{key}": value for key, value in found.items()} if isinstance(found, dict) else {}
    old = changed(config, data | places, where=f"{start.config}, data")
    if getattr(old.data, "source", "path") == "path" and not old.data.path:
        raise _unknown(start)
    return old


def load_old_data(load_data: Callable[[Any], Any], config: Any, start: "Start") -> Any:
    """The data that `start` was trained on.

    Args:
        load_data: The project's function.
        config: The project's configuration; what `finetune.old_path` names is taken for granted.

    Raises:
        DataError: Nothing says where they are, or they are others now.
        ConfigError: The start's configuration cannot be read by this project.
    """
    data = load_data(old_settings(config, start))
    record = RunRecord(start.place).data
    if not config.finetune.old_path and record.get("fingerprints") and not same_data(record, data):
        raise DataError(
            "The data that it was trained on have changed since.",
            where=start.place,
            hint="Name them in finetune.old_path, if you have them elsewhere.",
        )
    return data


def _unknown(start: "Start") -> DataError:
    return DataError(
        "Nothing says where the data are that this model was trained on.",
        where=start.place,
        hint="Name their folder or file in finetune.old_path.",
    )


def compare(project: Project, yardstick: Yardstick, config: Any, run: Any) -> dict[str, Any]:
    """Measures a fine-tuned run beside its start and beside training from scratch.

    The latter has as many passes over the new data, or as many steps, in which all of the network
    learns: it takes at least as long. Where fine-tuning trains nothing, it is as long as usual.

    Args:
        project: The project.
        yardstick: How models of its task are measured.
        config: The run's configuration.
        run: The finished run.

    Returns:
        `figure`, `higher_is_better`, `start`, `values` (by model and data), `seconds` (by model),
        `gain` (over training from scratch, with its 95 % interval, where that can be told),
        `missing` (why figures are not there), `words` (the verdict).
    """
    from dltemplates.training.start import read_start

    new = project.load_data(config)
    found: dict[str, dict[str, Measured | None]] = {BEFORE: {}, AFTER: {}, SCRATCH: {}}
    missing, renamed = [], _renamed(config)
    model = run.load_model()
    found[AFTER][NEW] = yardstick.measure(model, new, model_names={}, data_names={})
    start = None
    if config.finetune.start != "imagenet":
        start = read_start(run.runs, config.finetune.start)
    if start is not None and not start.pretrained:  # which gives no answers to measure
        names = {"model_names": renamed}
        found[BEFORE][NEW] = yardstick.measure(start.model, new, **names, data_names={})
        try:
            old = load_old_data(project.load_data, config, start)
            found[BEFORE][OLD] = yardstick.measure(start.model, old, **names, data_names=renamed)
            found[AFTER][OLD] = yardstick.measure(model, old, model_names={}, data_names=renamed)
        except DltemplatesError as error:
            missing.append(" ".join([f"{OLD}: {error.message}", *filter(None, [error.hint])]))
    seconds = {AFTER: _seconds(run.folder)}

    def look(scratch: Any, result: Mapping[str, Any]) -> None:
        seconds[SCRATCH] = result.get("training_seconds")
        found[SCRATCH][NEW] = yardstick.measure(
            scratch.load_model(), new, model_names={}, data_names={}
        )

    if found[AFTER][NEW] is None:
        missing.append(f"{NEW}: {yardstick.needs}")
    else:
        try:
            rehearse(project, from_scratch(config), [], look)
        except (DltemplatesError, FloatingPointError) as error:
            missing.append(f"{SCRATCH}: {error}")
    values = {
        name: {data: each.value for data, each in row.items() if each is not None}
        for name, row in found.items()
    }
    gain = _gain(found[AFTER].get(NEW), found[SCRATCH].get(NEW), yardstick.higher)
    return {
        "figure": yardstick.figure,
        "higher_is_better": yardstick.higher,
        "percent": yardstick.percent,
        "start": config.finetune.start,
        "values": values,
        "seconds": seconds,
        "gain": gain,
        "missing": missing,
        "words": _verdict(yardstick, values, gain, _against(config), _more_classes(run, new)),
    }


def from_scratch(config: Any) -> Any:
    """The settings of a training from scratch that is as long as fine-tuning, if that trains."""
    length = _length(config)
    amount = getattr(config.finetune, length)
    values = {f"train.{length}": amount} if amount else {}
    if hasattr(config.train, "pretrained"):
        values["train.pretrained"] = ""
    if hasattr(config.model, "imagenet"):
        values["model.imagenet"] = False
    return changed(config, values)


def _length(config: Any) -> str:
    return "epochs" if hasattr(config.finetune, "epochs") else "steps"


def _more_classes(run: Any, new: Any) -> bool:
    """Whether the fine-tuned model has old classes to tell apart too, one from scratch has not."""
    known = RunRecord(run.folder).data.get("class_names", [])
    return len(known) > len(new.describe().get("class_names", []))


def _against(config: Any) -> str:
    trained = getattr(config.finetune, _length(config))
    return "training from scratch for as long" if trained else "training from scratch"


def table(comparison: Mapping[str, Any]) -> list[list[str]]:
    """Models from top to bottom, data from left to right, with a heading."""
    values, percent = comparison["values"], comparison["percent"]
    columns = [data for data in (NEW, OLD) if any(data in row for row in values.values())]
    rows = [[comparison["figure"], *columns]]
    for name, row in values.items():
        if row:
            rows.append([name, *(_said(row.get(data), percent) for data in columns)])
    return rows


def lines(comparison: Mapping[str, Any]) -> list[str]:
    """For people."""
    rows = table(comparison)
    return [
        *(align(rows, right=" rr") if len(rows) > 1 else []),
        *filter(None, [comparison["words"]]),
        *(f"Not measured: {why}" for why in comparison["missing"]),
    ]


def _verdict(
    yardstick: Yardstick,
    values: Mapping[str, Mapping[str, float]],
    gain: Mapping[str, float] | None,
    against: str,
    more_classes: bool,
) -> str:
    """Whether fine-tuning paid and what it forgot, in words."""
    words, percent = [], yardstick.percent
    if gain is not None and "low" not in gain:
        amount = _said_gain(gain["value"], percent)
        words.append(f"{amount} against {against}.")
    elif gain is not None:
        amount, low, high = (_said_gain(gain[end], percent) for end in ("value", "low", "high"))
        paid = "It is within chance."
        if gain["low"] > 0:
            paid = "Fine-tuning paid."
        elif gain["high"] < 0:
            paid = "Fine-tuning did not pay."
        if more_classes:
            paid = "That one has the new classes alone to tell apart, which is easier."
        words.append(f"{amount} against {against} (95 % interval {low} to {high}). {paid}")
    if NEW in values[BEFORE] and NEW in values[AFTER]:
        change = values[AFTER][NEW] - values[BEFORE][NEW]
        if (change if yardstick.higher else -change) <= 0:
            words.append("The model before was as good on the new data.")
    if OLD in values[BEFORE] and OLD in values[AFTER]:
        change = values[AFTER][OLD] - values[BEFORE][OLD]
        change = change if yardstick.higher else -change
        if change < 0:
            words.append(f"On the old data it lost {_said_gain(-change, percent)[1:]}.")
        else:
            words.append("On the old data it lost nothing.")
    return " ".join(words)


def _gain(
    after: Measured | None, scratch: Measured | None, higher: bool
) -> dict[str, float] | None:
    """By how much fine-tuning is better, with an interval from the differences item by item."""
    if after is None or scratch is None:
        return None
    sign = 1.0 if higher else -1.0
    gain = {"value": sign * (after.value - scratch.value)}
    if after.items is not None and scratch.items is not None and len(after.items) > 1:
        differences = sign * (after.items - scratch.items)
        width = 1.96 * float(differences.std(ddof=1)) / len(differences) ** 0.5
        gain |= {"low": gain["value"] - width, "high": gain["value"] + width}
    return gain


def _renamed(config: Any) -> dict[str, str]:
    from dltemplates.training.finetuning import read_renamed

    return read_renamed(getattr(config.finetune, "renamed", ""))


def _seconds(folder: Any) -> float | None:
    return RunRecord(folder).done.get("training_seconds")


def _said(value: float | None, percent: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.2%}" if percent else f"{value:.4g}"


def _said_gain(gain: float, percent: bool) -> str:
    return f"{100 * gain:+.1f} points" if percent else f"{gain:+.3g}"
