"""The commands of a project that classifies texts: train, finetune, evaluate, predict, export."""

import csv
import io
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.data.input_files import InputFiles
from dltemplates.data.text_rows import SUFFIXES
from dltemplates.errors import DltemplatesError
from dltemplates.project.batch_options import (
    all_option,
    check_options,
    overwrite_option,
    resume_option,
    table_option,
)
from dltemplates.project.commands import (
    Project,
    plain_failures,
    run_option,
    warn_of_other_data,
)
from dltemplates.project.config import load_config
from dltemplates.project.export_command import export_command
from dltemplates.project.finetune_command import finetune_command
from dltemplates.project.finetuning import Yardstick
from dltemplates.project.project_group import project_group
from dltemplates.project.report import Sections, report_command
from dltemplates.project.tensorflow_import import import_tensorflow
from dltemplates.project.training_command import training_command

_SHOWN = 60
_NAMED = 3
_JOINT = ";"
_AUTO = "auto"


def command_line(package: str, summary: str) -> click.Group:
    """The command line of the project whose import name is `package`.

    A project with a module `pretrain` has a command of that name too.
    """
    # A text of one token attends to itself alone, and Keras warns of every such softmax.
    warnings.filterwarnings("ignore", message="You are using a softmax over axis")
    group = project_group(package, summary)
    export = export_command(
        _export_task,
        "Write a SavedModel that takes raw texts, and prove that it answers as Python did.",
        "probabilities",
        _measured_items,
    )
    if find_spec(f"{package}.pretrain") is not None:
        group.add_command(
            training_command(
                "pretrain",
                "Train the network's encoder on texts alone, for finetune and train.pretrained.",
            )
        )
    finetune = finetune_command(_yardstick)
    report = report_command("text classification", _report_sections)
    for command in (finetune, evaluate, predict, report, export):
        group.add_command(command)
    return group


def _export_task() -> Any:
    from dltemplates.export.task import ExportTask
    from dltemplates.export.text_classifier import portable_text_classifier, text_classifier_archive
    from dltemplates.export.text_requests import savedmodel_requests, text_portable_requests

    return ExportTask(
        text_classifier_archive,
        savedmodel_requests,
        portable_text_classifier,
        text_portable_requests,
    )


def _measured_items() -> Callable[..., Any]:
    from dltemplates.project.measured_texts import measured_texts

    return measured_texts


def _yardstick() -> Yardstick:
    from dltemplates.project.text_yardstick import accuracy

    return Yardstick("accuracy", accuracy)


def _report_sections() -> Sections:
    from dltemplates.project.text_sections import text_sections

    return text_sections


@click.command()
@run_option
@click.option(
    "--split",
    type=click.Choice(["train", "validation", "test"]),
    default="test",
    show_default=True,
)
@click.option(
    "--baseline/--no-baseline",
    default=True,
    show_default=True,
    help="Fit the linear baseline to compare with, which takes a while.",
)
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def evaluate(
    project: Project, run_name: str | None, split: str, baseline: bool, as_json: bool
) -> None:
    """Measure a run on texts that it was not trained on, beside a linear model."""
    run = project.find_run(run_name)
    data = project.load_data(load_config(project.schema, run.config_path))
    from dltemplates.callbacks.durable_file import replace_file
    from dltemplates.project.text_report import report_on

    warn_of_other_data(run, data)
    report = report_on(run.load_model(), data, split, baseline=baseline)
    click.echo(f"{run.folder}, {report}", err=as_json)  # before anything is written
    run.write_json("metrics.json", report.as_dict())
    for name, write in report.tables.items():
        replace_file(run.folder / name, write)
    if as_json:
        print_json({"run": str(run.folder), **report.as_dict()})
        return
    saved = (run.folder / name for name in ("metrics.json", *report.tables))
    click.echo(f"\nSaved: {', '.join(map(str, saved))}")


@click.command()
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@run_option
@click.option(
    "--file",
    "files",
    multiple=True,
    metavar="FILE",
    help="Ask about the texts of this file: one a line, or a table with --text-column. With --to "
    "also a folder or a pattern, and repeatable.",
)
@click.option("--text-column", help="The file is a table, and this its column of texts.")
@click.option(
    "--quotes",
    type=click.Choice(["auto", "csv", "literal"]),
    help="Quotation marks in the table: around fields (csv), or characters like others; default: "
    "data.quotes of the run or the export.",
)
@click.option(
    "--export",
    "export_folder",
    type=click.Path(path_type=Path),
    help="Ask this exported SavedModel instead of a run.",
)
@click.option(
    "--top-k",
    type=click.IntRange(min=1),
    help="Classes to name; default: 3, and with --to the likeliest.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How answers are printed.",
)
@table_option
@all_option
@resume_option
@overwrite_option
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def predict(
    project: Project,
    texts: tuple[str, ...],
    run_name: str | None,
    files: tuple[str, ...],
    text_column: str | None,
    quotes: str | None,
    export_folder: Path | None,
    top_k: int | None,
    style: str,
    target: Path | None,
    all_classes: bool,
    resume: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Name the class of texts.

    With --to the texts of files of any size are answered into a table, and a prediction that was
    stopped goes on with --resume.
    """
    if export_folder is not None and run_name is not None:
        raise click.UsageError("Choose --run or --export, not both.")
    if bool(texts) == bool(files):
        raise click.UsageError("Give texts, or a file of texts with --file.")
    if text_column is not None and not files:
        raise click.UsageError("--text-column is for --file.")
    if quotes is not None and text_column is None:
        raise click.UsageError("--quotes is for a table: give --file and --text-column.")
    if target is not None and not files:
        raise click.UsageError("--to is for the texts of files: name some with --file.")
    others = {"--all-probabilities": all_classes, "More than one --file": len(files) > 1}
    check_options(target, resume=resume, overwrite=overwrite, others=others)
    import_tensorflow()
    from dltemplates.project.asked_texts import AskedTexts, texts_in
    from dltemplates.project.text_predictor import ExportedPredictor, KerasPredictor

    run: Any = project.find_run(run_name) if export_folder is None else None
    if text_column is not None and quotes is None:
        quotes = _quotes_of(project, run, export_folder)
    asked = AskedTexts(texts)
    if files and target is None:
        asked = texts_in(Path(files[0]), text_column, quotes or _AUTO)
    if export_folder is None:
        click.echo(f"Asking {run.folder}", err=True)
        predictor: Any = KerasPredictor(run.load_model())
    else:
        predictor = ExportedPredictor(export_folder)
    if target is not None:
        from dltemplates.project.batch_prediction import model_digest, write_answers
        from dltemplates.project.class_columns import ClassColumns
        from dltemplates.project.text_batch import text_batch

        batch = text_batch(
            predictor,
            InputFiles(files, SUFFIXES),
            target,
            model_digest(run, export_folder),
            ClassColumns(predictor.names, top_k or 1, all_classes, _threshold(predictor)),
            text_column,
            quotes or _AUTO,
        )
        write_answers(batch, target, resume=resume, overwrite=overwrite, as_json=as_json)
        return
    # A table names all classes that a text has, however many.
    answers = predictor.predict(
        asked.texts, len(predictor.names) if style == "csv" else top_k or _NAMED
    )
    placed = list(zip(asked.places(), answers, strict=True))
    if as_json or style == "json":
        print_json([{**place, **answer.as_dict()} for place, answer in placed])
    elif style == "csv":
        click.echo(_as_csv(placed, asked.unit).encode(), nl=False)
    else:
        for place, answer in placed:
            click.echo(_in_words(place, answer))


def _threshold(predictor: Any) -> float | None:
    """From which probability on a text has a label, where it can have several."""
    from dltemplates.export.text_classifier import THRESHOLD

    return THRESHOLD if predictor.multi_label else None


def _quotes_of(project: Project, run: Any, export: Path | None) -> str:
    """How the training tables of a run or an export were read."""
    from dltemplates.project.exported_model import config_of_export

    try:
        path = run.config_path if run is not None else config_of_export(export)  # type: ignore[arg-type]
        return getattr(load_config(project.schema, path).data, "quotes", _AUTO)
    except DltemplatesError:
        if run is not None:
            raise
        return _AUTO  # an export may lie alone, or come from another project


def _as_csv(placed: list[tuple[dict[str, Any], Any]], unit: str) -> str:
    """A line a text; where there can be several classes, they and their shares are joined."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([*filter(None, [unit]), "text", "label", "probability"])
    for place, answer in placed:
        given = answer.classes[:1] if answer.labels is None else _of_labels(answer)
        names, shares = [name for name, _ in given], [str(share) for _, share in given]
        writer.writerow([*place.values(), answer.text, _JOINT.join(names), _JOINT.join(shares)])
    return lines.getvalue()


def _of_labels(answer: Any) -> list[tuple[str, float]]:
    return [each for each in answer.classes if each[0] in answer.labels]


def _in_words(place: dict[str, Any], answer: Any) -> str:
    text = " ".join(answer.text.split())
    text = f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text or "(blank)"
    text = "".join(f"{unit} {number}: " for unit, number in place.items()) + text
    listed = ", ".join(f"{name} {share:.1%}" for name, share in answer.classes)
    if answer.labels is None:
        return f"{text}: {listed}"
    return f"{text}: {', '.join(answer.labels) or 'none'} ({listed})"
