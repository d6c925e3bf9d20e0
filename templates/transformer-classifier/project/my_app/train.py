"""Training: compile and fit, in plain Keras."""

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.evaluation.ngram_linear import fit_ngram_linear
from dltemplates.export.text_classifier import finish_text_classifier
from dltemplates.layers import NGramLinear
from dltemplates.training.optimizers import build_optimizer
from dltemplates.training.precision import choose_precision
from dltemplates.training.pretrained import load_encoder
from dltemplates.training.run import Run
from dltemplates.training.steps import Steps, plan_steps, usual_epochs

from .config import Config
from .data import NGRAMS, load_data, make_batches, tokenize
from .model import build_model


def train(config: Config, run: Run) -> dict[str, float]:
    """Trains the network and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    keras.config.set_dtype_policy(choose_precision(config.train.precision))
    data = load_data(config)
    texts = tokenize(config, data)
    run.record(data.describe())
    run.write_samples([text.encode() for text in data.held_out_texts()])

    epochs = config.train.epochs
    if epochs == "auto":
        epochs = usual_epochs(len(data.train))
    steps = plan_steps(len(data.train), epochs, config.train.batch_size, largest=128)
    progress = Progress(steps.batch_size, unit="texts")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        *([keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if config.train.ema else []),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    #% if labels == "multi"
    checkpoint = Checkpoint(run.checkpoints, monitor="val_loss", mode="min", beside=callbacks)
    #% else
    checkpoint = Checkpoint(run.checkpoints, monitor="val_accuracy", beside=callbacks)
    #% endif
    training, validation = make_batches(config, texts, steps, first_step=checkpoint.step)
    model = build_model(config, texts)
    if config.train.pretrained:
        load_encoder(run.runs, config.train.pretrained, model, texts.fingerprint)
    compile_model(model, config, steps)
    checkpoint.restore(model)  # where it was stopped, if it goes on
    model.fit(
        training,
        steps_per_epoch=steps.per_epoch,
        epochs=steps.epochs,
        initial_epoch=checkpoint.epoch,
        validation_data=validation,
        callbacks=[*callbacks, checkpoint],
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    )
    checkpoint.restore_best()
    run.save_model(finish_model(model, config, texts))
    return {"training_seconds": progress.training_seconds, **checkpoint.best()}


def finish_model(model: keras.Model, config: Config, texts: TokenizedTexts) -> keras.Model:
    """The model to ship, in float32, so that it answers alike on every machine."""
    keras.config.set_dtype_policy("float32")
    network = build_model(config, texts)
    network.set_weights(model.get_weights())
    linear = fit_linear(texts) if config.model.linear else None
    return finish_text_classifier(network, texts, linear)


def fit_linear(texts: TokenizedTexts) -> NGramLinear:
    """The linear part, which reads all tokens of a text; a convex solver finds its weights."""
    return fit_ngram_linear(
        texts.splits["train"],
        texts.data.train.labels,
        len(texts.class_names),
        NGRAMS,
        multi_label=texts.data.multi_label,
    )


def compile_model(
    model: keras.Model,
    config: Config,
    steps: Steps,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> None:
    """Chooses loss and metrics, and the optimizer of [train] unless another is given."""
    model.compile(
        optimizer=optimizer
        or build_optimizer(
            config.train.optimizer,
            steps=steps.total,
            batch_size=steps.batch_size,
            learning_rate=config.train.learning_rate,
            schedule=config.train.schedule,
            weight_decay=config.train.weight_decay,
            ema=config.train.ema,
            spared=["embeddings"],
        ),
        #% if labels == "multi"
        loss=keras.losses.BinaryCrossentropy(
            from_logits=True, label_smoothing=config.train.label_smoothing
        ),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
        #% else
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=config.train.label_smoothing
        ),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        #% endif
        steps_per_execution=steps.per_execution,
        jit_compile=False,  # XLA would compile anew for every length of text
    )
