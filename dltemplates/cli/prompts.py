"""Asks a user on a terminal for a template's parameters, one by one."""

import click

from dltemplates.errors import AnswerError, ProjectNameError
from dltemplates.scaffold.names import check_package, suggest_package
from dltemplates.scaffold.parameters import Parameter, Value, text_of
from dltemplates.scaffold.template import Template

_REST = "!"
_HINTS = {
    "en": f"Enter takes the value in brackets, {_REST} takes the defaults for all the rest.",
    "ko": f"Enter는 괄호 안의 값을, {_REST}는 나머지 모두의 기본값을 고릅니다.",
}


class Prompter:
    """Asks for one parameter after another, until the user takes the defaults for the rest.

    Args:
        template: Has the parameters.
        language: Of the questions.
    """

    def __init__(self, template: Template, language: str) -> None:
        self._language = language
        self._names = [name for name, each in template.parameters.items() if each.ask]
        self._take_defaults = False
        click.echo(f"{click.style(template.name, bold=True)}: {template.summary_in(language)}")
        click.echo(_HINTS.get(language, _HINTS["en"]))

    def __call__(self, parameter: Parameter, default: Value) -> Value:
        """Returns the user's answer; asks again until it is valid."""
        if self._take_defaults:
            return default
        position = f"{self._names.index(parameter.name) + 1}/{len(self._names)}"
        click.echo(f"\n{click.style(position, dim=True)} {parameter.help_in(self._language)}")
        values = click.wrap_text(parameter.describe(), 96, "    ", "    ")
        click.echo(click.style(values, dim=True))
        while True:
            text = _prompt(parameter.name, text_of(default))
            if text == _REST:
                self._take_defaults = True
                return default
            if text == text_of(default):
                return default
            try:
                return parameter.parse(text)
            except AnswerError as error:
                _complain(f"{error.message} {error.hint or ''}")


def ask_package(problem: ProjectNameError, title: str) -> str:
    """Returns a package name that the user chose, since none follows from the title."""
    _complain(f"{problem.where}: {problem.message}")
    while True:
        name = _prompt("package name", suggest_package(title))
        try:
            return check_package(name)
        except ProjectNameError as error:
            _complain(error.message)


def _prompt(label: str, default: str) -> str:
    text: str = click.prompt(f"  {label}", default=default, show_default=bool(default))
    return text.strip()


def _complain(message: str) -> None:
    click.secho(f"    {message.strip()}", fg="yellow")
