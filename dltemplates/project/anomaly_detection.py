"""The commands of an anomaly-detection project; `threshold` is its own, beside the usual ones."""

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.errors import DataError
from dltemplates.project.batch_options import (
    check_options,
    overwrite_option,
    resume_option,
)
from dltemplates.project.batch_target import is_table
from dltemplates.project.commands import (
    Project,
    make_folder,
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

log = logging.getLogger(__name__)

_SHOWN = 10


def command_line(package: str, summary: str) -> click.Group:
    """The command line of the project whose import name is `package`."""
    group = project_group(package, summary)
    export = export_command(
        _export_task,
        "Write a SavedModel that takes unscaled values, and prove that it answers as Python did.",
        "scores and shares, which are from 0 to 1",
        _measured_items,
        config_for,
    )
    report = report_command("anomaly detection", _report_sections, config_for)
    finetune = finetune_command(_yardstick)
    for command in (finetune, evaluate, predict, threshold, report, export):
        group.add_command(command)
    return group


def _export_task() -> Any:
    from dltemplates.export.detector_archive import detector_archive, portable_detector
    from dltemplates.export.detector_requests import detector_portable_requests, savedmodel_requests
    from dltemplates.export.task import ExportTask

    return ExportTask(
        detector_archive,
        savedmodel_requests,
        portable_detector,
        detector_portable_requests,
    )


def _measured_items() -> Callable[..., Any]:
    from dltemplates.project.measured_rows import measured_rows

    return measured_rows


def _yardstick() -> Yardstick:
    from dltemplates.project.anomaly_yardstick import NEEDS, area

    return Yardstick("area under the ROC curve", area, needs=NEEDS)


def _report_sections() -> Sections:
    from dltemplates.project.detector_sections import detector_sections

    return detector_sections


@click.command()
@run_option
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def evaluate(project: Project, run_name: str | None, as_json: bool) -> None:
    """Measure a run on the test rows, beside simple detectors."""
    run = project.find_run(run_name)
    model = run.load_model()
    config = config_for(project, run, model)
    data = project.load_data(config)
    from dltemplates.callbacks.durable_file import replace_file
    from dltemplates.project.detector_report import plot_test, report_on

    warn_of_other_data(run, data)
    gap = getattr(config.alarm, "merge_gap", 0)
    report = report_on(model, data, gap)
    click.echo(f"{run.folder}, {report}", err=as_json)
    measured = report.as_dict()
    run.write_json("metrics.json", measured)
    saved = [run.folder / "metrics.json", run.folder / "detectors.csv"]
    replace_file(saved[1], report.write_csv)
    if hasattr(data, "window"):
        saved.append(run.folder / "test.png")
        replace_file(saved[2], lambda aside: plot_test(aside, model, data, gap))
    if as_json:
        print_json({"run": str(run.folder), **measured})
        return
    click.echo(f"\nSaved: {', '.join(map(str, saved))}")


@click.command()
@run_option
@click.option(
    "--export",
    "export_folder",
    type=click.Path(path_type=Path),
    help="Ask this exported SavedModel instead of a run's model; no run is needed.",
)
@click.option(
    "--data",
    "files",
    multiple=True,
    metavar="FILE",
    help="Judge the rows of this file; default: the data that the run was trained on. With --to "
    "FILE also a folder or a pattern, and repeatable.",
)
@click.option(
    "--stream",
    is_flag=True,
    help="Judge CSV rows from the standard input as they come, a line of JSON for each.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder for scores.csv and, of a log, events.csv and anomalies.png; default: here. Or a "
    ".csv, .jsonl or .parquet file for the scores of any number of rows, read piece by piece.",
)
@resume_option
@overwrite_option
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def predict(
    project: Project,
    run_name: str | None,
    export_folder: Path | None,
    files: tuple[str, ...],
    stream: bool,
    folder: Path,
    resume: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Judge every row: its score, whether it alarms, and what has most to do with it."""
    if stream and (files or as_json or folder != Path()):
        raise click.UsageError(
            "--stream reads the standard input and prints: leave out --data, --to and --json."
        )
    target = folder if is_table(folder) else None
    if target is not None and not files:
        raise click.UsageError("Name what to judge into this file with --data.")
    others = {"More than one --data": len(files) > 1}
    check_options(target, resume=resume, overwrite=overwrite, others=others)
    import_tensorflow()
    from dltemplates.project.detector import ExportedDetector, KerasDetector
    from dltemplates.project.exported_model import config_of_export

    run: Any = None
    if export_folder is None or run_name is not None:
        run = project.find_run(run_name)
    detector: Any = (
        ExportedDetector(export_folder)
        if export_folder is not None
        else KerasDetector(run.load_model())
    )
    if stream:
        from dltemplates.project.detector_stream import judge_stream

        for answer in judge_stream(detector, sys.stdin):
            click.echo(json.dumps(answer, ensure_ascii=False))
        return
    config_path = run.config_path if run else config_of_export(export_folder)  # type: ignore[arg-type]
    kind = "features" if detector.window == 0 else "sensors"
    known = load_config(project.schema, config_path).data
    if target is not None:
        from dltemplates.project.batch_prediction import model_digest, write_answers

        batch = _batch(detector, files, target, model_digest(run, export_folder), known)
        write_answers(batch, target, resume=resume, overwrite=overwrite, as_json=as_json)
        return
    ignored = [*known.ignore, *filter(None, [known.label])]
    overrides = ["data.missing_limit=1.0", "data.label="]
    overrides.append(f"data.ignore={json.dumps(ignored, ensure_ascii=False)}")
    overrides.append(f"data.{kind}={json.dumps(detector.names, ensure_ascii=False)}")
    if files:
        overrides += ["data.source=path", f"data.path={files[0]}"]
    config = load_config(project.schema, config_path, tuple(overrides))
    saved, alarms, rows = _judge(project, config, detector, folder)
    if as_json:
        written = {path.stem: str(path) for path in saved}
        print_json({**written, "rows": rows, "alarms": alarms})
        return
    click.echo(f"{alarms:,} of {rows:,} rows alarm. Saved: {', '.join(map(str, saved))}")


def config_for(project: Project, run: Any, model: Any) -> Any:
    """The run's configuration, with the columns and the window that its model was trained on."""
    from dltemplates.export.anomaly_detector import detector_window, sensor_names

    names, window = sensor_names(model), detector_window(model)
    kind = "sensors" if window else "features"
    overrides = [f"data.{kind}={json.dumps(names, ensure_ascii=False)}"]
    if window:
        overrides.append(f"data.window={window}")
    return load_config(project.schema, run.config_path, tuple(overrides))


def _batch(detector: Any, files: Sequence[str], target: Path, digest: str, known: Any) -> Any:
    """The prediction of rows that are read piece by piece; `known` is the data's section."""
    from dltemplates.data.input_files import InputFiles
    from dltemplates.data.log_stream import LogColumns
    from dltemplates.data.number_stream import SUFFIXES
    from dltemplates.project.log_batch import log_batch
    from dltemplates.project.row_batch import row_batch

    inputs = InputFiles(files, SUFFIXES)
    if detector.window == 0:
        return row_batch(detector, inputs, target, digest)
    columns = LogColumns(
        detector.names,
        getattr(known, "timestamp", ""),
        [*known.ignore, *filter(None, [known.label])],
        getattr(known, "frequency", "auto"),
    )
    return log_batch(detector, inputs, target, digest, columns)


def _judge(project: Project, config: Any, detector: Any, folder: Path) -> tuple:
    """Writes what the detector says of all rows; returns the files, alarms and rows."""
    from dltemplates.callbacks.durable_file import replace_file
    from dltemplates.project.detector_tables import log_tables, row_table

    if detector.window == 0:
        table = row_table(detector, project.function("data", "read_table")(config))
        make_folder(folder)
        path = folder / "scores.csv"
        replace_file(path, lambda aside: table.to_csv(aside, index=False))
        return [path], int(table["alarm"].sum()), len(table)
    judged = log_tables(
        detector, project.function("data", "read_log")(config), config.alarm.merge_gap
    )
    make_folder(folder)
    saved = [folder / name for name in ("scores.csv", "events.csv", "anomalies.png")]
    replace_file(saved[0], lambda aside: judged.scores.to_csv(aside, index=False))
    replace_file(saved[1], lambda aside: judged.events.to_csv(aside, index=False))
    replace_file(saved[2], judged.plot)
    if len(judged.events):
        click.echo(judged.events.head(_SHOWN).to_string(index=False), err=True)
    return saved, int(judged.scores["alarm"].sum()), len(judged.scores)


@click.command()
@run_option
@click.option("--false-alarm-rate", "rate", type=float, help="Share of normal rows that may alarm.")
@click.option("--alarms-per-day", "per_day", type=float, help="The same as alarm rows a day.")
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def threshold(
    project: Project,
    run_name: str | None,
    rate: float | None,
    per_day: float | None,
    as_json: bool,
) -> None:
    """Change the alarm threshold of a run, without training; or say what it is."""
    if rate is not None and per_day is not None:
        raise click.UsageError("Give --false-alarm-rate or --alarms-per-day, not both.")
    run = project.find_run(run_name)
    from dltemplates.evaluation.normal_scores import rate_of
    from dltemplates.export.anomaly_detector import THRESHOLD, normal_scores
    from dltemplates.project.detector_report import alarm_shares

    model = run.load_model()
    config = config_for(project, run, model)
    normal, layer = normal_scores(model), model.get_layer(THRESHOLD)
    data: Any = None
    try:
        data = project.load_data(config)
        warn_of_other_data(run, data)
    except DataError as error:
        if per_day is not None:
            raise
        log.warning("How many rows alarm cannot be told: %s", error)
    if per_day is not None:
        if not getattr(data, "rows_per_day", None):
            raise DataError(
                "These rows have no times, so no days.", hint="Use --false-alarm-rate instead."
            )
        rate = rate_of(per_day, data.rows_per_day)
    if rate is not None:
        normal.check_rate(rate)
        layer.false_alarm_rate = rate
    shares = alarm_shares(model, data) if data is not None else {}
    if rate is not None:
        before = run.model_path.stat()
        run.save_model(model)
        # The run is not newer for it: the latest is still the one that was trained last.
        os.utime(run.model_path, ns=(before.st_atime_ns, before.st_mtime_ns))
    rate = layer.false_alarm_rate
    about = {"false_alarm_rate": rate, "finest": normal.finest, "alarms": shares}
    run.write_json("threshold.json", about)
    caution = normal.caution(rate)
    if as_json:
        print_json({"run": str(run.folder), **about, "caution": caution})
        return
    click.echo(f"{run.folder}: threshold for a false-alarm rate of {rate:g}")
    for name, share in shares.items():
        click.echo(f"  {name:28} {share:.3%} alarm")
    if caution:
        click.echo(caution)
    click.echo("An export keeps the threshold that it was made with: export again.")
