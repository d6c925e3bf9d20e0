import json

import pytest

from dltemplates.evaluation.diagnosis import diagnose
from dltemplates.evaluation.report_page import page
from dltemplates.project.record_sections import (
    card_section,
    cost_section,
    data_section,
    settings_section,
)
from dltemplates.project.run_record import RunRecord, read_settings
from dltemplates.project.training_sections import curves_section, diagnosis_section

WHOLE = {
    "data": {
        "class_names": ["개", "cat"],
        "multi_label": False,
        "splits": {"train": {"texts": 80, "where": "a.csv"}, "test": {"texts": 10}},
        "duplicates": {"train": 3, "train, test": 4},
        "skipped": {"b.png": "empty file"},
        "repairs": ["3 rows sorted"],
        "missing": 12,
    },
    "environment": {
        "cpu": {"cores": 2, "instructions": ["avx2"], "model": "Abacus"},
        "memory_gib": 24.3,
        "gpus": [],
        "precision": "mixed_bfloat16",
        "keras": "3.15",
        "command": ["train", "--name", "a"],
    },
    "run": {"step": "train", "started": "2026-11-23T05:00:00+09:00", "git": {"commit": "abc"}},
    "done": {"training_seconds": 8.0, "best_epoch": 2, "val_accuracy": 0.8},
    "metrics": {"majority_accuracy": 0.5},
}
CONFIG = '[train]\nepochs = 2\noptimizer = "adam"\nlearning_rate = 0.001\n[data]\npath = ""\n'
HISTORY = "epoch,accuracy,loss,val_accuracy,val_loss\n1,0.6,0.6,0.7,0.6\n2,0.9,0.3,0.8,0.5\n"


def write(folder, records):
    for name, value in records.items():
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    (folder / "history.csv").write_text(HISTORY, "utf-8")


def whole_page(folder):
    record = RunRecord.read(folder)
    sections = [
        diagnosis_section(diagnose(record.training())),
        curves_section(record),
        data_section(record),
        settings_section(record, read_settings(folder / "config.toml") | {"data.path": "x"}),
        cost_section(record),
        card_section(record, "text classification", None),
    ]
    return page("Run", "text", sections)


def test_what_was_recorded_is_told(tmp_path):
    write(tmp_path, WHOLE)
    text = whole_page(tmp_path)
    for words in (
        "Leakage: the splits share items",
        "40.0% of test",
        "kept: epoch 2",
        "2: 개, cat",
        "b.png",
        "empty file",
        "3 rows sorted",
        "data.path",
        "8.0 s",
        "20 texts/s",
        "Abacus",
        "24 GiB",
        "mixed_bfloat16 in training, float32 in the finished model",
        "keras 3.15",
        "train --name a",
        "abc",
        "not measured",
        "unknown",
    ):
        assert words in text, words


def odd_records():
    """Every value of every record replaced by something else, two levels deep."""
    odd = [None, 3, -1, True, "x", [], {}, [1, None], {"a": {"b": 1}}, float("inf"), float("nan")]
    for file, record in WHOLE.items():
        for key, value in record.items():
            for other in odd:
                yield WHOLE | {file: record | {key: other}}
            for inner in value if isinstance(value, dict) else ():
                for other in odd:
                    yield WHOLE | {file: record | {key: value | {inner: other}}}


def test_no_odd_record_is_an_error(tmp_path):
    for records in odd_records():
        write(tmp_path, records)
        assert "Model card" in whole_page(tmp_path), records


@pytest.mark.parametrize("name", ["config.toml", "history.csv", "data.json", "done.json"])
@pytest.mark.parametrize("contents", [b"", b"\xff\xfe\0", b"[" * 5000, b'{"a": '])
def test_no_damaged_file_is_an_error(tmp_path, name, contents):
    write(tmp_path, WHOLE)
    (tmp_path / name).write_bytes(contents)
    assert "Model card" in whole_page(tmp_path)


def test_an_empty_folder_is_no_error(tmp_path):
    assert "No curves" in whole_page(tmp_path)


def test_pretraining_is_not_measured_by_its_classes(tmp_path):
    write(tmp_path, WHOLE | {"run": {"step": "pretrain"}})
    assert RunRecord.read(tmp_path).training().ignorant_loss is None
