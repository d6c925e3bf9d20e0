"""The commands of a forecasting project: train, finetune, evaluate, predict, report, export."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
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

_SHOWN = 8


def command_line(package: str, summary: str) -> click.Group:
    """The command line of the project whose import name is `package`."""
    group = project_group(package, summary)
    export = export_command(
        _export_task,
        "Write a SavedModel that takes unscaled values, and prove that it answers as Python did.",
        "standardised forecasts",
        _measured_items,
    )
    finetune = finetune_command(_yardstick)
    report = report_command("time-series forecasting", _report_sections)
    for command in (finetune, evaluate, predict, report, export):
        group.add_command(command)
    return group


def _export_task() -> Any:
    from dltemplates.export.forecast_requests import forecast_portable_requests, savedmodel_requests
    from dltemplates.export.forecaster import forecaster_archive, portable_forecaster
    from dltemplates.export.task import ExportTask

    return ExportTask(
        forecaster_archive,
        savedmodel_requests,
        portable_forecaster,
        forecast_portable_requests,
    )


def _measured_items() -> Callable[..., Any]:
    from dltemplates.project.measured_windows import measured_windows

    return measured_windows


def _yardstick() -> Yardstick:
    from dltemplates.project.series_yardstick import squared_error

    return Yardstick("MSE, scaled", squared_error, higher=False, percent=False)


def _report_sections() -> Sections:
    from dltemplates.project.forecast_sections import forecast_sections

    return forecast_sections


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
    """Measure a run on rows that it was not trained on, beside the baselines."""
    run = project.find_run(run_name)
    data = project.load_data(load_config(project.schema, run.config_path))
    from dltemplates.callbacks.durable_file import replace_file
    from dltemplates.project.forecaster import report_on

    warn_of_other_data(run, data)
    report = report_on(run.load_model(), data, split)
    text = f"{run.folder}, {report}"
    click.echo(text, err=as_json)  # before anything is written, which may fail
    measured = _without_nan({"split": split, **report.as_dict()})
    run.write_json("metrics.json", measured)
    replace_file(run.folder / "horizon.csv", report.write_steps)
    replace_file(run.folder / "series.csv", report.write_series)
    if as_json:
        print_json({"run": str(run.folder), **measured})
        return
    saved = (run.folder / name for name in ("metrics.json", "horizon.csv", "series.csv"))
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
    help="Forecast what follows this file; default: the data that the run was trained on. With "
    "--to FILE also a folder or a pattern, and repeatable.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder for forecast.csv and forecast.png; default: here. Or a .csv, .jsonl or .parquet "
    "file for what follows each of any number of files.",
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
    folder: Path,
    resume: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Forecast what comes after the last row: forecast.csv with its times, and a plot.

    With --to FILE, what comes after each of many files goes into one table, and a prediction that
    was stopped goes on with --resume.
    """
    target = folder if is_table(folder) else None
    if target is not None and not files:
        raise click.UsageError("Name the files of series with --data.")
    others = {"More than one --data": len(files) > 1}
    check_options(target, resume=resume, overwrite=overwrite, others=others)
    import_tensorflow()
    from dltemplates.project.exported_model import config_of_export

    run: Any = None
    if export_folder is None or run_name is not None:
        run = project.find_run(run_name)
        config_path = run.config_path
    else:
        config_path = config_of_export(export_folder)
    read_series = project.function("data", "read_series")

    def read(path: str | None) -> Any:
        overrides = ["data.missing_limit=1.0"]  # what could not be trained on can be forecast
        if path is not None:
            overrides += ["data.source=path", f"data.path={path}"]
        return read_series(load_config(project.schema, config_path, tuple(overrides)))

    series: Any = None if target is not None else read(files[0] if files else None)
    from dltemplates.callbacks.durable_file import replace_file
    from dltemplates.evaluation.forecast_plot import plot_forecast
    from dltemplates.project.forecaster import ExportedForecaster, KerasForecaster

    asked: Any = (
        ExportedForecaster(export_folder)
        if export_folder is not None
        else KerasForecaster(run.load_model())
    )
    if target is not None:
        from dltemplates.project.batch_prediction import model_digest, write_answers
        from dltemplates.project.series_batch import series_batch

        digest = model_digest(run, export_folder)
        batch = series_batch(asked, files, target, digest, read)
        write_answers(batch, target, resume=resume, overwrite=overwrite, as_json=as_json)
        return
    forecast = asked.forecast(series)
    make_folder(folder)
    table, picture = folder / "forecast.csv", folder / "forecast.png"
    replace_file(table, lambda aside: forecast.to_csv(aside, index=False))
    replace_file(picture, lambda aside: plot_forecast(aside, series, forecast))
    if as_json:
        here = set(forecast["series"])
        left_out = [name for name in asked.names if name not in here]
        print_json(
            {
                "csv": str(table),
                "plot": str(picture),
                "rows": len(forecast),
                "left_out": left_out,
            }
        )
        return
    click.echo(forecast.head(_SHOWN).to_string(index=False))
    more = max(0, len(forecast) - _SHOWN)
    click.echo(f"and {more:,} rows more, all saved: {table}, {picture}")


def _without_nan(value: Any) -> Any:
    """The same with None for what is no finite number, which JSON has no word for."""
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
