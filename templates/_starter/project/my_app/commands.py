"""The commands that only this project has, beside those of every project."""

import io
from pathlib import Path
from typing import Any

import click
from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.project.commands import Project, plain_failures, run_option, warn_of_other_data
from dltemplates.project.config import load_config
from dltemplates.project.project_group import project_group

SUMMARY = "<< title | short >>: classification of table rows."
TOLERANCE = 1e-5


def command_line() -> click.Group:
    """All commands; what they need of TensorFlow loads once one of them runs."""
    group = project_group("my_app", SUMMARY)
    for command in (evaluate, predict, export):
        group.add_command(command)
    return group


@click.command()
@run_option
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def evaluate(project: Project, run_name: str | None, as_json: bool) -> None:
    """Measure a run on the test rows, beside simple classifiers."""
    run = project.find_run(run_name)
    from .evaluation import accuracies

    table = project.load_data(load_config(project.schema, run.config_path))
    warn_of_other_data(run, table)
    measured = accuracies(run.load_model(), table)
    run.write_json("metrics.json", measured)
    if as_json:
        print_json({"run": str(run.folder), **measured})
        return
    click.echo(f"{run.folder}, {len(table.splits['test']):,} test rows:")
    for name, accuracy in measured.items():
        click.echo(f"  {name.replace('_', ' '):28} {accuracy:.2%}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path("classes.csv"))
@run_option
@debug_flag
@click.pass_obj
@plain_failures
def predict(project: Project, file: Path, target: Path, run_name: str | None) -> None:
    """Name the class of every row of FILE, in a new CSV file."""
    run = project.find_run(run_name)
    from .evaluation import predictions

    answers = predictions(run.load_model(), file)
    answers.to_csv(target, index=False)
    click.echo(f"{len(answers):,} rows. Saved: {target}")


@click.command()
@run_option
@click.option("--to", "parent", type=click.Path(path_type=Path), default=Path("export"))
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def export(project: Project, run_name: str | None, parent: Path, as_json: bool) -> None:
    """Write a SavedModel that takes unscaled rows, and prove that it answers as Python did."""
    run = project.find_run(run_name)
    from dltemplates.export.parity import Request, check_parity
    from dltemplates.export.savedmodel import export_savedmodel

    model = run.load_model()
    rows = _samples(run)
    given = {"values": rows, "gaps": _with_gaps(rows)}
    requests = [
        Request("serving_default", {"values": part}, _expected(model, part), case=case)
        for case, part in given.items()
    ]
    version, parity = export_savedmodel(
        archive(model),
        parent / project.package,
        lambda folder: check_parity(folder, requests, TOLERANCE),
    )
    if as_json:
        print_json({"export": str(version), "parity": parity.as_dict()})
        return
    click.echo(f"Exported {run.folder} to {version}")
    click.echo(f"  {parity.items} rows differ by at most {parity.largest_difference:.1e}")


def archive(model: Any) -> Any:
    """A SavedModel from `values`, float32 `(batch, features)`, to `label` and `probabilities`."""
    import keras
    import tensorflow as tf

    names = model.layers[-1].names
    saved = keras.export.ExportArchive()
    saved.track(model)

    def serve(values):
        probabilities = model(values, training=False)
        labels = tf.gather(tf.constant(names), tf.argmax(probabilities, axis=1))
        return {"label": labels, "probabilities": probabilities}

    spec = tf.TensorSpec(model.input_shape, tf.float32, name="values")
    saved.add_endpoint("serve", serve, [spec])
    return saved


def _samples(run: Any) -> Any:
    import numpy as np

    return np.load(io.BytesIO(run.read_samples()[0]), allow_pickle=False)


def _with_gaps(rows: Any) -> Any:
    gaps = rows.copy()
    gaps[:, ::3] = float("nan")
    return gaps


def _expected(model: Any, rows: Any) -> dict[str, Any]:
    import numpy as np

    return {"probabilities": np.asarray(model(rows, training=False))}
