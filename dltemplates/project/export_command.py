"""The command that exports a run, the same for every task."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.errors import ExportError, RunError
from dltemplates.project.commands import Project, plain_failures, run_option
from dltemplates.project.config import dump_config, load_config
from dltemplates.project.tensorflow_import import use_cpu

# Settings that tell where its owner's files lie.
_PLACES = (
    ("data", "path"),
    ("data", "data_dir"),
    ("data", "validation_path"),
    ("data", "test_path"),
    ("pretrain", "path"),
    ("train", "pretrained"),
    ("finetune", "start"),
    ("finetune", "old_path"),
)


def export_command(
    task: Callable[[], tuple[Callable[..., Any], Callable[..., Any]]], summary: str, unit: str
) -> click.Command:
    """Builds `export`.

    Args:
        task: Imports and returns two functions: model → archive with signatures, and model and
            the run's samples → requests for the parity gate.
        summary: What the command says it does.
        unit: What differences are measured in, such as `probabilities`.
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
        "--tolerance",
        type=click.FloatRange(min=0.0),
        default=1e-5,
        show_default=True,
        help=f"Largest difference from the Python model's {unit}.",
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
        tolerance: float,
        as_json: bool,
    ) -> None:
        run = project.find_run(run_name)
        use_cpu()  # where an export is proven: a GPU rounds otherwise
        from dltemplates.export.parity import check_parity
        from dltemplates.export.savedmodel import export_savedmodel

        if name is not None and (
            not name.strip() or Path(name).name != name or name.startswith(".")
        ):
            raise ExportError(
                f"Not a name for an export: {name!r}.", hint="Use letters and digits."
            )
        build_archive, parity_requests = task()
        model = run.load_model()
        requests = _requests(parity_requests, model, run)
        version, parity = export_savedmodel(
            build_archive(model),
            parent / (name or project.package),
            lambda folder: check_parity(folder, requests, tolerance),
            _config_without_places(project, run),
            model.to_json(),
        )
        if as_json:
            print_json({"export": str(version), "run": str(run.folder), "parity": parity.as_dict()})
            return
        click.echo(f"Exported {run.folder} to {version}")
        click.echo(
            f"  proven in a fresh process without Keras: {parity.items} items, largest difference "
            f"{parity.largest_difference:.1e} (allowed {parity.tolerance:.0e})"
        )

    return export


def _requests(parity_requests: Callable[..., Any], model: Any, run: Any) -> Any:
    from tensorflow.errors import InvalidArgumentError

    from dltemplates.callbacks.keras_archive import DAMAGE

    try:
        return parity_requests(model, run.read_samples())
    except (*DAMAGE, InvalidArgumentError) as error:
        raise RunError(
            "The sample inputs of this run are damaged.",
            where=run.samples_path,
            hint="An export is proven on them: train again.",
        ) from error


def _config_without_places(project: Project, run: Any) -> str:
    """The run's configuration, as TOML, without where its owner's data lie."""
    sections = project.schema.model_fields
    places = tuple(
        f"{section}.{key}="
        for section, key in _PLACES
        if section in sections and key in sections[section].annotation.model_fields
    )
    return dump_config(load_config(project.schema, run.config_path, places))
