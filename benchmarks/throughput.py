"""Images a second in training: our pipeline, plain Keras, and native PyTorch, on one network.

Every contender is a process of its own, and they take turns. The network is that of
`cnn-classifier` at its defaults (1.17 M parameters, 32 by 32 pixels, batches of 256), the optimizer
Nesterov SGD for all.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.measuring import show, side_by_side

CONTENDERS = {
    "plain Keras (float32, model.fit)": "keras_plain",
    "dltemplates (model.fit)": "ours_fit",
    "dltemplates, bare compiled step": "ours_step",
    "dltemplates with Muon (model.fit)": "ours_muon",
    "PyTorch eager (bf16, channels last)": "torch_eager",
    "PyTorch compiled (bf16, channels last)": "torch_compiled",
}
SCRIPTS = {"keras": "keras_plain.py", "ours": "ours.py", "torch": "torch_native.py"}


@click.command("throughput")
@click.option("--rounds", default=3, show_default=True)
@click.option("--torch-python", help="A Python that has PyTorch; default: this one, if it has.")
@click.option("--compiled/--no-compiled", default=True, help="Measure torch.compile as well.")
def throughput(rounds: int, torch_python: str | None, compiled: bool) -> None:
    """Images a second of each contender, in turns."""
    pythons = dict.fromkeys(CONTENDERS, sys.executable)
    for name, contender in CONTENDERS.items():
        if contender.startswith("torch"):
            pythons[name] = torch_python or (sys.executable if find_spec("torch") else "")
        if contender == "torch_compiled" and not compiled:
            pythons[name] = ""
    measures = {
        name: (lambda name=name: _measure(pythons[name], CONTENDERS[name]))
        for name in CONTENDERS
        if pythons[name]
    }
    results = side_by_side(measures, rounds)
    show(results, next(iter(results)), "images/s")
    torch = "PyTorch eager (bf16, channels last)"
    if torch in results:
        show(results, torch, "images/s")


def _measure(python: str, contender: str) -> float:
    script = Path(__file__).with_name("contenders") / SCRIPTS[contender.split("_")[0]]
    child = subprocess.run(
        [python, str(script), contender], check=True, capture_output=True, text=True
    )
    return json.loads(child.stdout.splitlines()[-1])["images_per_second"]
