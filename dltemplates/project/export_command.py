"""The command that exports a run, the same for every task."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.errors import ExportError
from dltemplates.project.commands import Project, plain_failures, run_option, warn_of_other_data
from dltemplates.project.report import Configured, as_written
from dltemplates.project.tensorflow_import import use_cpu

_FORMATS = ("savedmodel", "onnx", "litert")
_PRECISIONS = ("float32", "float16", "dynamic-int8", "int8")


def export_command(
    task: Callable[[], Any],
    summary: str,
    unit: str,
    items: Callable[[], Any],
    configured: Configured = as_written,
) -> click.Command:
    """Builds `export`.

    Args:
        task: Imports and returns the `ExportTask`.
        summary: What the command says it does.
        unit: What differences are measured in, such as `probabilities`.
        items: Imports and returns the function from model and data to `MeasuredItems`.
        configured: The configuration that a run's data are read with, see `report_command`.
    """

    @click.command(help=summary)
    @run_option
    @click.option("--name", help="Name of the exported model; default: the project's.")
    @click.option(
        "--to",
        "parent",
        type=click.Path(path_type=Path),
        default=Path("export"),
        show_default=True,
        help="Folder of the exports.",
    )
    @click.option(
        "--format",
        "runtime",
        type=click.Choice(_FORMATS),
        default="savedmodel",
        show_default=True,
        help="SavedModel for servers, ONNX, or LiteRT for phones and small boards.",
    )
    @click.option(
        "--precision",
        type=click.Choice(_PRECISIONS),
        default="float32",
        show_default=True,
        help="Of LiteRT: smaller weights, and with int8 activations too.",
    )
    @click.option(
        "--tolerance",
        type=click.FloatRange(min=0.0),
        help=f"Largest difference from the Python model's {unit}; default: 1e-5 of a SavedModel, "
        "1e-4 of other float32, more of rounded weights.",
    )
    @click.option(
        "--check-only", is_flag=True, help="Prove the latest version again; nothing is written."
    )
    @click.option(
        "--compare",
        is_flag=True,
        help="Measure all exports: size, test split, latency; nothing is exported.",
    )
    @json_option
    @debug_flag
    @click.pass_obj
    @plain_failures
    def export(
        project: Project,
        run_name: str | None,
        name: str | None,
        parent: Path,
        runtime: Any,
        precision: Any,
        tolerance: float | None,
        check_only: bool,
        compare: bool,
        as_json: bool,
    ) -> None:
        _check_options(name, runtime, precision, tolerance, check_only, compare)
        use_cpu()  # where an export is proven: a GPU rounds otherwise
        name = name or project.package
        if compare:
            run = project.find_run(run_name)
            _compare(project, run, task(), items(), configured, parent / name, as_json=as_json)
            return
        from dltemplates.project.exporting import export_folder, export_run

        folder = export_folder(parent, name, runtime, precision)
        if check_only:
            _check(project, task(), folder, runtime, precision, tolerance, run_name, as_json)
            return
        run = project.find_run(run_name)
        version, parity = export_run(project, run, task(), folder, runtime, precision, tolerance)
        if as_json:
            print_json({"export": str(version), "run": str(run.folder), "parity": parity.as_dict()})
            return
        click.echo(f"Exported {run.folder} to {version}")
        _tell(parity, runtime)
        if runtime != "savedmodel":
            from dltemplates.project.exported_model import read_record

            click.echo(f"  {read_record(version)['outside']}")

    return export


def _check_options(
    name: str | None,
    runtime: str,
    precision: str,
    tolerance: float | None,
    check_only: bool,
    compare: bool,
) -> None:
    if name is not None and (not name.strip() or Path(name).name != name or name.startswith(".")):
        raise ExportError(f"Not a name for an export: {name!r}.", hint="Use letters and digits.")
    if precision != "float32" and runtime != "litert":
        raise click.UsageError(f"--precision {precision} is one of LiteRT: add --format litert.")
    if check_only and compare:
        raise click.UsageError("Choose --check-only or --compare, not both.")
    if compare and (runtime, precision, tolerance) != ("savedmodel", "float32", None):
        raise click.UsageError(
            "--compare measures every format: leave out --format, --precision and --tolerance."
        )
    if tolerance is not None and not math.isfinite(tolerance):
        raise click.UsageError(f"--tolerance has to be a number, not {tolerance}.")


def _check(
    project: Project,
    task: Any,
    folder: Path,
    runtime: Any,
    precision: Any,
    tolerance: float | None,
    run_name: str | None,
    as_json: bool,
) -> None:
    from dltemplates.project.exported_model import latest_version, read_record
    from dltemplates.project.exporting import TOLERANCES, check_export

    version = latest_version(folder, runtime)
    run = project.find_run(run_name or read_record(version).get("run"))
    allowed = TOLERANCES[runtime, precision] if tolerance is None else tolerance
    parity = check_export(version, run, task, runtime, precision, allowed)
    if as_json:
        print_json({"export": str(version), "run": str(run.folder), "parity": parity.as_dict()})
        return
    click.echo(f"{version} answers as {run.folder} does")
    _tell(parity, runtime)


def _compare(
    project: Project,
    run: Any,
    task: Any,
    items: Any,
    configured: Configured,
    folder: Path,
    *,
    as_json: bool,
) -> None:
    from dltemplates.project.export_comparison import compare_exports, found_exports, table

    exports = found_exports(folder.parent, folder.name, run.folder.name)
    model = run.load_model()
    data = project.load_data(configured(project, run, model))
    warn_of_other_data(run, data)
    rows = compare_exports(model, data, task, items, exports)
    if as_json:
        print_json([row.as_dict() for row in rows])
        return
    click.echo(table(rows))


def _tell(parity: Any, runtime: Any) -> None:
    from dltemplates.export.runtime import NAMES

    click.echo(
        f"  proven in a fresh process of {NAMES[runtime]}, without Keras: {parity.items} items in "
        f"{len(parity.cases)} requests, largest difference {parity.largest_difference:.1e} "
        f"(allowed {parity.tolerance:.0e})"
    )
