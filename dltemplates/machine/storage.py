"""Memory and disks: how much there is, and how much is free."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED = 2**60  # version 1 of control groups says no limit with a number of this order

_UNKNOWN = 4 * 2**30


@dataclass(frozen=True)
class Memory:
    """Bytes of main memory.

    Attributes:
        total: Of the machine.
        available: What processes may still take, within the container's limit.
        limit: What the container allows; None if it does not limit it.
    """

    total: int
    available: int
    limit: int | None


def read_memory(meminfo: Path = Path("/proc/meminfo"), cgroup: Path = _CGROUP) -> Memory | None:
    """Memory as Linux tells it; None elsewhere."""
    try:
        lines = meminfo.read_text().splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if ":" in line}
        total, available = sizes["MemTotal"], sizes["MemAvailable"]
    except (OSError, ValueError, IndexError, KeyError):
        return None
    for limit_name, used_name in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            limit = int((cgroup / limit_name).read_text())
            used = int((cgroup / used_name).read_text())
        except (OSError, ValueError):  # there is none, or it says max
            continue
        if limit < min(total, _UNLIMITED):
            return Memory(total, max(0, min(available, limit - used)), limit)
    return Memory(total, available, None)


def available_memory() -> int:
    """Bytes that this process may still take; 4 GiB where the system does not say."""
    memory = read_memory()
    return _UNKNOWN if memory is None else memory.available


def free_space(folder: Path) -> int | None:
    """Bytes that can be written to a folder; None if it cannot be written to at all."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return shutil.disk_usage(folder).free
    except OSError:
        return None


def temporary_folder() -> Path:
    """Where temporary files would go; of no use if `free_space` says so."""
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return Path(os.environ.get("TMPDIR", "/tmp"))
