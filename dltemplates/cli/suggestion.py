"""What the data of `new --data` speak for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dltemplates.errors import AnswerError
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.template import Template

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Suggestion:
    """A template and answers to its parameters.

    Attributes:
        template: Its name or place.
        values: Answers by parameter.
        reasons: Why, by parameter.
    """

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def reasons_of(self, answers: Answers, given: Mapping[str, Value]) -> dict[str, str]:
        """The reasons for those answers that are the data's, not the user's."""
        return {
            name: reason
            for name, reason in self.reasons.items()
            if name not in given
            and name in answers.applied
            and answers.values[name] == self.values[name]
        }


def suggest(data: str, template: str, time_budget: float | None) -> Suggestion:
    """Looks at the data and says what they speak for.

    Args:
        data: The path that the user named.
        template: The template that the user named; empty: the data decide.
        time_budget: Seconds that training may take; None: what is usual.

    Raises:
        DataError: The data cannot be read, or do not fit the template, or fit none.
    """
    from dltemplates.inspection.inspector import inspect
    from dltemplates.inspection.template_choice import TEMPLATES

    known = template if template in TEMPLATES else ""
    choice = inspect(Path(data), template=known, time_budget=time_budget)
    if template and not known:
        return _of_another(template, choice.path)
    candidate = choice.for_template(known) if known else choice.need()
    return Suggestion(candidate.template, candidate.values(), candidate.comments())


def checked(suggestion: Suggestion, template: Template) -> dict[str, Value]:
    """The values, in the types of the template's parameters.

    Raises:
        AnswerError: The template cannot take one of them, such as a path with strange letters.
    """
    values = {}
    for name, value in suggestion.values.items():
        if name not in template.parameters:
            raise AnswerError(
                f"{template.name} has no parameter {name!r}, so it cannot be told about data.",
                where="--data",
                hint="Leave --data out, and set what the template has with --set.",
            )
        values[name] = template.parameters[name].check(value)
    return values


def _of_another(template: str, path: Path) -> Suggestion:
    """For a template that is not ours, all that is known is where the data lie."""
    return Suggestion(template, {"path": str(path)})
