"""Times as people write them: 90s, 30m, 1h30m."""

import re
from typing import Any

import click

_PARTS = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


class Duration(click.ParamType):
    """A command's option that is a time; its value is in seconds."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, float):
            return value
        found = _PARTS.fullmatch(str(value).strip())
        hours, minutes, seconds = (
            (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        )
        total = 3600.0 * hours + 60.0 * minutes + seconds
        if total <= 0:
            self.fail(f"{value!r} is no time. For instance: 90s, 30m or 1h30m.", param, ctx)
        return total
