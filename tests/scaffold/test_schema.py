import json
from pathlib import Path
from typing import Any

import pytest

from dltemplates.scaffold import catalog
from dltemplates.scaffold.schema import schema
from tests.scaffold.small_template import write_template


@pytest.fixture
def small(tmp_path: Path) -> dict[str, Any]:
    made = schema(catalog.find(str(write_template(tmp_path / "t"))))
    return json.loads(json.dumps(made))


def test_properties(small: dict[str, Any]) -> None:
    assert small["additionalProperties"] is False
    properties = small["properties"]
    assert properties["width"] == {
        "description": "Width", "default": 64, "type": "integer", "minimum": 8, "maximum": 512,
    }  # fmt: skip
    assert properties["network"]["enum"] == ["resnet", "plain", "application"]
    assert properties["rate"]["anyOf"] == [{"const": "auto"}, {"type": "number", "minimum": 1e-7}]
    assert properties["dataset"]["pattern"] == "^(?:[a-z0-9_]*)$"
    assert properties["ema"]["type"] == "boolean"


def test_conditions(small: dict[str, Any]) -> None:
    backbone, imagenet, width = small["allOf"]
    assert backbone == {
        "if": {"required": ["backbone"]},
        "then": {"properties": {"network": {"enum": ["application"]}}, "required": ["network"]},
    }
    assert imagenet["then"]["required"] == ["backbone"]
    assert width["then"]["required"] == []  # network's default is among the values
