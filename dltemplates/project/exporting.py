"""A run's model as a proven version of some format."""

from pathlib import Path
from typing import Any

import numpy as np

from dltemplates.callbacks.keras_archive import DAMAGE
from dltemplates.errors import ExportError, RunError
from dltemplates.export.conversion import FILES, Precision, check_installed, convert
from dltemplates.export.parity import Parity, Request, check_parity
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.runtime import NAMES, Runtime
from dltemplates.export.savedmodel import export_savedmodel
from dltemplates.export.task import ExportTask
from dltemplates.export.version_folder import write_version
from dltemplates.project.commands import Project
from dltemplates.project.config import dump_config, load_config

# Largest differences that are allowed. Of rounded weights they say no more than that the model is
# still the same; what they cost is measured by `export --compare`.
TOLERANCES: dict[tuple[Runtime, Precision], float] = {
    ("savedmodel", "float32"): 1e-5,
    ("onnx", "float32"): 1e-4,
    ("litert", "float32"): 1e-4,
    ("litert", "float16"): 1e-2,
    ("litert", "dynamic-int8"): 0.1,
    ("litert", "int8"): 0.2,
}
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


def export_folder(parent: Path, name: str, runtime: Runtime, precision: Precision) -> Path:
    """Where the versions of an export are: `NAME`, `NAME-onnx`, `NAME-litert-int8`, …

    Raises:
        ExportError: By its name it would be of another format.
    """
    for format_ in TOLERANCES:
        if (ending := _ending(*format_)) and name.endswith(ending):
            raise ExportError(
                f"{name!r} is what an export of another format is called.",
                where="--name",
                hint=f"Choose a name that does not end in {ending}.",
            )
    return parent / f"{name}{_ending(runtime, precision)}"


def _ending(runtime: Runtime, precision: Precision) -> str:
    parts = [] if runtime == "savedmodel" else ["", runtime]
    return "-".join([*parts, *([] if precision == "float32" else [precision])])


def export_run(
    project: Project,
    run: Any,
    task: ExportTask,
    folder: Path,
    runtime: Runtime,
    precision: Precision,
    tolerance: float | None,
) -> tuple[Path, Parity]:
    """Writes and proves the next version below `folder`.

    Raises:
        ExportError: The format cannot hold the network, or an answer differs; nothing is left.
        RunError: The run is damaged.
    """
    if runtime != "savedmodel":
        check_installed(runtime)
    model = run.load_model()
    portable = None if runtime == "savedmodel" else task.portable(model)
    requests = read_requests(task, model, portable, run)
    allowed = TOLERANCES[runtime, precision] if tolerance is None else tolerance
    record = {"run": run.folder.name, "runtime": NAMES[runtime], "precision": precision}
    config = config_without_places(project, run)
    if runtime == "savedmodel" or portable is None:
        return export_savedmodel(
            task.archive(model),
            folder,
            lambda version: check_parity(version, requests, allowed),
            config,
            model.to_json(),
            record,
        )
    file = FILES[runtime]
    examples = _examples(requests) if precision == "int8" else None
    return write_version(
        folder,
        lambda version: convert(portable, runtime, version / file, precision, examples),
        lambda version: check_parity(
            version / file, _proving(requests, portable, runtime, precision), allowed, runtime
        ),
        record | {"outside": portable.outside},
        {"config.toml": config},
    )


def read_requests(
    task: ExportTask, model: Any, portable: PortableModel | None, run: Any
) -> list[Request]:
    """What an export of a run is proven on: a SavedModel where there is no portable model.

    Raises:
        RunError: The run's sample inputs are damaged.
    """
    from tensorflow.errors import InvalidArgumentError

    try:
        samples = run.read_samples()
        if portable is None:
            return task.requests(model, samples)
        return task.portable_requests(model, portable, samples)
    except (*DAMAGE, InvalidArgumentError) as error:
        raise RunError(
            "The sample inputs of this run are damaged.",
            where=run.samples_path,
            hint="An export is proven on them: train again.",
        ) from error


def _proving(
    requests: list[Request],
    portable: PortableModel | None,
    runtime: Runtime,
    precision: Precision,
) -> list[Request]:
    """What counts: LiteRT has fixed sizes, and rounded activations a range that extremes leave."""
    if portable is not None and runtime == "litert":
        requests = [each for each in requests if portable.has_fixed_sizes(each.inputs)]
    if precision == "float32":
        return requests
    return [request for request in requests if request.real]


def check_export(
    folder: Path, run: Any, task: ExportTask, runtime: Runtime, precision: Precision, allowed: float
) -> Parity:
    """Proves a version that exists against the run that it was made from.

    Raises:
        ExportError: An answer differs, or it does not answer.
    """
    if runtime != "savedmodel":
        check_installed(runtime)
    finished = run.load_model()
    portable = None if runtime == "savedmodel" else task.portable(finished)
    requests = read_requests(task, finished, portable, run)
    requests = _proving(requests, portable, runtime, precision)
    model = folder if runtime == "savedmodel" else folder / FILES[runtime]
    if not model.exists():
        raise ExportError("No exported model here.", where=model, hint="Export again.")
    return check_parity(model, requests, allowed, runtime)


def config_without_places(project: Project, run: Any) -> str:
    """The run's configuration, as TOML, without where its owner's data lie."""
    sections = project.schema.model_fields
    places = tuple(
        f"{section}.{key}="
        for section, key in _PLACES
        if section in sections and key in sections[section].annotation.model_fields
    )
    return dump_config(load_config(project.schema, run.config_path, places))


def _examples(requests: list[Request]) -> dict[str, np.ndarray]:
    """The real items, from which the range of activations is learned."""
    return max(
        (request for request in requests if request.real), key=lambda each: each.items
    ).inputs
