"""Characters as rows of an embedding."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from dltemplates.layers.portable_ops import searchsorted

_LAST = 0x10FFFF


@keras.saving.register_keras_serializable(package="dltemplates")
class CodePointLookup(keras.layers.Layer):
    """Numbers the characters of a vocabulary: 0 padding, 1 unknown, then in the order given.

    Args:
        vocabulary: The characters, as a string or as Unicode code points; no two alike.

    Input shape:
        Any; Unicode code points, 0 for padding.

    Output shape:
        The same, int32 in [0, len(vocabulary) + 2).

    Raises:
        ValueError: On an empty vocabulary, a repeated character, or one that is no code point.
    """

    def __init__(self, vocabulary: str | Sequence[int], **kwargs) -> None:
        super().__init__(autocast=False, **kwargs)  # bfloat16 cannot hold code points
        codes = [ord(item) if isinstance(item, str) else int(item) for item in vocabulary]
        if not codes:
            raise ValueError("Expected `vocabulary` of at least one character.")
        if len(set(codes)) < len(codes):
            repeated = next(code for code in codes if codes.count(code) > 1)
            raise ValueError(
                f"Expected `vocabulary` of distinct characters, received {chr(repeated)!r} twice."
            )
        if min(codes) < 1 or max(codes) > _LAST:
            raise ValueError(
                f"Expected `vocabulary` of code points from 1 to {_LAST}, "
                f"received {min(codes)} to {max(codes)}."
            )
        self.vocabulary = "".join(map(chr, codes))
        order = np.argsort(codes)
        self._codes = np.array(codes, "int32")[order]
        self._numbers = (order + 2).astype("int32")

    @property
    def vocabulary_size(self) -> int:
        """Rows that an embedding of the answer needs: the characters, padding and unknown."""
        return len(self.vocabulary) + 2

    def call(self, inputs):
        codes = ops.cast(inputs, "int32")
        known = ops.convert_to_tensor(self._codes)
        places = ops.reshape(searchsorted(known, ops.reshape(codes, (-1,))), ops.shape(codes))
        places = ops.minimum(places, len(self._codes) - 1)
        numbers = ops.take(ops.convert_to_tensor(self._numbers), places)
        numbers = ops.where(ops.take(known, places) == codes, numbers, 1)
        return ops.where(codes == 0, 0, numbers)

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs.shape, "int32")

    def get_config(self) -> dict:
        return {**super().get_config(), "vocabulary": self.vocabulary}
