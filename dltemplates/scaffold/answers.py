"""A user's answers to a template's parameters, from `--set`, a file, prompts and defaults."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dltemplates.errors import AnswerError, did_you_mean
from dltemplates.scaffold.parameters import Parameter, Value, text_of
from dltemplates.scaffold.template import Template

Ask = Callable[[Parameter, Value], Value]


@dataclass(frozen=True)
class Answers:
    """An answer to every parameter of a template.

    Args:
        values: By parameter, in the template's order. Those that do not apply have their default.
        applied: The parameters that apply, given the answers to the others.
        chosen: Those of them whose answer is not the default.
        changed: Those of them whose answer is not what was offered: what the data suggest, else the
            default.
    """

    values: Mapping[str, Value]
    applied: tuple[str, ...]
    chosen: tuple[str, ...]
    changed: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Value]:
        """Returns the answers to the parameters that apply: what an answers file may hold."""
        return {name: self.values[name] for name in self.applied}

    def settings(self) -> list[str]:
        """Returns the `--set` values that give these answers again, where the same is offered."""
        return [f"{name}={text_of(self.values[name])}" for name in self.changed]


def from_settings(settings: Iterable[str], template: Template) -> dict[str, Value]:
    """Returns the answers in `name=value` texts. The last of two for one parameter wins."""
    answers = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise AnswerError("expected NAME=VALUE.", where=f"--set {setting}")
        answers[name] = _parameter(name, template, where="--set").parse(text)
    return answers


def from_file(file: Path, template: Template) -> dict[str, Value]:
    """Returns the answers in a TOML or JSON file.

    The file is a table of parameters, or has one named `answers`: a project's own record and the
    output of `new --json` serve too.
    """
    table = _load(file)
    if isinstance(table, dict) and isinstance(table.get("answers"), dict):
        table = table["answers"]
    if not isinstance(table, dict):
        raise AnswerError("expected a table of parameters and their values.", where=file)
    try:
        return {
            name: _parameter(name, template, where=str(file)).check(value)
            for name, value in table.items()
        }
    except AnswerError as error:
        error.where = error.where if error.where == str(file) else f"{file}: {error.where}"
        raise


def resolve(
    template: Template,
    given: Mapping[str, Value],
    ask: Ask | None = None,
    kept: Mapping[str, Value] | None = None,
    suggested: Mapping[str, Value] | None = None,
) -> Answers:
    """Returns an answer to every parameter.

    Args:
        template: The template.
        given: Answers that are already there and checked.
        ask: Called with each other parameter that applies and is to be asked, in turn, and what is
            offered for it.
        kept: Checked answers of an earlier time, for the parameters among them that still apply.
        suggested: What is offered in place of defaults. Where it does not apply beside other
            answers it is passed over.
    """
    kept = kept or {}
    values: dict[str, Value] = {}
    applied: list[str] = []
    chosen: list[str] = []
    changed: list[str] = []
    for name, parameter in template.parameters.items():
        parameter = parameter.beside(values)
        default = parameter.default_given(values)
        if not _applies(parameter, values, applied):
            if name in given:
                raise _out_of_place(parameter, values)
            values[name] = default
            continue
        applied.append(name)
        offered = _offered(parameter, default, suggested or {})
        if name in given or name in kept:
            values[name] = given[name] if name in given else kept[name]
            _check_choice(parameter, values[name], values)
        else:
            values[name] = ask(parameter, offered) if ask and parameter.ask else offered
        if values[name] != default:
            chosen.append(name)
        if values[name] != offered:
            changed.append(name)
    return Answers(values, tuple(applied), tuple(chosen), tuple(changed))


def _offered(parameter: Parameter, default: Value, suggested: Mapping[str, Value]) -> Value:
    value = suggested.get(parameter.name, default)
    return default if parameter.type == "choice" and value not in parameter.choices else value


def _applies(parameter: Parameter, values: Mapping[str, Value], applied: list[str]) -> bool:
    return all(
        other in applied and values[other] in wanted for other, wanted in parameter.when.items()
    )


def _out_of_place(parameter: Parameter, values: Mapping[str, Value]) -> AnswerError:
    now = ", ".join(f"{name} is {text_of(values[name])!r}" for name in parameter.when)
    return AnswerError(
        f"used only with {parameter.condition()}, and {now}.",
        where=f"parameter {parameter.name!r}",
        hint=f"Set {parameter.condition()} too, or leave {parameter.name} out.",
    )


def _check_choice(parameter: Parameter, value: Value, values: Mapping[str, Value]) -> None:
    if parameter.type == "choice" and value not in parameter.choices:
        beside = ", ".join(f"{name}={text_of(values[name])}" for name in parameter.choices_for)
        raise AnswerError(
            f"{value!r} cannot be had with {beside}.",
            where=f"parameter {parameter.name!r}",
            hint=f"Choose one of {', '.join(parameter.choices)}.",
        )


def _parameter(name: str, template: Template, where: str) -> Parameter:
    if name not in template.parameters:
        hint = did_you_mean(name, template.parameters)
        raise AnswerError(f"{template.name} has no parameter {name!r}.", where=where, hint=hint)
    return template.parameters[name]


def _load(file: Path) -> object:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerError("not UTF-8 text.", where=file) from error
    except OSError as error:
        raise AnswerError(f"cannot be read: {error.strerror}.", where=file) from error
    if file.suffix == ".json" or text.lstrip().startswith("{"):
        return _load_json(file, text)
    return _load_toml(file, text)


def _load_json(file: Path, text: str) -> object:
    import json

    try:
        return json.loads(text)
    except ValueError as error:
        raise AnswerError(f"not valid JSON: {error}.", where=file) from error


def _load_toml(file: Path, text: str) -> object:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = 'An answers file is TOML or JSON, such as: network = "plain"'
        raise AnswerError(f"not valid TOML: {error}.", where=file, hint=hint) from error
