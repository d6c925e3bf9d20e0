"""Answers from a SavedModel, in a process that can import neither Keras nor dltemplates.

`dltemplates.export.parity` runs `python -E -P parity_child.py EXPORT REQUESTS ANSWERS`. Requests
are a pickled list of `(signature, {input: array})`, answers one of `{output: array}`.
"""

import pickle
import sys


class _WithoutKeras:
    """An import finder that does not see Keras or dltemplates, as on a server."""

    hidden = ("keras", "tf_keras", "dltemplates")

    def __init__(self, finder) -> None:
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.hidden:
            return None
        return self.finder.find_spec(name, path, target)


def main(export: str, requests_path: str, answers_path: str) -> None:
    sys.meta_path[:] = [_WithoutKeras(finder) for finder in sys.meta_path]
    import tensorflow as tf

    loaded = tf.saved_model.load(export)
    with open(requests_path, "rb") as file:
        requests = pickle.load(file)
    answers = []
    for signature, inputs in requests:
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        outputs = loaded.signatures[signature](**tensors)
        answers.append({name: tensor.numpy() for name, tensor in outputs.items()})
    with open(answers_path, "wb") as file:
        pickle.dump(answers, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
