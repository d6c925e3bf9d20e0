"""What a portable model is proven on."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from dltemplates.export.parity import Request
from dltemplates.export.portable_model import PortableModel

Inputs = Mapping[str, np.ndarray]
SIZES = (1, 3, 64)


def repeated(inputs: Inputs, count: int) -> dict[str, np.ndarray]:
    """`count` items, the given ones again and again."""
    return {
        name: np.take(values, np.arange(count) % len(values), axis=0)
        for name, values in inputs.items()
    }


def portable_requests(
    portable: PortableModel,
    inputs: Inputs,
    edges: Mapping[str, Inputs],
    units: Callable[[dict[str, np.ndarray]], Mapping[str, np.ndarray]] = lambda answer: {},
    unproven: Callable[[dict[str, np.ndarray]], Iterable[str]] = lambda answer: (),
) -> list[Request]:
    """Batches of one, three and 64 items, and edge cases.

    Args:
        portable: The model, which gives the expected answers by Keras.
        inputs: Real items, a row each.
        edges: Unusual ones, by what they are.
        units: From an answer to what differences of its outputs are measured in.
        unproven: From an answer to its outputs that a last bit decides.
    """
    batches = {f"{size} real": repeated(inputs, size) for size in SIZES}
    requests = []
    for case, batch in {**batches, **edges}.items():
        given = dict(batch) if len(batch) > 1 else next(iter(batch.values()))
        answer = portable.model(given, training=False)
        expected = {name: np.asarray(value) for name, value in answer.items()}
        scale = dict(units(expected))
        for name in unproven(expected):
            del expected[name]
        request = Request("serving_default", dict(batch), expected, scale, case, case in batches)
        requests.append(request)
    return requests
