import json
import sys

import pytest

from dltemplates.machine import checks
from dltemplates.machine.check import Check, lines, stops_training
from dltemplates.machine.requirements import Requirement
from dltemplates.machine.storage import Memory

GIB = 2**30
ANSWER = {
    "tensorflow": "2.21.0",
    "keras": "3.15.1",
    "backend": "tensorflow",
    "image_data_format": "channels_last",
    "gpus": [],
    "built_with_cuda": False,
    "seconds": 3.0,
}


def test_python():
    assert checks.check_python("3.11.7", ">=3.11").state == "ok"
    wrong = checks.check_python("3.9.1", ">=3.11")
    assert (wrong.state, wrong.found) == ("wrong", "3.9.1; needed is >=3.11")


def test_packages():
    met, unmet = Requirement("click", ">=8", ""), Requirement("click", ">=99", "")
    assert [check.state for check in checks.check_packages([met])] == ["ok", "ok"]
    ours, theirs = checks.check_packages([met, unmet, Requirement("no-such", "", "more")])
    assert (ours.state, theirs.state, theirs.subject) == ("ok", "wrong", "click")
    assert theirs.mend == 'python -m pip install "click>=99"'
    assert checks.check_packages([])[0].state == "note"


def test_extras():
    there, absent = checks.check_extras(
        [Requirement("click", "", "a"), Requirement("no-such", "", "b"), Requirement("x", "", "")]
    )
    assert (there.state, absent.state) == ("ok", "note")
    assert absent.mend == 'python -m pip install "dltemplates[b]"'


def test_tensorflow_and_keras(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert [check.state for check in checks.check_tensorflow(ANSWER, "")] == ["ok"] * 3
    (broken,) = checks.check_tensorflow(None, "ImportError: no libfoo")
    assert broken.state == "wrong" and "libfoo" in broken.found
    (old,) = checks.check_tensorflow(None, "it was ended by signal 4 while it loaded")
    assert "AVX" in old.mend
    jax = checks.check_tensorflow({**ANSWER, "backend": "jax"}, "")[1]
    assert jax.state == "wrong" and "keras.json" in jax.mend
    first = checks.check_tensorflow({**ANSWER, "image_data_format": "channels_first"}, "")[1]
    assert first.state == "wrong" and "channels_last" in first.mend
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    (absent,) = checks.check_tensorflow(None, "No module named 'jax'")
    assert absent.found == "it is set to the backend jax"
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    (absent,) = checks.check_tensorflow(None, "No module named 'torch'")
    assert absent.mend == "export KERAS_BACKEND=tensorflow"


def test_a_tensorflow_that_fails_or_hangs_is_said(monkeypatch, tmp_path):
    program = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(program))
    assert "no Python process" in checks.ask_tensorflow(5)[1]
    for script, expected in {
        "echo 'ImportError: no libfoo' >&2; exit 1": "ImportError: no libfoo",
        "kill -4 $$": "it was ended by signal 4 while it loaded",
        "exec sleep 60": "it did not load within 1 seconds",
        "echo nonsense": "it ended with 0",
    }.items():
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        assert checks.ask_tensorflow(1) == (None, expected)
    program.write_text("#!/bin/sh\necho 'a line of a library'; echo '{\"keras\": 1}'\n")
    assert checks.ask_tensorflow(5) == ({"keras": 1}, "")


def test_gpus(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert checks.check_gpus(["H200"], True, True).found == "H200"
    assert checks.check_gpus([], False, False).state == "ok"
    unseen = checks.check_gpus([], False, True)
    assert unseen.state == "note" and "and-cuda" in unseen.mend and "CPUs only" in unseen.found
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert checks.check_gpus([], True, True).mend == "unset CUDA_VISIBLE_DEVICES"


def test_instructions(monkeypatch):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert "in bfloat16" in checks.check_instructions({"avx2", "avx512_bf16"}).found
    assert "is float32" in checks.check_instructions({"avx2"}).found
    assert checks.check_instructions({"sse"}).state == "wrong"
    assert checks.check_instructions(set()).state == "ok"
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    assert checks.check_instructions({"avx2"}).state == "note"


@pytest.mark.parametrize(
    ("cores", "state"), [((4, 4, None), "ok"), ((64, 2, None), "note"), ((4, 4, 1.5), "note")]
)
def test_cores(cores, state):
    assert checks.check_cores(*cores).state == state


@pytest.mark.parametrize(
    ("available", "state"), [(8 * GIB, "ok"), (2 * GIB, "note"), (GIB // 2, "wrong")]
)
def test_memory(available, state):
    assert checks.check_memory(Memory(16 * GIB, available, 8 * GIB)).state == state
    assert checks.check_memory(None).state == "ok"


@pytest.mark.parametrize(
    ("free", "state"), [(10**11, "ok"), (10**9, "note"), (10**6, "wrong"), (None, "wrong")]
)
def test_space(monkeypatch, tmp_path, free, state):
    monkeypatch.setattr(checks, "free_space", lambda folder: free)
    assert checks.check_space("disk", tmp_path).state == state


def test_encoding():
    assert checks.check_encoding("UTF-8", "utf-8").state == "ok"
    assert "PYTHONUTF8" in checks.check_encoding("ANSI_X3.4-1968", "ascii").mend


def test_lines_say_what_mends():
    found = [Check("Python", "ok", "3.11"), Check("Keras", "wrong", "set to jax", "a\nb")]
    assert lines(found) == [
        "ok     Python  3.11",
        "WRONG  Keras   set to jax",
        "               → a",
        "               → b",
    ]
    assert stops_training(found)
    assert not stops_training(found[:1])
