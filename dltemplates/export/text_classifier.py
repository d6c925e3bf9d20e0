"""The signatures of an exported text classifier."""

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.subwords import SubwordEncoder
from dltemplates.data.text_batches import evaluation_batches
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.errors import ExportError
from dltemplates.evaluation.logit_blend import fit_blend
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.savedmodel import CLASSIFY, example_spec
from dltemplates.layers import (
    ClassLabels,
    FirstTokens,
    LogitBlend,
    NGramLinear,
    NormalizedText,
    SubwordVocabulary,
    WordTokens,
)
from dltemplates.training.start import PRETRAINED

KIND = "text classifier"
TOP_K = 5
TEXT, TOKENS, PROBABILITIES = "text", "tokens", "probabilities"
# Tokens that are answered at once, padding among them: a long text pads all that are with it, and
# each piece has a cost of its own.
_PIECE = 1_500
_MOST = 128  # texts of a piece
_TOKENS_OUTSIDE = {
    "character": "a text's Unicode code points, its Hangul composed and its ends stripped",
    "byte": "each byte of a text's UTF-8 + 1, its Hangul composed and its ends stripped",
    "word": "of the words between white space each one's place in `vocabulary` + 2, or 1 for one "
    "that is not there",
    "subword": "what SentencePiece makes of it with the model in `sentencepiece_model_base64`",
}
_BATCH = 32  # texts whose logits are blended at once
THRESHOLD = 0.5  # from which probability on a text of several labels has one


def finish_text_classifier(
    network: keras.Model, texts: TokenizedTexts, linear: NGramLinear | None = None
) -> keras.Model:
    """The model to ship: raw texts in, probabilities of named classes out.

    The logits of the parts are weighted so that the log loss on validation is least, see
    `fit_blend`; of the network alone, this makes its probabilities honest (Guo et al., 2017,
    https://arxiv.org/abs/1706.04599).

    Args:
        network: From tokens `(batch, length)` to logits `(batch, classes)`.
        texts: What it was trained on.
        linear: A fitted linear model of the same tokens, which reads all of a text.

    Returns:
        From strings `(batch,)`, or subword tokens `(batch, length)`, to `(batch, classes)`, with
        layers called `tokens`, `first_tokens`, the network's name, `linear`, `blend`,
        `probabilities`, `labels`.
    """
    inputs, tokens = _reading(texts)
    logits = [network(FirstTokens(texts.length, name="first_tokens")(tokens))]
    if linear is not None:
        logits.append(linear(tokens))
    blend = LogitBlend(len(logits), name="blend")
    total = blend(logits)
    blend.set_weights_of(_blend_weights(keras.Model(tokens, logits), texts))
    if texts.data.multi_label:
        probabilities = keras.layers.Activation("sigmoid", name=PROBABILITIES)(total)
    else:
        probabilities = keras.layers.Softmax(name=PROBABILITIES)(total)
    return keras.Model(inputs, ClassLabels(texts.class_names, name="labels")(probabilities))


def finish_text_encoder(encoder: keras.Model, texts: TokenizedTexts) -> keras.Model:
    """What pre-training leaves: raw texts in, vectors out, so that its tokens go with it.

    Args:
        encoder: From tokens `(batch, length)` to vectors; called `encoder`.
        texts: What it was trained on.

    Returns:
        From strings `(batch,)`, or subword tokens `(batch, length)`, to what `encoder` gives, with
        layers called `tokens` and `first_tokens`.
    """
    inputs, tokens = _reading(texts)
    vectors = encoder(FirstTokens(texts.length, name="first_tokens")(tokens))
    return keras.Model(inputs, vectors, name=PRETRAINED)


def _reading(texts: TokenizedTexts) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """What a finished model takes, and the tokens that become of it."""
    if isinstance(texts.layer, SubwordVocabulary):
        inputs = keras.Input((None,), dtype="int32", name="subwords")
        return inputs, texts.layer(inputs)
    inputs = keras.Input((), dtype="string", name=TEXT)
    return inputs, texts.layer(NormalizedText(name="normalized")(inputs))


def _blend_weights(parts: keras.Model, texts: TokenizedTexts) -> list[float]:
    validation = texts.data.validation
    if validation is None:
        return [1.0 / len(parts.outputs)] * len(parts.outputs)
    classes = len(texts.class_names)
    batches = evaluation_batches(texts.splits["validation"], validation.labels, classes, _BATCH)
    logits = parts.predict(batches, verbose=0)
    if len(parts.outputs) == 1:  # then Keras returns no list
        logits = [logits]
    return fit_blend(logits, validation.labels, multi_label=texts.data.multi_label).tolist()


def class_names(model: keras.Model) -> list[str]:
    """The names that a finished text classifier carries in its last layer.

    Raises:
        ExportError: The model is no finished text classifier of a project.
    """
    last = model.layers[-1]
    layers = {layer.name for layer in model.layers}
    if not isinstance(last, ClassLabels) or not {TOKENS, PROBABILITIES} <= layers:
        raise ExportError(
            f"This is no finished text classifier: it does not go through layers called {TOKENS} "
            f"and {PROBABILITIES} to ClassLabels, but ends in {last.name!r}.",
            hint="Use a run of the train command of this project.",
        )
    return last.names


def is_multi_label(model: keras.Model) -> bool:
    """Whether a text can have several labels: its probabilities are sigmoids."""
    activation = getattr(model.get_layer(PROBABILITIES), "activation", None)
    return activation is keras.activations.sigmoid


def subword_encoder(model: keras.Model) -> SubwordEncoder | None:
    """What makes the tokens of a model that takes subwords; None of one that takes strings."""
    layer = model.get_layer(TOKENS)
    if not isinstance(layer, SubwordVocabulary):
        return None
    return SubwordEncoder(layer.sentencepiece_model, layer.max_length)


def text_classifier_archive(model: keras.Model, top_k: int = TOP_K) -> keras.export.ExportArchive:
    """Prepares a SavedModel of a finished text classifier.

    Args:
        model: From strings `(batch,)`, or subword tokens `(batch, length)`, through layers called
            `tokens` and `probabilities` to `ClassLabels`.
        top_k: How many of the likeliest classes the answer names.

    Returns:
        An archive with the signatures

        - `serving_default`: `text`, string `(batch,)`, UTF-8. Of a model of subwords `tokens`
          instead, int32 `(batch, length)`: SentencePiece makes them outside the graph;
        - `classify`, of a model of strings: `inputs`, string `(batch,)`, serialized
          `tf.train.Example`s with a feature `text`; it answers `classes` and `scores`,
          `(batch, top_k)`, likeliest first;
        - `metadata`: no input; `kind`, `class_names` `(classes,)` and `tokenisation`, strings,
          `max_length`, int32, in tokens, `multi_label`, bool, and of a model of subwords
          `subword_model`, the bytes of the SentencePiece model.

        The first answers `probabilities` (`(batch, classes)`), `top_labels` and
        `top_probabilities` (`(batch, top_k)`, likeliest first), and `label` (string, `(batch,)`),
        the likeliest. Where a text can have several labels, there is instead `labels` (string,
        `(batch, classes)`): in the order of `class_names`, each name whose probability is at
        least 0.5, and an empty string in the place of the others.
    """
    names, several = class_names(model), is_multi_label(model)
    layer = model.get_layer(TOKENS)
    archive = keras.export.ExportArchive()
    archive.track(model)
    count = min(top_k, len(names))

    def serve(inputs):
        probabilities = in_pieces(model, inputs, len(names))
        labels = tf.constant(names)
        top = tf.math.top_k(probabilities, count)
        answer = {
            "probabilities": probabilities,
            "top_labels": tf.gather(labels, top.indices),
            "top_probabilities": top.values,
        }
        if several:
            answer["labels"] = tf.where(probabilities >= THRESHOLD, labels, "")
        else:
            answer["label"] = tf.gather(labels, top.indices[:, 0])
        return answer

    def metadata():
        about = {
            "kind": tf.constant(KIND),
            "class_names": tf.constant(names),
            "tokenisation": tf.constant(layer.tokenisation),
            "max_length": tf.constant(layer.max_length),
            "multi_label": tf.constant(several),
        }
        if isinstance(layer, SubwordVocabulary):
            about["subword_model"] = tf.constant(layer.sentencepiece_model)
        return about

    def classify(inputs):
        features = {TEXT: tf.io.FixedLenFeature((), tf.string)}
        answered = serve(tf.io.parse_example(inputs, features)[TEXT])
        return {"classes": answered["top_labels"], "scores": answered["top_probabilities"]}

    archive.add_endpoint("serve", serve, [text_spec(model)])
    if not isinstance(layer, SubwordVocabulary):
        archive.add_endpoint(CLASSIFY, classify, [example_spec()])
    archive.add_endpoint("metadata", metadata, [])
    return archive


def in_pieces(model: keras.Model, inputs: tf.Tensor, classes: int) -> tf.Tensor:
    """The model's answers, for texts of like length together: a batch is as long as its longest.

    Args:
        model: A finished text classifier.
        inputs: As `text_spec` says.
        classes: How many there are.
    """
    tokens = model.get_layer(TOKENS)
    if inputs.dtype == tf.string:
        inputs = keras.Model(model.input, tokens.input)(inputs)  # all at once: nothing is padded
        model = keras.Model(tokens.input, model.output)
        unit = "BYTE" if tokens.tokenisation == "byte" else "UTF8_CHAR"
        lengths = tf.strings.length(inputs, unit=unit)
    else:
        lengths = tf.math.count_nonzero(inputs, axis=1, dtype=tf.int32)
    order = tf.argsort(lengths)
    lengths = tf.clip_by_value(tf.gather(lengths, order), 1, tokens.max_length)

    def left(start, number, _):
        return (start < tf.size(order)) | (number == 0)  # none is a piece too

    def answer(start, number, answers):
        longest = lengths[start : start + _MOST]
        padded = tf.range(1, tf.size(longest) + 1) * longest
        end = start + tf.maximum(tf.math.count_nonzero(padded <= _PIECE, dtype=tf.int32), 1)
        texts = tf.gather(inputs, order[start:end])
        if texts.dtype != tf.string:
            texts = texts[:, : tf.maximum(tf.reduce_max(lengths[start:end]), 1)]
        return end, number + 1, answers.write(number, model(texts, training=False))

    answers = tf.TensorArray(
        tf.float32, size=1, dynamic_size=True, element_shape=(None, classes), infer_shape=False
    )
    *_, answers = tf.while_loop(left, answer, (0, 0, answers))
    return tf.gather(answers.concat(), tf.argsort(order))


def expected_probabilities(model: keras.Model, texts: list[bytes]) -> np.ndarray:
    """What the Keras model says of texts, one by one: none can have leaned on its neighbours."""
    encoder = subword_encoder(model)
    answer = tf.function(lambda inputs: model(inputs, training=False), [text_spec(model)])
    rows = []
    for text in texts:
        inputs = tf.constant([text] if encoder is None else encoder([text]))
        rows.append(answer(inputs).numpy()[0])
    return np.stack(rows)


def text_spec(model: keras.Model) -> tf.TensorSpec:
    """What a finished text classifier takes: strings, or subword tokens."""
    if isinstance(model.get_layer(TOKENS), SubwordVocabulary):
        return tf.TensorSpec((None, None), tf.int32, name=TOKENS)
    return tf.TensorSpec((None,), tf.string, name=TEXT)


def portable_text_classifier(model: keras.Model) -> PortableModel:
    """From tokens `(batch, length)`, int32, 0 behind the end of a text, on.

    A format of fixed sizes reads as many tokens as the network does; the linear part then sees no
    more either.
    """
    layer = model.get_layer(TOKENS)
    inputs = keras.Input((None,), dtype="int32", name=TOKENS)
    network = keras.Model(layer.output, model.output)
    longest = model.get_layer("first_tokens").length
    about = {
        "kind": KIND,
        "class_names": class_names(model),
        "multi_label": is_multi_label(model),
        "tokenisation": layer.tokenisation,
        "longest": longest,
    }
    if isinstance(layer, WordTokens):
        about["vocabulary"] = layer.vocabulary
    if isinstance(layer, SubwordVocabulary):
        about["sentencepiece_model_base64"] = layer.get_config()["model_base64"]
    return PortableModel(
        keras.Model(inputs, {PROBABILITIES: network(inputs)}),
        {TOKENS: (longest,)},
        about,
        f"Strings become tokens outside: {_TOKENS_OUTSIDE[layer.tokenisation]}. An empty text is "
        "one space.",
    )


def sample_tokens(model: keras.Model, texts: list[bytes]) -> np.ndarray:
    """The tokens that a finished classifier makes of texts, int32 `(len(texts), length)`."""
    encoder = subword_encoder(model)
    if encoder is not None:
        return np.asarray(encoder(texts), "int32")
    reading = keras.Model(model.input, model.get_layer(TOKENS).output)
    return np.asarray(reading(tf.constant(texts)), "int32")
