"""Few sets of answers in which every two values of two parameters come together once.

Faults of a template are mostly of one value, or of two together, so this finds nearly as much as
all combinations would, of which there are billions. Greedy, as AETG: each set begins with a pair
that is still missing and takes what covers most others. Parameters are in the template's order, in
which each depends on earlier ones only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from dltemplates.scaffold.answers import Answers, resolve
from dltemplates.scaffold.parameters import AUTO, NUMBERS, Parameter, Value, text_of
from dltemplates.scaffold.template import Template

Choice = tuple[str, Value]
Pair = tuple[Choice, Choice]
Limits = dict[str, set[Value]]


def levels(parameter: Parameter) -> list[Value]:
    """Returns the values that stand for all of a parameter's: choices, or default and bounds."""
    if parameter.type == "choice":
        values: list[Value] = [parameter.default, *parameter.choices]
    elif parameter.type == "bool":
        values = [parameter.default, True, False]
    else:
        values = [parameter.default]
        values += [value for each in parameter.defaults_for.values() for value in each.values()]
        values += _bounds(parameter)
    if parameter.auto:
        values.append(AUTO)
    return _distinct(values)


def _bounds(parameter: Parameter) -> list[Value]:
    if parameter.type not in NUMBERS:
        return []
    bounds = (parameter.minimum, parameter.maximum)
    return [parameter.check(bound) for bound in bounds if bound is not None]


def _distinct(values: Iterable[Value]) -> list[Value]:
    """Without repetitions, in which 1, 1.0 and True are three values."""
    return list({(type(value), value): value for value in values}.values())


def pairwise(template: Template) -> Iterator[Answers]:
    """Yields sets of answers that cover all pairs which can be had; the first has the defaults."""
    pool = _pool(template)
    wanted = {pair: found for pair in _pairs(pool) if (found := _limits(template, pair, pool))}
    missing = _Missing(wanted)
    first = resolve(template, {})
    missing.cover(first)
    yield first
    for pair, limits in wanted.items():
        if pair not in missing:
            continue
        answers = resolve(template, _fill(template, limits, pool, missing))
        missing.cover(answers)
        missing.drop(pair)  # in any case: a pair that cannot be had would be tried for ever
        yield answers


def _pool(template: Template) -> dict[str, list[Value]]:
    """Returns the values to try of each parameter, with those that others are asked for."""
    pool = {name: levels(parameter) for name, parameter in template.parameters.items()}
    for parameter in template.parameters.values():
        for other, values in parameter.when.items():
            pool[other] = _distinct([*pool[other], *values])
    return pool


def _pairs(pool: Mapping[str, list[Value]]) -> Iterator[Pair]:
    """All pairs, in the order of the parameters; one parameter alone is paired with itself."""
    if len(pool) == 1:
        yield from (((name, v), (name, v)) for name, values in pool.items() for v in values)
    for one, other in combinations(pool, 2):
        yield from (((one, v), (other, w)) for v in pool[one] for w in pool[other])


class _Missing:
    """The pairs that no set of answers has yet."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._pairs = set(pairs)
        self._left = Counter(choice for pair in self._pairs for choice in pair)

    def __contains__(self, pair: Pair) -> bool:
        return pair in self._pairs

    def drop(self, pair: Pair) -> None:
        if pair in self._pairs:
            self._pairs.remove(pair)
            self._left.subtract(pair)

    def cover(self, answers: Answers) -> None:
        given = [(name, answers.values[name]) for name in answers.applied]
        if len(answers.values) == 1:
            given *= 2
        for pair in combinations(given, 2):
            self.drop(pair)

    def gain(self, choice: Choice, earlier: Iterable[Choice]) -> tuple[int, int]:
        """Returns the pairs with what is chosen already; among equals, what most wait for wins."""
        return sum((each, choice) in self._pairs for each in earlier), self._left[choice]


def _limits(template: Template, wanted: Pair, pool: Mapping[str, list[Value]]) -> Limits | None:
    """Returns which values earlier parameters may have, so that `wanted` can be had; None: none."""
    limits: Limits = {name: {value} for name, value in wanted}
    for parameter in reversed(list(template.parameters.values())):
        if parameter.name not in limits:
            continue
        for other, values in parameter.when.items():
            _narrow(limits, other, set(values))
        for other, choices in parameter.choices_for.items():
            kept = {
                value
                for value in pool[other]
                if limits[parameter.name] & _left(parameter, other, value, choices)
            }
            if len(kept) < len(pool[other]):
                _narrow(limits, other, kept)
    return None if not all(limits.values()) else limits


def _left(
    parameter: Parameter, other: str, value: Value, choices: Mapping[str, tuple[str, ...]]
) -> set[Value]:
    """Returns the choices that `other`, at this value, leaves to a parameter."""
    return set(choices.get(text_of(value), parameter.choices))


def _narrow(limits: Limits, name: str, values: set[Value]) -> None:
    limits[name] = limits[name] & values if name in limits else values


def _fill(
    template: Template, limits: Limits, pool: Mapping[str, list[Value]], missing: _Missing
) -> dict[str, Value]:
    """Returns an answer to each parameter that applies: within limits, covering the most pairs."""
    given: dict[str, Value] = {}
    values: dict[str, Value] = {}
    for name, parameter in template.parameters.items():
        here = parameter.beside(values)
        if not all(other in given and given[other] in want for other, want in here.when.items()):
            values[name] = here.default_given(values)
            continue
        possible = [value for value in pool[name] if not here.choices or value in here.choices]
        wanted = [value for value in possible if value in limits.get(name, possible)] or possible
        given[name] = max(wanted, key=lambda value: missing.gain((name, value), given.items()))
        values[name] = given[name]
    return given
