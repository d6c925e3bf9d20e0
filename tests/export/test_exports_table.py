"""The table in docs/exports.md, which benchmarks/exports.py makes, and what that goes through."""

from itertools import product
from pathlib import Path

import pytest

from benchmarks.exports import BEGIN, END, FORMATS, NETWORKS
from dltemplates.project.exporting import TOLERANCES
from dltemplates.scaffold import catalog

PAGE = Path(__file__).parents[2] / "docs" / "exports.md"


@pytest.fixture(scope="module")
def lines():
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip().splitlines()


def test_every_answer_for_the_network_is_exported():
    for template in catalog.templates():
        parameters = template.parameters
        kinds = parameters["kind"].choices if "kind" in parameters else ("",)
        for kind, network in product(kinds, parameters["network"].choices):
            if kind and network not in parameters["network"].beside({"kind": kind}).choices:
                continue
            assert any(
                name == template.name and f"network={network}" in _answers(template, chosen, kind)
                for name, chosen, _ in NETWORKS.values()
            ), (template.name, kind, network)


def _answers(template, chosen, kind):
    """The chosen answers and the defaults of the others; nothing if they are of another kind."""
    named = [answer.partition("=")[0] for answer in chosen]
    defaults = [f"{name}={p.default}" for name, p in template.parameters.items()]
    every = [*chosen, *(each for each in defaults if each.partition("=")[0] not in named)]
    return every if not kind or f"kind={kind}" in every else []


def test_every_pair_is_within_its_tolerance_or_refused_with_the_reason(lines):
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    assert rows[0] == list(FORMATS)
    names = [row[0] for row in rows[2:]]
    assert names == list(NETWORKS)
    reasons = [line for line in lines if line.startswith("- ")]
    for name, *cells in rows[2:]:
        for (kind, options), cell in zip(FORMATS.items(), cells, strict=True):
            if cell == "refused":
                assert any(each.startswith(f"- {name}, {kind}: ") for each in reasons)
                assert kind != "SavedModel"
            else:
                assert float(cell) <= _allowed(options)


def _allowed(options):
    given = dict(zip(options[::2], options[1::2], strict=True))
    return TOLERANCES[given.get("--format", "savedmodel"), given.get("--precision", "float32")]
