"""The commands of a project that classifies images: train, evaluate, predict, report, export."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.data.class_folders import IMAGE_SUFFIXES
from dltemplates.data.input_files import InputFiles
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

_PREDICTION_BATCH = 32
_NAMED = 3


def command_line(package: str, summary: str) -> click.Group:
    """The command line of the project whose import name is `package`."""
    group = project_group(package, summary)
    export = export_command(
        _export_task,
        "Write a SavedModel that takes image files, and prove that it answers as Python did.",
        "probabilities",
        _measured_items,
    )
    finetune = finetune_command(_yardstick)
    report = report_command("image classification", _report_sections)
    for command in (finetune, evaluate, predict, report, export):
        group.add_command(command)
    return group


def _export_task() -> Any:
    from dltemplates.export.image_classifier import (
        image_classifier_archive,
        portable_image_classifier,
    )
    from dltemplates.export.image_requests import image_portable_requests, savedmodel_requests
    from dltemplates.export.task import ExportTask

    return ExportTask(
        image_classifier_archive,
        savedmodel_requests,
        portable_image_classifier,
        image_portable_requests,
    )


def _measured_items() -> Callable[..., Any]:
    from dltemplates.project.measured_images import measured_images

    return measured_images


def _yardstick() -> Yardstick:
    from dltemplates.project.image_yardstick import accuracy

    return Yardstick("accuracy", accuracy)


def _report_sections() -> Sections:
    from dltemplates.project.image_sections import image_sections

    return image_sections


@click.command()
@run_option
@click.option(
    "--split",
    type=click.Choice(["train", "validation", "test"]),
    default="test",
    show_default=True,
)
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def evaluate(project: Project, run_name: str | None, split: str, as_json: bool) -> None:
    """Measure a run on images that it was not trained on."""
    run = project.find_run(run_name)
    data = project.load_data(load_config(project.schema, run.config_path))
    from dltemplates.callbacks.durable_file import replace_file
    from dltemplates.export.image_classifier import class_names
    from dltemplates.project import kept_answers
    from dltemplates.project.image_report import report_on

    warn_of_other_data(run, data)
    model = run.load_model()
    found = report_on(model, data, split)
    figures = {"split": split, **found.report.as_dict(), "linear_accuracy": found.linear_accuracy}
    text = (
        f"{run.folder}, {split} split: {found.report}\n\n"
        f"  Logistic regression on 8 by 8 pixels reaches {found.linear_accuracy:.2%}."
    )
    click.echo(text, err=as_json)  # before anything is written, which may fail
    run.write_json("metrics.json", figures)
    replace_file(run.folder / "confusion.csv", found.report.write_confusion)
    kept_answers.keep(run.folder, found.images, class_names(model), found.answers)
    if as_json:
        print_json({"run": str(run.folder), **figures})
        return
    click.echo(f"\nSaved: {run.folder / 'metrics.json'}, {run.folder / 'confusion.csv'}")


@click.command()
@click.argument("files", nargs=-1)
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path),
    help="Ask about the images that this file names, one a line.",
)
@run_option
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
    files: tuple[str, ...],
    listed: Path | None,
    run_name: str | None,
    export_folder: Path | None,
    top_k: int | None,
    style: str,
    target: Path | None,
    all_classes: bool,
    resume: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Name the class of image files, of all images in folders, or of those that match patterns.

    A pattern such as "photos/**/*.jpg" needs quotation marks. With --to the answers go into a
    table, and a prediction that was stopped goes on with --resume.
    """
    if export_folder is not None and run_name is not None:
        raise click.UsageError("Choose --run or --export, not both.")
    if not files and listed is None:
        raise click.UsageError("Name image files, folders or patterns, or a --list of them.")
    others = {"--all-probabilities": all_classes}
    check_options(target, resume=resume, overwrite=overwrite, others=others)
    found = InputFiles(files, IMAGE_SUFFIXES, listed)
    images = list(found) if target is None else []
    import_tensorflow()
    from dltemplates.project.image_predictor import ExportedPredictor, KerasPredictor

    run: Any = None
    if export_folder is None:
        run = project.find_run(run_name)
        click.echo(f"Asking {run.folder}", err=True)
        predictor: Any = KerasPredictor(run.load_model())
    else:
        predictor = ExportedPredictor(export_folder)
    if target is not None:
        from dltemplates.project.batch_prediction import model_digest, write_answers
        from dltemplates.project.class_columns import ClassColumns
        from dltemplates.project.image_batch import image_batch

        columns = ClassColumns(predictor.names, top_k or 1, all_classes)
        digest = model_digest(run, export_folder)
        batch = image_batch(predictor, found, target, digest, columns)
        write_answers(batch, target, resume=resume, overwrite=overwrite, as_json=as_json)
        return
    style = "json" if as_json else style
    unread = 0
    rows = []
    for start in range(0, len(images), _PREDICTION_BATCH):
        for answer in predictor.predict(
            [Path(name) for name in images[start : start + _PREDICTION_BATCH]], top_k or _NAMED
        ):
            unread += answer.error is not None
            if style == "json":
                rows.append(answer.as_dict())
            else:
                _show(answer, style, header=not rows)
                rows.append({})
    if style == "json":
        print_json(rows)
    if unread:
        click.echo(f"{unread} of {len(images)} files could not be read.", err=True)
        raise click.exceptions.Exit(1)


def _show(answer: Any, style: str, *, header: bool) -> None:
    if style == "csv":
        if header:
            click.echo("file,label,probability,error")
        best = answer.classes[0] if answer.classes else ("", "")
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([answer.file, *best, answer.error or ""])
        click.echo(line.getvalue())
        return
    if answer.error:
        click.echo(f"{answer.file}: cannot be read: {answer.error}", err=True)
        return
    listed = ", ".join(f"{name} {share:.1%}" for name, share in answer.classes)
    click.echo(f"{answer.file}: {listed}")
