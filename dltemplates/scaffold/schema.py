"""The JSON Schema of a template's answers, for editors, forms and other programs."""

from collections.abc import Mapping

from dltemplates.scaffold.parameters import AUTO, Parameter
from dltemplates.scaffold.template import Template

Schema = dict[str, object]

_JSON_TYPES = {"int": "integer", "float": "number", "bool": "boolean"}


def schema(template: Template) -> Schema:
    """Returns the JSON Schema (2020-12) of an answers file for `template`."""
    parameters = template.parameters
    rules = [rule for name in parameters if (rule := _condition(parameters[name], parameters))]
    rules += [rule for name in parameters for rule in _fewer_choices(parameters[name], parameters)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": template.name,
        "description": template.summary["en"],
        "type": "object",
        "properties": {name: _property(parameter) for name, parameter in parameters.items()},
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
    }


def _property(parameter: Parameter) -> Schema:
    about: Schema = {"description": parameter.help["en"], "default": parameter.default}
    values = _values(parameter)
    return {**about, "anyOf": [{"const": AUTO}, values]} if parameter.auto else {**about, **values}


def _values(parameter: Parameter) -> Schema:
    values: Schema = {"type": _JSON_TYPES.get(parameter.type, "string")}
    if parameter.choices:
        values["enum"] = list(parameter.choices)
    if parameter.minimum is not None:
        values["minimum"] = parameter.minimum
    if parameter.maximum is not None:
        values["maximum"] = parameter.maximum
    if parameter.pattern:
        values["pattern"] = f"^(?:{parameter.pattern})$"
    return values


def _condition(parameter: Parameter, parameters: Mapping[str, Parameter]) -> Schema | None:
    """A parameter that needs another's value may be given only beside that value."""
    if not parameter.when:
        return None
    needed = [
        name for name, values in parameter.when.items() if parameters[name].default not in values
    ]
    return {
        "if": {"required": [parameter.name]},
        "then": {
            "properties": {n: {"enum": list(values)} for n, values in parameter.when.items()},
            "required": needed,
        },
    }


def _fewer_choices(parameter: Parameter, parameters: Mapping[str, Parameter]) -> list[Schema]:
    """Some values of another parameter leave fewer choices."""
    return [
        {
            "if": {
                "properties": {name: {"const": parameters[name].parse(value)}},
                "required": [name],
            },
            "then": {"properties": {parameter.name: {"enum": list(choices)}}},
        }
        for name, fewer in parameter.choices_for.items()
        for value, choices in fewer.items()
    ]
