"""Operations that LiteRT or ONNX lack, spelled with those that they have.

Our layers call these functions. Within `portable_ops()`, in which an export for another format is
traced, they are made of gathers, comparisons and arithmetic; elsewhere they are `keras.ops`, which
are faster. Both give the same numbers, but for the last bits of `log1p`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from keras import ops

_portable = ContextVar("portable", default=False)


@contextmanager
def portable_ops() -> Iterator[None]:
    """Within it, layers are traced with operations that every format has."""
    token = _portable.set(True)
    try:
        yield
    finally:
        _portable.reset(token)


def searchsorted(known, values, side: Literal["left", "right"] = "left"):
    """Where `values`, of rank 1, would stand among `known`, which increases: int32."""
    if not _portable.get():
        return ops.cast(ops.searchsorted(known, values, side=side), "int32")
    size = known.shape[0]
    places = ops.zeros_like(values, dtype="int32")
    step = 1 << (size.bit_length() - 1)
    while step:  # a binary search of all values at once
        further = places + step
        last = ops.take(known, ops.minimum(further, size) - 1)
        before = last < values if side == "left" else last <= values
        places = ops.where(ops.logical_and(before, further <= size), further, places)
        step //= 2
    return places


def low_bits(values, bits: int):
    """The lowest `bits` of 32-bit integers, at most 31 of them; the others become 0."""
    if not _portable.get():
        return ops.bitwise_and(values, 2**bits - 1)
    if bits == 31:  # 2**31 is no divisor that 32 bits can hold
        return ops.where(values < 0, values - ops.cast(-(2**31), values.dtype), values)
    return ops.mod(values, 2**bits)


def log1p(values):
    """log(1 + values), exact also where they are small."""
    if not _portable.get():
        return ops.log1p(values)
    total = 1.0 + values
    small = total == 1.0
    # What rounding did to the sum, it did to its logarithm too (Kahan).
    ratio = ops.log(total) / ops.where(small, 1.0, total - 1.0)
    return ops.where(small, values, values * ratio)
