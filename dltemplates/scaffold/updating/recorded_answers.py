"""The answers of a project that is there already, for the template as it is now."""

from collections.abc import Mapping
from dataclasses import dataclass

from dltemplates.errors import AnswerError
from dltemplates.scaffold import answers
from dltemplates.scaffold.answers import Answers, Ask
from dltemplates.scaffold.parameters import Parameter, Value, text_of
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template


@dataclass(frozen=True)
class Renewed:
    """A project's answers after an update.

    Args:
        answers: To every parameter of the template as it is now.
        chosen: The parameters that the user chose an answer to.
        notes: What became otherwise without the user's doing.
    """

    answers: Answers
    chosen: tuple[str, ...]
    notes: tuple[str, ...]


def renew(
    record: Record, template: Template, settings: Mapping[str, Value], ask: Ask | None = None
) -> Renewed:
    """Returns a project's answers for the template as it is now.

    What the user chose stays; what was a default becomes the default of now.

    Args:
        record: Has the answers until now.
        template: May have other parameters than when these were given.
        settings: New answers.
        ask: Asks for parameters that were not there, or did not apply.
    """
    kept = {
        name: _checked(template, name, record.answers[name])
        for name in record.chosen
        if name in template.parameters and name not in settings and name in record.answers
    }

    def ask_new(parameter: Parameter, default: Value) -> Value:
        if ask is None or parameter.name in record.answers:
            return default
        return ask(parameter, default)

    resolved = answers.resolve(template, settings, ask_new, kept)
    chosen = {*record.chosen, *settings, *resolved.chosen}
    return Renewed(
        resolved,
        tuple(name for name in resolved.applied if name in chosen),
        tuple(_notes(record, template, resolved, settings)),
    )


def _checked(template: Template, name: str, value: Value) -> Value:
    try:
        return template.parameters[name].check(value)
    except AnswerError as error:
        raise AnswerError(
            f"{text_of(value)!r} is not allowed any more: {error.message}",
            where=error.where,
            hint=f"Choose another: --set {name}=VALUE",
        ) from error


def _notes(
    record: Record, template: Template, resolved: Answers, settings: Mapping[str, Value]
) -> list[str]:
    notes = []
    for name, value in record.answers.items():
        if name not in template.parameters:
            if name in record.chosen:
                notes.append(f"{name} is no parameter any more; it was {text_of(value)}.")
        elif name not in resolved.applied:
            if name in record.chosen:
                notes.append(f"{name} does not apply any more; it was {text_of(value)}.")
        elif resolved.values[name] != value and name not in settings:
            now = text_of(resolved.values[name])
            notes.append(
                f"{name} is {now}, the default of now; it was {text_of(value)}, "
                f"which --set {name}={text_of(value)} keeps."
            )
    for name in resolved.applied:
        if name not in record.answers and name not in settings and template.parameters[name].ask:
            notes.append(f"{name} is new: {text_of(resolved.values[name])}.")
    return notes
