"""Korean syllables as the letters they are written with."""

import keras
from keras import ops

_FIRST = 0xAC00  # 가
_SYLLABLES = 11_172
_VOWELS = 21
_TAILS = 28


@keras.saving.register_keras_serializable(package="dltemplates")
class HangulDecomposition(keras.layers.Layer):
    """Splits Hangul syllables into lead, vowel and tail, by arithmetic.

    Embed the three and add them up, and syllables that share a letter share a vector: 했 and 헀 are
    then neighbours, and no syllable is unknown. Letters that stand alone, such as ㅋ, are no
    syllables.

    Input shape:
        Any, `(...)`; Unicode code points.

    Output shape:
        `(..., 3)`, int32: lead in [1, 19], vowel in [1, 21], tail in [1, 28], where tail 1 is none;
        zeros for whatever is no Hangul syllable.

    Reference:
        The Unicode Standard, section 3.12, "Conjoining Jamo Behavior"; as features of a network in
        Stratos, 2017, "A Sub-Character Architecture for Korean Language Processing"
        (https://arxiv.org/abs/1707.06341).
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(autocast=False, **kwargs)  # bfloat16 cannot hold code points

    def call(self, inputs):
        places = ops.cast(inputs, "int32") - _FIRST
        syllable = ops.logical_and(places >= 0, places < _SYLLABLES)
        places = ops.where(syllable, places, 0)
        letters = ops.stack(
            [
                places // (_VOWELS * _TAILS),
                places // _TAILS % _VOWELS,
                places % _TAILS,
            ],
            axis=-1,
        )
        return ops.where(syllable[..., None], letters + 1, 0)

    def compute_output_shape(self, input_shape):
        return (*input_shape, 3)

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), "int32")
