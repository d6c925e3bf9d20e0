"""Numbers for n-grams of tokens, without a vocabulary."""

from keras import ops

from dltemplates.layers.portable_ops import low_bits

# Odd multipliers of MurmurHash3 and of its finaliser, as signed 32-bit integers.
_TOKEN = 0xCC9E2D51 - 2**32
_STEP = 0x1B873593
_FIRST = 0x85EBCA6B - 2**32
_SECOND = 0xC2B2AE35 - 2**32


def hashed_ngrams(tokens, order: int, buckets: int, seed: int = 0):
    """Numbers the n-gram that starts at each position.

    The numbers are part of every saved model that uses them: they are the same on every backend,
    and never change.

    Args:
        tokens: `(batch, length)`, integers below 2**31; 0 is padding and stands at the end.
        order: Tokens of an n-gram, at least 1.
        buckets: One more than the largest number, at least 2.
        seed: Another seed numbers the same n-grams otherwise.

    Returns:
        `(batch, length)`, int32 in [1, buckets); 0 where the n-gram would run past the text.

    Raises:
        ValueError: On an order below 1 or fewer than 2 buckets.

    Reference:
        Weinberger et al., 2009, "Feature Hashing for Large Scale Multitask Learning"
        (https://arxiv.org/abs/0902.2206); the arithmetic is that of MurmurHash3 (Appleby, 2011).
    """
    check_hashing((order,), buckets)
    tokens = ops.cast(tokens, "int32")
    codes = ops.pad(_scrambled(tokens), ((0, 0), (0, order - 1)))
    state = _wrapped((seed + 1) * 0x9E3779B9)
    for place in range(order):
        code = codes[:, place : place - order + 1 or None]
        state = code + state if place == 0 else code + state * _STEP
    numbers = low_bits(_finalised(state), 31) % (buckets - 1) + 1
    last = ops.pad(tokens, ((0, 0), (0, order - 1)))[:, order - 1 :]
    return ops.where(last == 0, 0, numbers)


def check_hashing(orders, buckets: int) -> None:
    """Raises `ValueError` unless there are orders, all at least 1, distinct, and 2 buckets."""
    if not orders or min(orders) < 1 or len(set(orders)) < len(orders):
        raise ValueError(
            f"Expected distinct orders of n-grams, each at least 1, received {tuple(orders)}."
        )
    if not 2 <= buckets < 2**31:
        raise ValueError(f"Expected `buckets` in [2, 2**31), received {buckets}.")


def _scrambled(tokens):
    """Spreads small integers over 32 bits, so that sums of them rarely meet."""
    codes = tokens * _TOKEN
    return ops.bitwise_xor(codes, _shifted(codes, 15))


def _finalised(state):
    """The finaliser of MurmurHash3: every bit of the answer depends on every bit of `state`."""
    state = ops.bitwise_xor(state, _shifted(state, 16)) * _FIRST
    state = ops.bitwise_xor(state, _shifted(state, 13)) * _SECOND
    return ops.bitwise_xor(state, _shifted(state, 16))


def _shifted(values, bits: int):
    """Shifts right with zeros from the left; signed integers shift in copies of their sign."""
    return low_bits(ops.bitwise_right_shift(values, bits), 32 - bits)


def _wrapped(value: int) -> int:
    """A Python integer as 32 signed bits hold it."""
    return (value + 2**31) % 2**32 - 2**31
