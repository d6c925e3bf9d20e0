"""What fine-tuning brought, on a report's page."""

from dltemplates.evaluation.report_page import Section, paragraph, table
from dltemplates.project import finetuning
from dltemplates.project.amounts import duration
from dltemplates.project.reported_run import ReportedRun


def finetuning_section(record: ReportedRun) -> Section:
    """The network before, after, and one from scratch; empty of a run that was not fine-tuned."""
    comparison = record.finetuning
    try:
        heading, *rows = finetuning.table(comparison)
        words, missing = comparison["words"], comparison["missing"]
        seconds = [
            f"{name} {duration(value)}" for name, value in comparison["seconds"].items() if value
        ]
    except (KeyError, TypeError, AttributeError, ValueError):  # none, or somebody else's
        return Section("What fine-tuning brought", [])
    start = f"It started from {comparison.get('start')}. Training took: {', '.join(seconds)}."
    blocks = [paragraph(words), table(heading, rows), paragraph(start)]
    blocks += [paragraph(f"Not measured: {why}") for why in missing]
    return Section("What fine-tuning brought", blocks)
