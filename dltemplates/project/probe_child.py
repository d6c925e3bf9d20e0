"""A process of its own that measures a project's training once and says what it found, as JSON.

    python -m dltemplates.project.probe_child PACKAGE STEP RUNS CONFIG [KEY=VALUE ...]

In a fresh process nothing is left of another measurement: neither memory nor compiled kernels.
"""

import json
import sys
from pathlib import Path
from typing import Any

from dltemplates.errors import DltemplatesError
from dltemplates.project.commands import Project
from dltemplates.project.config import load_config


def measure(
    package: str, step: str, runs: Path, path: Path, overrides: tuple[str, ...]
) -> dict[str, Any]:
    """Measures `train` or `pretrain` of a project in the current folder."""
    import resource

    project = Project(package, runs)
    config = load_config(project.schema, path, overrides)
    learn = project.function(step, step)
    from dltemplates.training.precision import choose_precision
    from dltemplates.training.step_probe import probe

    wanted = getattr(config.train, "precision", "float32")
    found = probe(learn, config, runs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        **found.as_dict(),
        "precision": choose_precision(wanted),
        "auto_precision": choose_precision("auto"),
        "peak_memory": peak if sys.platform == "darwin" else peak * 1024,
    }


def main(arguments: list[str]) -> int:
    """Prints what was measured, or `{"error": ...}`: the last line, since a project may print."""
    package, step, runs, path, *overrides = arguments
    try:
        answer = measure(package, step, Path(runs), Path(path), tuple(overrides))
    except Exception as error:
        known: Exception | None = error if isinstance(error, DltemplatesError) else None
        if known is None:
            from dltemplates.training.failures import explain

            known = explain(error, Path(runs))
        if known is None:
            raise
        answer = {"error": str(known)}
    print(f"\n{json.dumps(answer)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
