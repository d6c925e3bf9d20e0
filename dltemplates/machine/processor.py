"""The processor: instruction sets, and how much of it this process may use."""

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def cpu_flags(path: Path = Path("/proc/cpuinfo")) -> set[str]:
    """Instruction sets of this CPU, as Linux names them; empty where they cannot be read."""
    return set(_cpu_line("flags", path).split())


def cpu_model(path: Path = Path("/proc/cpuinfo")) -> str:
    """The name of this CPU, as Linux gives it; empty where it cannot be read."""
    return _cpu_line("model name", path)


def _cpu_line(name: str, path: Path) -> str:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def usable_cores() -> int:
    """Cores that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def core_limit(cgroup: Path = _CGROUP) -> float | None:
    """Cores' worth of time that a container allows; None if it does not limit it."""
    try:
        quota, period = (cgroup / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        pass
    try:  # version 1 of control groups
        quota, period = ((cgroup / f"cpu/cpu.cfs_{n}_us").read_text() for n in ("quota", "period"))
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError):
        return None
