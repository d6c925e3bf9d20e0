"""What the data of `new --data` speak for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dltemplates.errors import AnswerError
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.template import Template


@dataclass(frozen=True)
class Suggestion:
    """A template and answers to its parameters.

    Attributes:
        template: Its name or place.
        values: Answers by parameter.
        reasons: Why, by parameter, in each language.
        about: What the data are, in words.
        worth_knowing: What may hinder training.
    """

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    about: str = ""
    worth_knowing: Sequence[str] = ()

    def reasons_of(
        self, answers: Answers, given: Mapping[str, Value], language: str
    ) -> dict[str, str]:
        """The reasons for those answers that are the data's, not the user's."""
        return {
            name: reason.get(language) or reason["en"]
            for name, reason in self.reasons.items()
            if name not in given
            and name in answers.applied
            and answers.values[name] == self.values[name]
        }


def suggest(data: str, template: str, time_budget: float | None) -> Suggestion:
    """Looks at the data and says what they speak for.

    Of a template that is not ours all that is known is that it can be told where data lie.

    Args:
        data: The path that the user named.
        template: The template that the user named; empty: the data decide.
        time_budget: Seconds that training may take; None: what is usual.

    Raises:
        DataError: The data cannot be read, or do not fit the template, or fit none.
    """
    from dltemplates.inspection.inspector import inspect, place_of
    from dltemplates.inspection.template_choice import TEMPLATES

    if template and template not in TEMPLATES:
        if time_budget is not None:
            raise AnswerError(
                f"Nobody knows how long {template} trains.",
                where="--time-budget",
                hint="Leave it out, and use train --time-budget in the project.",
            )
        return Suggestion(template, {"source": "path", "path": str(place_of(data))})
    choice = inspect(data, template=template, time_budget=time_budget)
    candidate = choice.for_template(template) if template else choice.need()
    finding = candidate.finding
    return Suggestion(
        candidate.template,
        candidate.values(),
        candidate.comments(),
        finding.title(),
        finding.worth_knowing(),
    )


def checked(suggestion: Suggestion, template: Template) -> dict[str, Value]:
    """The values, in the types of the template's parameters.

    Raises:
        AnswerError: The template cannot take one of them, such as a path with strange letters.
    """
    values = {}
    for name, value in suggestion.values.items():
        if name == "source" and name not in template.parameters:
            continue  # a template of somebody else's, which reads files alone
        if name not in template.parameters:
            raise AnswerError(
                f"{template.name} has no parameter {name!r}, so it cannot be told about data.",
                where="--data",
                hint="Leave --data out, and set what the template has with --set.",
            )
        values[name] = template.parameters[name].check(value)
    return values
