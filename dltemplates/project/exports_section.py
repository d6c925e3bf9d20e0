"""The exports of a run, on a report's page."""

import json
from pathlib import Path
from typing import Any

from dltemplates.evaluation.report_page import Section, details, paragraph, table

_HEADING = "Exports, and how they were proven"
_COLUMNS = ("export", "runs in", "precision", "requests", "largest difference", "allowed")


def exports_section(run: str, parent: Path = Path("export")) -> Section:
    """What was exported of a run, and how far its answers are from the Keras model's.

    Args:
        run: The run's name.
        parent: Folder of the exports.

    Returns:
        A section; empty if nothing was exported of this run. Records that cannot be read are
        passed over.
    """
    found = [
        (path.parent, record)
        for path in sorted(parent.glob("*/*/parity.json"))
        if (record := _read(path)).get("run") == run
    ]
    rows, blocks = [], []
    for version, record in found:
        try:
            rows.append(
                (
                    str(version),
                    record["runtime"],
                    record["precision"],
                    str(record["requests"]),
                    f"{record['largest_difference']:.1e}",
                    f"{record['tolerance']:.0e}",
                )
            )
            blocks.append(details(f"{version}, case by case", table(*_cases(record["cases"]))))
        except (KeyError, TypeError, ValueError, AttributeError):  # somebody else's
            continue
    if not rows:
        return Section(_HEADING, [])
    words = (
        "Each was asked in a fresh process without Keras, and its answers were compared with the "
        "Keras model's."
    )
    return Section(_HEADING, [paragraph(words), table(_COLUMNS, rows), *blocks])


def _cases(cases: list[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    rows = [
        [
            str(case["case"]),
            str(case["signature"]),
            str(case["items"]),
            f"{case['largest_difference']:.1e}",
        ]
        for case in cases
    ]
    return ["asked for", "signature", "items", "largest difference"], rows


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
