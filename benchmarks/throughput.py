"""Items a second in training: our pipeline, plain Keras, and native PyTorch, on one network.

Every contender is a process of its own, and they take turns. Of images the network is that of
`cnn-classifier` at its defaults (1.17 M parameters, 32 by 32 pixels, batches of 256), the optimizer
Nesterov SGD for all but one; of series that of `lstm-forecaster` at its defaults, with AdamW; of
anomalies that of `autoencoder-anomaly` at its defaults, with Adam, for eight sensors; of texts that
of `transformer-classifier` at its defaults, with AdamW, on Korean reviews. How fast the third
scores a log of 100,000 rows is measured too, and how fast the exported fourth answers.

Texts are counted against CPU time, the others against the clock: pin it to one core.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.measuring import show, side_by_side

CONTENDERS = {
    "images": {
        "plain Keras (float32, model.fit)": "keras_plain",
        "dltemplates (model.fit)": "ours_fit",
        "dltemplates, bare compiled step": "ours_step",
        "dltemplates with Muon (model.fit)": "ours_muon",
        "PyTorch eager (bf16, channels last)": "torch_eager",
        "PyTorch compiled (bf16, channels last)": "torch_compiled",
    },
    "series": {
        "plain Keras (model.fit)": "series-keras_plain",
        "dltemplates (model.fit)": "series-ours_fit",
        "PyTorch eager": "series-torch_eager",
        "PyTorch compiled": "series-torch_compiled",
    },
    "anomaly": {
        "plain Keras (model.fit)": "anomaly-keras_plain",
        "dltemplates (model.fit)": "anomaly-ours_fit",
        "PyTorch eager": "anomaly-torch_eager",
        "PyTorch compiled": "anomaly-torch_compiled",
    },
    "text": {
        "plain Keras (float32, model.fit)": "text-keras_plain",
        "dltemplates (model.fit)": "text-ours_fit",
        "dltemplates, float32": "text-ours_float32",
        "PyTorch eager (float32)": "text-torch_eager",
        "PyTorch eager, bfloat16": "text-torch_bf16",
    },
}
# What scores, where that is measured too.
SCORING = {
    "anomaly": {
        "bare network (predict, windows in memory)": "anomaly-ours_bare",
        "exported SavedModel, the log at once": "anomaly-ours_export",
        "exported SavedModel, as `predict` asks it": "anomaly-ours_judge",
    },
}
SCRIPTS = {
    "keras": "keras_plain.py",
    "ours": "ours.py",
    "torch": "torch_native.py",
    "series-keras": "series_keras.py",
    "series-ours": "series_ours.py",
    "series-torch": "series_torch.py",
    "anomaly-keras": "anomaly_keras.py",
    "anomaly-ours": "anomaly_ours.py",
    "anomaly-torch": "anomaly_torch.py",
    "text-keras": "text_keras.py",
    "text-ours": "text_ours.py",
    "text-torch": "text_torch.py",
}


@click.command("throughput")
@click.argument("kind", type=click.Choice(list(CONTENDERS)), default="images")
@click.option("--rounds", default=3, show_default=True)
@click.option("--torch-python", help="A Python that has PyTorch; default: this one, if it has.")
@click.option("--compiled/--no-compiled", default=True, help="Measure torch.compile as well.")
def throughput(kind: str, rounds: int, torch_python: str | None, compiled: bool) -> None:
    """Items a second of each contender, in turns: images, windows or texts."""
    _compare(CONTENDERS[kind], rounds, torch_python, compiled)
    if kind in SCORING:
        _compare(SCORING[kind], rounds, torch_python, compiled)
    if kind == "text":
        answer = _answer(sys.executable, "text-ours_export")
        print("\n| | |\n| --- | --- |")
        for name, value in answer.items():
            print(f"| {name} | {value:.3g} |")


def _compare(
    contenders: dict[str, str], rounds: int, torch_python: str | None, compiled: bool
) -> None:
    pythons = dict.fromkeys(contenders, sys.executable)
    for name, contender in contenders.items():
        if "torch" in contender:
            pythons[name] = torch_python or (sys.executable if find_spec("torch") else "")
        if contender.endswith("torch_compiled") and not compiled:
            pythons[name] = ""
    measures = {
        name: (lambda name=name: _measure(pythons[name], contenders[name]))
        for name in contenders
        if pythons[name]
    }
    results = side_by_side(measures, rounds)
    for reference in results:
        if reference.startswith(("plain Keras", "PyTorch eager", "bare network")):
            show(results, reference, "items/s")


def _measure(python: str, contender: str) -> float:
    return _answer(python, contender)["items_per_second"]


def _answer(python: str, contender: str) -> dict[str, float]:
    script = Path(__file__).with_name("contenders") / SCRIPTS[contender.split("_")[0]]
    child = subprocess.run(
        [python, str(script), contender], check=True, capture_output=True, text=True
    )
    return json.loads(child.stdout.splitlines()[-1])
