"""What texts speak for in the settings of `transformer-classifier`."""

import math

from dltemplates.inspection.candidate import Candidate, Recommendation, source
from dltemplates.inspection.text_data import TextFinding
from dltemplates.inspection.words import minutes, minutes_in_korean

TEMPLATE = "transformer-classifier"

_TEXT, _LABEL = "text", "label"  # the template's defaults
_SPEED = 1_260  # texts of 36 characters a second, on a core (benchmarks/RESULTS.md)
_SPEED_LENGTH = 36


def recommend(found: TextFinding, time_budget: float | None = None) -> Candidate:
    """The settings for these texts.

    Args:
        found: The texts.
        time_budget: Seconds that training may take on a CPU core; None: what the template says.
    """
    settings = [*_source(found), *_columns(found), *_epochs(found, time_budget)]
    return Candidate(TEMPLATE, "Texts with a class each.", found, tuple(settings))


def _source(found: TextFinding) -> list[Recommendation]:
    """With several classes a text there is no other source, and no setting for it."""
    settings = source(found)
    if found.columns and found.columns.several:
        reason = "multi: cells of classes hold several"
        settings.append(
            Recommendation("labels", "multi", reason, "multi: 한 칸에 클래스가 여러 개")
        )
    return settings


def _columns(found: TextFinding) -> list[Recommendation]:
    columns, settings = found.columns, []
    if columns and columns.text != _TEXT:
        reason = "the column of long texts that differ from each other"
        settings.append(
            Recommendation("text_column", columns.text, reason, "서로 다른 긴 글이 든 열")
        )
    if columns and columns.label != _LABEL:
        reason = f"the column in which the same {len(found.classes):,} values come again"
        korean = f"같은 값 {len(found.classes):,}가지가 되풀이되는 열"
        settings.append(Recommendation("label_column", columns.label, reason, korean))
    return settings


def _epochs(found: TextFinding, time_budget: float | None) -> list[Recommendation]:
    if time_budget is None:
        return []
    items = found.training
    one = items * max(found.characters[0], 8) / _SPEED_LENGTH / _SPEED
    usual = min(max(round(5 * (100_000 / items) ** 0.5), 5), 30)
    epochs = max(1, math.floor(time_budget / one))
    if epochs >= usual:
        return []
    reason = f"{epochs}: {items:,} texts are read once in about {minutes(one)} on a CPU core"
    time = minutes_in_korean(one)
    korean = f"{epochs}: 글 {items:,}개를 한 번 읽는 데 CPU 코어 하나로 약 {time}"
    return [Recommendation("epochs", epochs, reason, korean)]
