"""Executes the cells of projects' notebooks in order, as Jupyter does, in one process.

`python notebook_cells.py FOLDER` for every folder in it: a project, and `settings.json` beside its
notebook with what to set.
"""

import json
import os
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")


def execute(project: Path) -> None:
    os.chdir(project)
    sys.path.insert(0, str(project))
    settings = json.loads((project / "settings.json").read_text("utf-8"))
    notebook = json.loads((project / "notebook.ipynb").read_text("utf-8"))
    namespace: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            if cell["id"] == "settings":
                assert "SETTINGS = []" in source
                source = source.replace("SETTINGS = []", f"SETTINGS = {settings!r}")
            exec(compile(source, f"{project.name}: {cell['id']}", "exec"), namespace)
    sys.path.remove(str(project))


for folder in sorted(Path(sys.argv[1]).resolve().iterdir()):
    execute(folder)
