"""Answers from an exported model, in a process that has its runtime and nothing of ours.

`dltemplates.export.runtime` runs
`python -E -P runtime_child.py RUNTIME MODEL REQUESTS ANSWERS PACKAGE`. RUNTIME is `savedmodel`,
`onnx` or `litert`, PACKAGE what our own code is in. REQUESTS is a pickle of `calls`, a list of
`(signature, {input: array})`, and of `repeats`, how often each is timed; ANSWERS becomes one of
`answers`, a list of `{output: array}`, and of `seconds`, the median of each call's times.
"""

import os
import pickle
import statistics
import sys
import time

_KERAS = ("keras", "tf_keras")
_HIDDEN = {
    "savedmodel": _KERAS,
    "onnx": (*_KERAS, "tensorflow"),
    "litert": (*_KERAS, "tensorflow"),
}


class _Without:
    """An import finder that does not see some packages, as on a server or a phone."""

    def __init__(self, finder, hidden) -> None:
        self.finder, self.hidden = finder, hidden

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.hidden:
            return None
        return self.finder.find_spec(name, path, target)


def hide(*packages: str) -> None:
    sys.meta_path[:] = [_Without(finder, packages) for finder in sys.meta_path]


class _SavedModel:
    def __init__(self, path: str) -> None:
        import tensorflow as tf

        self.tensor = tf.constant
        self.loaded = tf.saved_model.load(path)

    def answer(self, signature: str, inputs: dict) -> dict:
        tensors = {name: self.tensor(value) for name, value in inputs.items()}
        outputs = self.loaded.signatures[signature](**tensors)
        return {name: tensor.numpy() for name, tensor in outputs.items()}


class _Onnx:
    def __init__(self, path: str) -> None:
        import onnxruntime

        onnxruntime.set_default_logger_severity(3)
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        self.names = [output.name for output in self.session.get_outputs()]

    def answer(self, signature: str, inputs: dict) -> dict:
        return dict(zip(self.names, self.session.run(None, inputs), strict=True))


class _LiteRT:
    """One item after the other: these models have a batch of one."""

    def __init__(self, path: str) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(path, num_threads=os.cpu_count())
        self.run = self.interpreter.get_signature_runner()

    def answer(self, signature: str, inputs: dict) -> dict:
        import numpy as np

        count = len(next(iter(inputs.values())))
        items = [
            self.run(**{name: value[item : item + 1] for name, value in inputs.items()})
            for item in range(count)
        ]
        return {name: np.concatenate([item[name] for item in items]) for name in items[0]}


_RUNTIMES: dict = {"savedmodel": _SavedModel, "onnx": _Onnx, "litert": _LiteRT}


def main(runtime: str, model: str, requests: str, answers: str, package: str) -> None:
    hide(*_HIDDEN[runtime], package)
    loaded = _RUNTIMES[runtime](model)
    with open(requests, "rb") as file:
        asked = pickle.load(file)
    answered = [loaded.answer(*call) for call in asked["calls"]]
    seconds = [_time(loaded, call, asked["repeats"]) for call in asked["calls"]]
    with open(answers, "wb") as file:
        pickle.dump({"answers": answered, "seconds": seconds}, file)


def _time(loaded, call: tuple, repeats: int) -> float:
    """The median of `repeats` calls, in seconds; 0 of none."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        loaded.answer(*call)
        times.append(time.perf_counter() - start)
    return statistics.median(times) if times else 0.0


if __name__ == "__main__":
    main(*sys.argv[1:])
