"""Where the answers of `dltemplates new` come from, and the language that it speaks."""

from collections.abc import Mapping
from pathlib import Path

from dltemplates.cli.language import LANGUAGES, language
from dltemplates.cli.suggestion import Suggestion, checked
from dltemplates.errors import AnswerError
from dltemplates.scaffold import answers
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.template import LANG, Template


def given(
    template: Template, settings: tuple[str, ...], file: str | None, lang: str | None
) -> dict[str, Value]:
    """Returns the answers on the command line and, behind them, those in the file.

    Args:
        template: Has the parameters.
        settings: What `--set` says.
        file: What `--answers` says.
        lang: What `--lang` says; nothing to a template whose projects are in one language.
    """
    told = answers.from_settings(settings, template)
    if lang is not None and lang in template.languages:
        told.setdefault(LANG, lang)
        if told[LANG] != lang:
            message = f"--set {LANG}={told[LANG]} says otherwise."
            raise AnswerError(message, where=f"--lang {lang}", hint="Leave one of them out.")
    return (answers.from_file(Path(file), template) if file else {}) | told


def spoken(template: Template, given: Mapping[str, Value], lang: str | None) -> str:
    """Returns the language of questions: that of the project, if it is known."""
    return str(given[LANG]) if template.languages and LANG in given else language(lang)


def resolved(
    template: Template,
    given: Mapping[str, Value],
    suggestion: Suggestion,
    language: str,
    interactive: bool,
) -> Answers:
    """Returns all answers: those given, those of a user who is asked, and what is offered."""
    offered = checked(suggestion, template)
    if template.languages and language in LANGUAGES:
        offered[LANG] = language
    if not interactive:
        return answers.resolve(template, given, suggested=offered)
    from dltemplates.cli.prompts import Prompter

    return answers.resolve(template, given, ask=Prompter(template, language), suggested=offered)


def lang_options(template: Template, answers: Answers) -> list[str]:
    """Returns what gives the project the same language again, in this locale or an English one."""
    lang = answers.values[LANG] if template.languages else None
    if lang not in LANGUAGES or lang == language() == LANGUAGES[0]:
        return []
    return ["--lang", str(lang)]
