from pathlib import Path

import pytest

from dltemplates.machine import storage
from dltemplates.machine.processor import core_limit, cpu_flags, usable_cores
from dltemplates.machine.storage import Memory, available_memory, free_space, read_memory

MEMINFO = "MemTotal:       8000 kB\nMemFree:  1 kB\nMemAvailable:   6000 kB\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "expected"), [("150000 100000\n", 1.5), ("max 100000\n", None), ("", None)]
)
def test_core_limit(tmp_path, text, expected):
    assert core_limit(write(tmp_path, cpu_dot_max=text)) == expected


def test_core_limit_of_version_1(tmp_path):
    names = {"cpu__cpu_dot_cfs_quota_us": "50000", "cpu__cpu_dot_cfs_period_us": "100000"}
    assert core_limit(write(tmp_path, **names)) == 0.5
    assert core_limit(write(tmp_path, cpu__cpu_dot_cfs_quota_us="-1")) is None
    assert core_limit(tmp_path / "none") is None
    assert usable_cores() >= 1


def test_flags(tmp_path):
    write(tmp_path, cpuinfo="processor : 0\nflags : fpu avx2 amx_bf16\nflags : fpu\n")
    assert {"avx2", "amx_bf16"} <= cpu_flags(tmp_path / "cpuinfo")
    assert cpu_flags(tmp_path / "none") == set()


def test_memory(tmp_path):
    meminfo = write(tmp_path, meminfo=MEMINFO) / "meminfo"
    assert read_memory(meminfo, tmp_path) == Memory(8_192_000, 6_144_000, None)
    write(tmp_path, memory_dot_max="max\n", memory_dot_current="5")
    assert read_memory(meminfo, tmp_path).limit is None
    write(tmp_path, memory_dot_max="1000000\n", memory_dot_current="400000\n")
    assert read_memory(meminfo, tmp_path) == Memory(8_192_000, 600_000, 1_000_000)
    assert read_memory(tmp_path / "none", tmp_path) is None
    meminfo.write_text("nonsense")
    assert read_memory(meminfo, tmp_path) is None


def test_space(tmp_path):
    assert free_space(tmp_path) > 0
    assert free_space(tmp_path / "none") is None
    assert list(tmp_path.iterdir()) == []


def test_memory_that_is_not_told_is_taken_to_be_some(monkeypatch):
    monkeypatch.setattr(storage, "read_memory", lambda: Memory(8, 5, None))
    assert available_memory() == 5
    monkeypatch.setattr(storage, "read_memory", lambda: None)
    assert available_memory() == 4 * 2**30
