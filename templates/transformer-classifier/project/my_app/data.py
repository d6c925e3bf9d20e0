"""How texts become batches of tokens."""

#% if tokenization == "subword"
from base64 import b64encode

#% endif
import tensorflow as tf
#% if tokenization == "subword"
from dltemplates.data.subwords import train_subwords
#% endif
from dltemplates.data.text_batches import evaluation_batches, training_batches
from dltemplates.data.text_data import TextData, load_texts
from dltemplates.data.tokenized_texts import TokenizedTexts
#% if tokenization == "character"
from dltemplates.layers import CharacterTokens
#% elif tokenization == "byte"
from dltemplates.layers import ByteTokens
#% elif tokenization == "word"
from dltemplates.data.word_vocabulary import common_words
from dltemplates.layers import WordTokens
#% else
from dltemplates.layers import SubwordVocabulary
#% endif
from dltemplates.training.steps import Steps

from .config import Config

LONGEST = << "30_000" if tokenization == "byte" else "10_000" >>  # tokens that are kept of a text; the network may read fewer
NGRAMS = << {"character": "(1, 2, 3, 4)", "byte": "(2, 3, 4, 6, 9)", "word": "(1, 2)", "subword": "(1, 2, 3)"}[tokenization] >>  # of tokens, for the linear part
#% if tokenization == "character"
HIDDEN = 0xFFFD  # the token that a hidden one becomes: Unicode's replacement character
#% elif tokenization == "byte"
HIDDEN = 1  # the token that a hidden one becomes: that of NUL, which no text has
#% else
HIDDEN = 1  # the token that a hidden one becomes: that of what the vocabulary lacks
#% endif


def load_data(config: Config) -> TextData:
    """Finds the texts and divides them into training, validation and test."""
    data = config.data
    return load_texts(
        #% if labels == "multi"
        "path",
        #% else
        data.source,
        #% endif
        path=data.path,
        validation_path=data.validation_path,
        test_path=data.test_path,
        #% if labels == "single"
        name=data.name,
        data_dir=data.data_dir,
        #% endif
        text_column=data.text_column,
        label_column=data.label_column,
        #% if labels == "multi"
        label_separator=data.label_separator,
        #% endif
        quotes=data.quotes,
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
        seed=data.split_seed,
        broken_limit=data.broken_limit,
    )


def tokenize(config: Config, data: TextData) -> TokenizedTexts:
    """Makes tokens of all texts, int32, 0 for padding."""
    #% if tokenization == "character"
    layer = CharacterTokens(LONGEST, name="tokens")
    #% elif tokenization == "byte"
    layer = ByteTokens(LONGEST, name="tokens")
    #% elif tokenization == "word"
    words = common_words(data.train.texts, config.model.vocabulary)
    layer = WordTokens(words, LONGEST, name="tokens")
    #% else
    model = train_subwords(data.train.texts, config.model.vocabulary)
    layer = SubwordVocabulary(b64encode(model).decode(), LONGEST, name="tokens")
    #% endif
    return TokenizedTexts(data, layer, config.model.max_length)


def make_batches(
    config: Config, texts: TokenizedTexts, steps: Steps, first_step: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset | None]:
    """Endless shuffled training batches of texts of like length, and the validation texts once.

    Tokens are int32 `(batch, length)`; labels are `(batch, classes)`.
    """
    classes = len(texts.class_names)
    training = training_batches(
        texts.shortened("train"),
        texts.data.train.labels,
        classes,
        steps.batch_size,
        seed=config.train.seed,
        first_step=first_step,
    )
    if texts.data.validation is None:
        return training, None
    validation = evaluation_batches(
        texts.shortened("validation"), texts.data.validation.labels, classes, steps.batch_size
    )
    return training, validation
