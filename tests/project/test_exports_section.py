"""The report's section on exports."""

import json

import pytest

from dltemplates.project.exports_section import exports_section

RECORD = {
    "run": "first",
    "runtime": "ONNX Runtime",
    "precision": "float32",
    "largest_difference": 2.5e-7,
    "tolerance": 1e-4,
    "requests": 1,
    "cases": [
        {
            "case": "<b>an empty text</b>",
            "signature": "serving_default",
            "items": 3,
            "largest_difference": 2.5e-7,
        }
    ],
}


def written(folder, name: str, text: str) -> None:
    version = folder / name / "1"
    version.mkdir(parents=True)
    (version / "parity.json").write_text(text)


def test_what_was_exported_of_this_run_is_told(tmp_path):
    written(tmp_path, "app-onnx", json.dumps(RECORD))
    written(tmp_path, "app", json.dumps({**RECORD, "run": "second", "runtime": "plain TensorFlow"}))
    section = exports_section("first", tmp_path)
    page = "".join(section.blocks)
    assert "app-onnx" in page and "ONNX Runtime" in page and "2.5e-07" in page
    assert "plain TensorFlow" not in page and "<b>" not in page


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"run": "first"}', '{"run": "first", "cases": 3}']
)
def test_odd_records_are_passed_over(tmp_path, text):
    written(tmp_path, "app", text)
    assert not exports_section("first", tmp_path).blocks
    assert not exports_section("first", tmp_path / "none").blocks
