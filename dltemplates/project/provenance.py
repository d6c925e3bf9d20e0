"""What a run was made by, in words; empty where the run does not tell."""

from dltemplates.training.run_records import RunRecord

_VERSIONS = ("dltemplates", "tensorflow", "keras", "python")


def command_of(run: RunRecord) -> str:
    """What was typed."""
    words = run.made.get("command") or run.environment.get("command")
    return " ".join(map(str, words)) if isinstance(words, list) else ""


def commit_of(run: RunRecord, digits: int | None = None) -> str:
    """The project's commit, cut to so many digits, and whether files had changed since."""
    git = run.made.get("git")
    if not isinstance(git, dict) or not git.get("commit"):
        return ""
    changed = ", with changes that were not committed" if git.get("dirty") else ""
    return f"{str(git['commit'])[:digits]}{changed}"


def versions_of(run: RunRecord) -> str:
    known = run.environment
    return ", ".join(f"{name} {known[name]}" for name in _VERSIONS if known.get(name))


def cpu_of(run: RunRecord) -> str:
    """The processor: its model, cores and instructions."""
    cpu = run.environment.get("cpu")
    if not isinstance(cpu, dict):
        return ""
    instructions = cpu.get("instructions")
    parts = [cpu.get("model"), f"{cpu['cores']} cores" if cpu.get("cores") else None]
    parts.append(" ".join(map(str, instructions)) if isinstance(instructions, list) else None)
    return ", ".join(str(part) for part in parts if part)


def gpus_of(run: RunRecord) -> str:
    gpus = run.environment.get("gpus")
    return ", ".join(map(str, gpus)) if isinstance(gpus, list) else ""
