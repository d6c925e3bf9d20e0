"""The SentencePiece model that a text model's tokens are made with, kept inside the model."""

import base64
import binascii

import keras


@keras.saving.register_keras_serializable(package="dltemplates")
class SubwordVocabulary(keras.layers.Layer):
    """Passes tokens through, and keeps the SentencePiece model that makes them.

    TensorFlow has no operation for SentencePiece, so whoever asks a model makes the tokens: with
    `dltemplates.data.subwords.SubwordEncoder`, or with SentencePiece alone. This layer sees to it
    that the model cannot be separated from the pieces it was trained on.

    Args:
        model_base64: The SentencePiece model file, in base64. In it 0 is padding and 1 unknown.
        max_length: Tokens that the encoder keeps of a text, from its beginning.

    Input and output shape:
        `(batch, length)`, int32, unchanged.

    Raises:
        ValueError: `model_base64` is no base64 or empty, or `max_length` is below 1.

    Reference:
        Kudo and Richardson, 2018, "SentencePiece: A simple and language independent subword
        tokenizer and detokenizer for Neural Text Processing" (https://arxiv.org/abs/1808.06226).
    """

    tokenisation = "subword"

    def __init__(self, model_base64: str, max_length: int, **kwargs) -> None:
        super().__init__(autocast=False, **kwargs)
        try:
            self.sentencepiece_model = base64.b64decode(model_base64, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(
                "Expected `model_base64` in base64, received something else."
            ) from None
        if not self.sentencepiece_model:
            raise ValueError("Expected a SentencePiece model, received nothing.")
        if max_length < 1:
            raise ValueError(f"Expected `max_length` of at least 1, received {max_length}.")
        self.max_length = int(max_length)
        self.supports_masking = True

    def call(self, inputs):
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "model_base64": base64.b64encode(self.sentencepiece_model).decode("ascii"),
            "max_length": self.max_length,
        }
