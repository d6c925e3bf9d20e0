"""The template of a project that is there already, as it is now."""

import contextlib
from collections.abc import Iterator

import dltemplates
from dltemplates.errors import UpdateError
from dltemplates.scaffold import catalog
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template


@contextlib.contextmanager
def opened(record: Record, place: str = "") -> Iterator[Template]:
    """Gives the template of a project for as long as the block lasts, fetched if it is in git.

    Args:
        record: The project's.
        place: Where the template is now; default: where it was.
    """
    with catalog.opened(place or record.origin) as template:
        if template.name != record.template:
            message = f"is a project from {record.template}, not from {template.name}."
            hint = "A project stays with its template; make a new one from another."
            raise UpdateError(message, where=record.title, hint=hint)
        _refuse_older("dltemplates", record.dltemplates, dltemplates.__version__, record)
        _refuse_older(template.name, record.template_version, template.version, record)
        yield template


def _refuse_older(what: str, was: str, now: str, record: Record) -> None:
    if _numbers(was) > _numbers(now) and _numbers(now):
        message = f"was made by {what} {was}, and this is {what} {now}."
        hint = "An update never goes back: install the newer dltemplates."
        raise UpdateError(message, where=record.title, hint=hint)


def _numbers(version: str) -> tuple[int, ...]:
    """Returns what can be compared of a version; nothing of one that is not just numbers."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()
