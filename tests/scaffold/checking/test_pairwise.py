"""Every two values of two parameters that can be had together come together."""

from itertools import combinations, product
from pathlib import Path

import pytest

from dltemplates.errors import AnswerError
from dltemplates.scaffold import answers, catalog
from dltemplates.scaffold.checking.pairwise import levels, pairwise
from dltemplates.scaffold.template import Template
from tests.scaffold.small_template import write_template

HEAD = 'name = "t"\nversion = "1"\ntask = "t"\nshared = false\nsummary.en = "t"\n'
CHOICES = """
[parameters.kind]
type = "choice"
choices = ["series", "table"]
default = "series"
help.en = "k"
[parameters.network]
type = "choice"
choices = ["a", "b", "lstm"]
default = "a"
choices_for = { kind = { table = ["a", "b"] } }
help.en = "n"
[parameters.depth]
type = "int"
default = 3
min = 1
max = 9
help.en = "d"
[parameters.extra]
type = "bool"
default = false
when = { network = ["lstm", "b"], depth = [4, 9] }
help.en = "e"
[parameters.rate]
type = "float"
default = "auto"
auto = true
min = 0.5
defaults_for = { kind = { table = 2.5 } }
when = { extra = true }
help.en = "r"
"""


def read(folder: Path, parameters: str) -> Template:
    (folder / "project").mkdir(parents=True)
    (folder / "template.toml").write_text(HEAD + parameters)
    return catalog.find(str(folder))


def pairs_of(found: answers.Answers) -> set[tuple]:
    return set(combinations([(name, found.values[name]) for name in found.applied], 2))


def all_pairs(template: Template, extra: dict[str, list]) -> set[tuple]:
    """By trying all combinations, of a template that is small enough for it."""
    names = list(template.parameters)
    values = [[*levels(template.parameters[name]), *extra.get(name, [])] for name in names]
    pairs = set()
    for combination in product(*([*each, None] for each in values)):
        given = {n: v for n, v in zip(names, combination, strict=True) if v is not None}
        try:
            found = answers.resolve(template, given)
        except AnswerError:
            continue
        if set(found.applied) == set(given):
            pairs |= pairs_of(found)
    return pairs


def test_all_pairs_that_can_be_had_are_there(tmp_path: Path) -> None:
    template = read(tmp_path / "t", CHOICES)
    sets = list(pairwise(template))
    covered = set().union(*map(pairs_of, sets))
    wanted = all_pairs(template, {"depth": [4]})
    assert len(wanted) > 50
    assert wanted <= covered
    assert ("kind", "table") in {pair[0] for pair in wanted}
    assert not [pair for pair in covered if {("kind", "table"), ("network", "lstm")} == set(pair)]
    assert sets[0].chosen == ()
    assert len(sets) <= 25


def test_the_small_template_of_the_tests(tmp_path: Path) -> None:
    template = catalog.find(str(write_template(tmp_path / "small")))
    sets = list(pairwise(template))
    assert all_pairs(template, {}) <= set().union(*map(pairs_of, sets))


@pytest.mark.parametrize("name", catalog.names())
def test_our_templates_take_few_sets_and_show_every_value(name: str) -> None:
    template = catalog.find(name)
    sets = list(pairwise(template))
    sizes = sorted(len(levels(each)) for each in template.parameters.values())
    assert len(sets) <= 2 * sizes[-1] * sizes[-2]
    for parameter in template.parameters.values():
        seen = {each.values[parameter.name] for each in sets if parameter.name in each.applied}
        assert set(levels(parameter)) <= seen, parameter.name


def test_one_parameter_and_none(tmp_path: Path) -> None:
    one = '[parameters.a]\ntype = "bool"\ndefault = false\nhelp.en = "a"\n'
    template = read(tmp_path / "one", one)
    assert [each.values for each in pairwise(template)] == [{"a": False}, {"a": True}]
    assert [each.values for each in pairwise(read(tmp_path / "none", ""))] == [{}]
