"""What `dltemplates update` and `add` do with an update, and what they say of it."""

import difflib
from collections.abc import Iterator

import click

from dltemplates.console import print_json
from dltemplates.scaffold.files import File
from dltemplates.scaffold.record import FOLDER, Record
from dltemplates.scaffold.updating import content_merge
from dltemplates.scaffold.updating.transaction import Change
from dltemplates.scaffold.updating.update import Update

_COLORS = {"conflict": "red", "merge": "yellow", "keep": "yellow"}
_DIFF_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def finish(update: Update, *, write: bool, diff: bool, allow_dirty: bool, as_json: bool) -> None:
    """Does the update if it is to be done, says so, and ends with 1 if there are conflicts."""
    if write:
        update.apply(allow_dirty=allow_dirty)
    if as_json:
        print_json(_as_dict(update, write))
    elif diff and update.changes:
        _print_diff(update)
    else:
        _print(update, write)
    if count := len(update.conflicts):
        files = "1 file" if count == 1 else f"{count} files"
        click.secho(f"Conflicts in {files}: see above, and decide.", fg="red", err=True)
        click.get_current_context().exit(1)


def _as_dict(update: Update, written: bool) -> dict[str, object]:
    before, after = update.before, update.after
    names = [*after.answers, *(name for name in before.answers if name not in after.answers)]
    return {
        "project": str(update.project.resolve()),
        "template": {
            "name": after.template,
            "before": before.template_version,
            "after": after.template_version,
        },
        "written": written and bool(update.changes),
        "steps": [
            {
                "kind": step.kind,
                "path": step.path,
                "written": step.write.path if step.write else None,
                "removed": step.remove or None,
                "note": step.note,
            }
            for step in update.steps
        ],
        "conflicts": [step.write.path for step in update.conflicts if step.write],
        "answers": {
            name: {"before": before.answers.get(name), "after": after.answers.get(name)}
            for name in names
            if before.answers.get(name) != after.answers.get(name)
        },
        "notes": list(update.notes),
    }


def _print(update: Update, written: bool) -> None:
    title = click.style(update.after.title, bold=True)
    for note in update.notes:
        click.echo(note)
    if not update.changes:
        click.echo(f"Nothing to do: {title} is up to date with {_source(update.after)}.")
        return
    width = max((len(step.kind) for step in update.steps), default=0)
    for step in update.steps:
        kind = click.style(step.kind.ljust(width), fg=_COLORS.get(step.kind))
        click.echo(f"{kind}  {step.path}{f'  ({step.note})' if step.note else ''}")
    if not update.steps:
        click.echo("No file changes but the project's record.")
    done = "Updated" if written else "Nothing was written. This would update"
    was, now = _source(update.before), _source(update.after)
    click.echo(f"{done} {title} {f'from {was} to {now}' if was != now else f'({now})'}.")


def _source(project: Record) -> str:
    return f"{project.template} {project.template_version}"


def _print_diff(update: Update) -> None:
    for change in sorted(update.changes, key=lambda change: change.path):
        if change.path.startswith(f"{FOLDER}/"):
            continue
        for line in _diff(change):
            color = None if line.startswith(("+++", "---")) else _DIFF_COLORS.get(line[:1])
            click.secho(line, fg=color)


def _diff(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    old = f"a/{change.path}" if before else "/dev/null"
    new = f"b/{change.path}" if after else "/dev/null"
    if before and after and before.executable != after.executable:
        yield f"{new} is {'' if after.executable else 'not '}executable"
    if not all(content_merge.is_text(file.data) for file in (before, after) if file):
        yield f"Binary files {old} and {new} differ"
        return
    for line in difflib.unified_diff(_lines(before), _lines(after), old, new):
        yield line.rstrip("\n") if line.endswith("\n") else f"{line}\n\\ No newline at end of file"


def _lines(file: File | None) -> list[str]:
    return file.data.decode().splitlines(keepends=True) if file else []
