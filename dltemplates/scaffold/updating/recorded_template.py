"""The template of a project that is there already, as it is now."""

import contextlib
from collections.abc import Iterator

import dltemplates
from dltemplates.errors import UpdateError
from dltemplates.scaffold import catalog
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template

_DIGITS = 10


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
        ours = "install the newer dltemplates"
        _refuse_older("dltemplates", record.dltemplates, dltemplates.__version__, record, ours)
        newer = ours if (place or record.origin) in catalog.names() else "take the newer template"
        _refuse_older(template.name, record.template_version, template.version, record, newer)
        yield template


def _refuse_older(what: str, was: str, now: str, record: Record, newer: str) -> None:
    if _numbers(was) > _numbers(now) and _numbers(now):
        message = f"was made by {what} {was}, and this is {what} {now}."
        hint = f"An update never goes back: {newer}."
        raise UpdateError(message, where=record.title, hint=hint)


def _numbers(version: str) -> tuple[int, ...]:
    """Returns what can be compared of a version; nothing of one that is not just numbers."""
    parts = version.split(".")
    plain = all(part.isdecimal() and len(part) < _DIGITS for part in parts)
    return tuple(map(int, parts)) if plain else ()
