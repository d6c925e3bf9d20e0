"""What one look at the machine found."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

_MARKS = {"ok": "ok", "note": "note", "wrong": "WRONG"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        subject: What.
        state: `ok`; `note`: it works, but could be better; `wrong`: it stops training.
        found: What there is, or what is wrong.
        mend: The command or the change that mends it; empty if there is nothing to mend.
    """

    subject: str
    state: Literal["ok", "note", "wrong"]
    found: str
    mend: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def lines(checks: Iterable[Check], least: int = 0) -> list[str]:
    """A line each, and below it what mends it.

    Args:
        checks: What was found.
        least: The least width of the subjects, where more checks follow.
    """
    checks = list(checks)
    width = max((len(check.subject) for check in checks), default=0)
    width = max(width, least)
    text = []
    for check in checks:
        text.append(f"{_MARKS[check.state]:<6} {check.subject:<{width}}  {check.found}")
        text += [f"{'':7}{'':{width}}  → {line}" for line in check.mend.splitlines()]
    return text


def stops_training(checks: Iterable[Check]) -> bool:
    return any(check.state == "wrong" for check in checks)
