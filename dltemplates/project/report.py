"""The command `report`: one page that says what a run learned, what it did not, and what to try."""

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.errors import ConfigError, DltemplatesError
from dltemplates.project.commands import Project, plain_failures, run_option, warn_of_other_data
from dltemplates.project.config import load_config, settings_of
from dltemplates.project.tensorflow_import import import_tensorflow

log = logging.getLogger(__name__)

# Of project, run, finished model, data and configuration: the sections that only this kind of task
# has, the first of which begins with a `lead` that says what was learned.
Sections = Callable[[Project, Any, Any, Any, Any], list[Any]]


# Of project, run and finished model: the configuration of the data that the model takes.
Configured = Callable[[Project, Any, Any], Any]


def as_written(project: Project, run: Any, model: Any) -> Any:
    return load_config(project.schema, run.config_path)


def report_command(
    task: str, load_sections: Callable[[], Sections], configured: Configured = as_written
) -> click.Command:
    """Builds the command.

    Args:
        task: What the model does, in a few words.
        load_sections: Imports the function that makes the kind's own sections, when it is needed.
        configured: The run's configuration; where that leaves something to the data, what the model
            was trained with.
    """

    @click.command(name="report")
    @run_option
    @json_option
    @debug_flag
    @click.pass_obj
    @plain_failures
    def command(project: Project, run_name: str | None, as_json: bool) -> None:
        """Write a page that explains a run: report.html in its folder."""
        run = _find(project, run_name)
        from dltemplates.evaluation.diagnosis import diagnose
        from dltemplates.project.reported_run import ReportedRun

        model = run.load_model() if run.model_path.exists() else None
        own = (
            [] if model is None else _own_sections(project, run, model, load_sections(), configured)
        )
        record = ReportedRun(run.folder)
        findings = diagnose(record.training())
        now = _settings_now(project)
        run.write_text("report.html", _page(record, now, task, model, own, findings))
        place = run.folder / "report.html"
        if as_json:
            listed = [finding.as_dict() for finding in findings]
            print_json({"run": str(run.folder), "report": str(place), "findings": listed})
            return
        for finding in findings:
            click.echo(f"{finding.name}. {finding.evidence}")
        click.echo(f"\nSaved: {place}")

    return command


def _find(project: Project, name: str | None) -> Any:
    """The run, which need not be finished if it is named."""
    if name is None:
        return project.find_run(None)
    import_tensorflow()
    from dltemplates.training.run import Run

    import_module(f"{project.package}.model")  # a saved model may hold layers of its owner's
    return Run.named(project.runs, name)


def _own_sections(
    project: Project, run: Any, model: Any, sections: Sections, configured: Configured
) -> list[Any]:
    """The kind's sections; where the data are not to be had, a word on why there are none."""
    from dltemplates.evaluation.report_page import Section, note

    try:
        config = configured(project, run, model)
        data = project.load_data(config)
        warn_of_other_data(run, data)
        return sections(project, run, model, data, config)
    except DltemplatesError as error:
        log.warning("Nothing could be measured: %s", error)
        return [Section("What was learned", [note("Nothing could be measured", str(error))])]


def _settings_now(project: Project) -> dict[str, Any]:
    """What config.toml says today; nothing if it cannot be read."""
    try:
        return settings_of(load_config(project.schema, Path("config.toml")))
    except ConfigError:
        return {}


def _page(
    record: Any, now: dict[str, Any], task: str, model: Any, own: list[Any], findings: list[Any]
) -> str:
    from dltemplates.evaluation.report_page import Section, note, page
    from dltemplates.project import record_sections, training_sections
    from dltemplates.project.exports_section import exports_section
    from dltemplates.project.finetuning_section import finetuning_section

    if model is None:
        words = "It has no finished model, so there is nothing to measure."
        own = [Section("What was learned", [note("This run is not finished", words)])]
    return page(
        f"Run {record.name}",
        f"{task[0].upper()}{task[1:]}",
        [
            *own[:1],
            finetuning_section(record),
            training_sections.diagnosis_section(findings),
            training_sections.curves_section(record),
            *own[1:],
            record_sections.data_section(record),
            exports_section(record.name),
            record_sections.settings_section(record, now),
            record_sections.cost_section(record),
            record_sections.card_section(record, task, model),
        ],
    )
