"""How much memory there is."""

from pathlib import Path


def available_memory() -> int:
    """Bytes that this process may still take, as far as the system says."""
    free = 4 * 2**30
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvail"))
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        return free if limit == "max" else min(free, int(limit) - used)
    except (OSError, StopIteration, ValueError):
        return free
