"""Pre-training: the encoder learns to guess hidden tokens of texts, which needs no labels."""

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
from dltemplates.data.masked_batches import masked_batches
from dltemplates.data.text_lines import read_text_lines
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.export.text_classifier import finish_text_encoder
from dltemplates.layers import HiddenTokenHead
from dltemplates.training.optimizers import build_optimizer
from dltemplates.training.precision import choose_precision
from dltemplates.training.run import Run
from dltemplates.training.steps import plan_steps

from .config import Config
from .data import HIDDEN, load_data, tokenize
from .model import build_encoder


def pretrain(config: Config, run: Run) -> dict[str, float]:
    """Trains the encoder on texts alone and saves it with the run, for `finetune` and `train`."""
    keras.utils.set_random_seed(config.train.seed)
    keras.config.set_dtype_policy(choose_precision(config.train.precision))
    data = load_data(config)
    texts = tokenize(config, data)
    tokens = texts.shortened("train")
    if config.pretrain.path:
        tokens = texts.encode(read_text_lines(config.pretrain.path))[:, : texts.length]
    learned = {"pretraining_texts": int(tokens.nrows()), "tokens": texts.fingerprint}
    run.record({**data.describe(), **learned})

    steps = plan_steps(
        int(tokens.nrows()), config.pretrain.epochs, config.train.batch_size, largest=256
    )
    progress = Progress(steps.batch_size, unit="texts")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor="loss", mode="min", beside=callbacks)
    batches = masked_batches(
        tokens,
        steps.batch_size,
        seed=config.train.seed,
        rate=config.pretrain.mask_rate,
        hidden=HIDDEN,
        first_step=checkpoint.step,
    )
    encoder = build_encoder(with_pretraining_dropout(config), texts)
    #% if tokenization == "character"
    known = encoder.get_layer("known")  # the guesses are numbers of its vocabulary
    batches = batches.map(lambda x, targets, weights: (x, known(targets), weights)).prefetch(2)
    #% endif
    model = build_guesser(config, texts, encoder)
    model.compile(
        optimizer=build_optimizer(
            "adamw",
            steps=steps.total,
            batch_size=steps.batch_size,
            schedule="cosine",
            weight_decay=config.train.weight_decay,
            spared=["embeddings"],
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        ),
        weighted_metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        steps_per_execution=steps.per_execution,
        jit_compile=False,  # XLA would compile anew for every length of text
    )
    checkpoint.restore(model)  # where it was stopped, if it goes on
    model.fit(
        batches,
        steps_per_epoch=steps.per_epoch,
        epochs=steps.epochs,
        initial_epoch=checkpoint.epoch,
        callbacks=[*callbacks, checkpoint],
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    )
    checkpoint.restore_best()
    keras.config.set_dtype_policy("float32")  # whatever precision continues from it
    finished = build_encoder(config, texts)
    finished.set_weights(encoder.get_weights())
    run.save_encoder(finish_text_encoder(finished, texts))
    return {"training_seconds": progress.training_seconds, **checkpoint.best()}


def with_pretraining_dropout(config: Config) -> Config:
    """The same settings, but for dropout: hidden tokens are most of the noise that is needed."""
    rate = config.pretrain.dropout
    #% if network == "ngram"
    changed = {"dropout": rate, "ngram_dropout": rate, "span_dropout": 0.0}
    #% else
    changed = {"dropout": rate}
    #% endif
    return config.model_copy(update={"model": config.model.model_copy(update=changed)})


def build_guesser(config: Config, texts: TokenizedTexts, encoder: keras.Model) -> keras.Model:
    """From tokens and places of hidden ones to logits `(batch, guesses, vocabulary)`."""
    places = keras.Input((None,), dtype="int32", name="places")
    #% if tokenization == "character"
    vocabulary = encoder.get_layer("known").vocabulary_size
    #% else
    vocabulary = texts.vocabulary_size
    #% endif
    #% if network == "ngram"
    head = HiddenTokenHead(vocabulary, config.model.stride)
    #% else
    head = HiddenTokenHead(vocabulary)
    #% endif
    return keras.Model([encoder.input, places], head([encoder.output, places]), name="guesser")
