"""Fine-tuning: a trained network learns other texts or classes, in plain Keras."""

from dataclasses import replace

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress, ProgressiveUnfreezing
from dltemplates.data.text_data import TextData
from dltemplates.data.text_rehearsal import rehearse
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.export.text_classifier import class_names
#% if tokenization == "character"
from dltemplates.layers import CharacterTokens
#% elif tokenization == "byte"
from dltemplates.layers import ByteTokens
#% elif tokenization == "word"
from dltemplates.layers import WordTokens
#% else
from dltemplates.layers import SubwordVocabulary
#% endif
from dltemplates.project.finetuning import load_old_data
from dltemplates.training.finetuning import match_classes, read_renamed, stages
from dltemplates.training.layerwise_adam import finetuning_optimizer
from dltemplates.training.precision import choose_precision
from dltemplates.training.pretrained import take_encoder
from dltemplates.training.run import Run
from dltemplates.training.schedules import build_schedule
from dltemplates.training.start import Start, read_start
from dltemplates.training.steps import plan_steps
from dltemplates.training.text_start import tokenize_as
from dltemplates.training.weight_transfer import take_weights

from .config import Config
from .data import load_data, make_batches
from .model import build_model
from .train import compile_model, finish_model


def finetune(config: Config, run: Run) -> dict[str, float]:
    """Goes on from `finetune.start` and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    keras.config.set_dtype_policy(choose_precision(config.train.precision))
    start = read_start(run.runs, config.finetune.start)
    data = load_new_data(config, start)
    texts = tokenize_as(start, data, << {"character": "CharacterTokens", "byte": "ByteTokens", "word": "WordTokens", "subword": "SubwordVocabulary"}[tokenization] >>)
    epochs = config.finetune.epochs
    steps = plan_steps(len(data.train), epochs, config.train.batch_size, largest=128)
    run.record(data.describe())
    run.write_samples([text.encode() for text in data.held_out_texts()])

    model = build_started_model(config, texts, start)
    groups = stages(model, steps.epochs, config.finetune.layer_decay)
    schedule = build_schedule("cosine", config.finetune.learning_rate, steps.total)
    compile_model(model, config, steps, finetuning_optimizer(groups, schedule, steps.per_epoch))
    progress = Progress(steps.batch_size, unit="texts")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        ProgressiveUnfreezing([(group.epoch, group.layers) for group in groups]),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor="val_loss", mode="min", beside=callbacks)
    training, validation = make_batches(config, texts, steps, first_step=checkpoint.step)
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


def load_new_data(config: Config, start: Start) -> TextData:
    """The texts to learn, and with `finetune.rehearsal` some of those that were learned before."""
    data = load_data(config)
    if start.pretrained or not config.finetune.rehearsal:
        return data
    old = load_old_data(load_data, config, start)
    renamed = read_renamed(config.finetune.renamed)
    old = replace(old, class_names=[renamed.get(name, name) for name in old.class_names])
    return rehearse(data, old, config.finetune.rehearsal, config.train.seed)


def build_started_model(config: Config, texts: TokenizedTexts, start: Start) -> keras.Model:
    """The network with the weights of `start`.

    Of a run of `pretrain` these are all but the last layers. Of a classifier, classes that have the
    same name keep their part of the last layer.
    """
    model = build_model(config, texts)
    if start.pretrained:
        take_encoder(start, model)
        return model
    renamed = read_renamed(config.finetune.renamed)
    known, keep = class_names(start.model), config.finetune.rehearsal > 0
    classes = match_classes(known, texts.class_names, renamed, keep=keep)
    take_weights(start.network("network"), model, classes, hint=start.hint)
    return model
