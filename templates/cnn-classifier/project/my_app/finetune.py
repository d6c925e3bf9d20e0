"""Fine-tuning: a trained network learns other images or classes, in plain Keras."""

from dataclasses import replace

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress, ProgressiveUnfreezing
from dltemplates.data.image_batches import evaluation_batches, largest_batch
from dltemplates.data.image_data import ImageData
from dltemplates.data.image_rehearsal import rehearse
from dltemplates.export.image_classifier import class_names
from dltemplates.project.finetuning import load_old_data
from dltemplates.training.finetuning import match_classes, read_renamed, stages
from dltemplates.training.forgetting import limit_forgetting
from dltemplates.training.layerwise_adam import finetuning_optimizer
from dltemplates.training.precision import choose_precision
from dltemplates.training.run import Run
from dltemplates.training.schedules import build_schedule
from dltemplates.training.start import Start, read_start
from dltemplates.training.steps import plan_steps
#% if network == "application"
from dltemplates.training.weight_transfer import take_weights
#% else
from dltemplates.training.weight_transfer import normalization_of, take_weights
#% endif

from .config import Config
from .data import load_data, make_batches
from .model import build_model
from .train import compile_model, finish_model

NETWORK = "<< "classifier" if network == "application" else network >>"


def finetune(config: Config, run: Run) -> dict[str, float]:
    """Goes on from `finetune.start` and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    keras.config.set_dtype_policy(choose_precision(config.train.precision))
    #% if network == "resnet"
    train = config.train.model_copy(update={"progressive_resizing": False})  # too few steps for it
    config = config.model_copy(update={"train": train})
    #% endif
    #% if network == "application"
    imagenet = config.finetune.start == "imagenet"
    weights = config.model.model_copy(update={"imagenet": imagenet})
    config = config.model_copy(update={"model": weights})
    start = None if imagenet else read_start(run.runs, config.finetune.start)
    #% else
    start = read_start(run.runs, config.finetune.start)
    #% endif
    data = load_new_data(config, start)
    steps = plan_steps(
        len(data.train),
        config.finetune.epochs,
        config.train.batch_size,
        largest=largest_batch(data.size),
    )
    run.record(data.describe())
    run.write_samples(data.held_out_files())

    model = build_started_model(config, data, start)
    before = model.get_weights()
    groups = stages(model, steps.epochs, config.finetune.layer_decay)
    schedule = build_schedule("cosine", config.finetune.learning_rate, steps.total)
    compile_model(model, config, steps, finetuning_optimizer(groups, schedule, steps.per_epoch))
    progress = Progress(steps.batch_size, unit="images")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        ProgressiveUnfreezing([(group.epoch, group.layers) for group in groups]),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor="val_accuracy", beside=callbacks)
    training, validation = make_batches(config, data, steps, first_step=checkpoint.step)
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
    result = {"training_seconds": progress.training_seconds, **checkpoint.best()}
    #% if network == "application"
    if start is not None and config.finetune.rehearsal:
    #% else
    if config.finetune.rehearsal:
    #% endif
        old = load_rehearsed_data(config, start).with_classes(data.class_names).validation
        if old is not None and validation is not None:
            batches = evaluation_batches(old, len(data.class_names), steps.batch_size)
            result["share"] = limit_forgetting(model, before, batches, config.finetune.forgetting)
            measured = model.evaluate(validation, verbose=0, return_dict=True)
            result["val_accuracy"] = measured["accuracy"]
    run.save_model(finish_model(model, config, data))
    return result


#% if network == "application"
def load_new_data(config: Config, start: Start | None) -> ImageData:
    """The images to learn, and with `finetune.rehearsal` some of those that were learned before."""
    data = load_data(config)
    if start is None or not config.finetune.rehearsal:
        return data
#% else
def load_new_data(config: Config, start: Start) -> ImageData:
    """The images to learn, and with `finetune.rehearsal` some of those that were learned before.

    They are normalised as those were.
    """
    data = replace(load_data(config), statistics=normalization_of(start.network(NETWORK)))
    if not config.finetune.rehearsal:
        return data
#% endif
    old = load_rehearsed_data(config, start)
    return rehearse(data, old, config.finetune.rehearsal, config.train.seed)


def load_rehearsed_data(config: Config, start: Start) -> ImageData:
    """The images that were learned before, in the size that is learned now, by their new names."""
    old = load_old_data(load_data, config, start)
    renamed = read_renamed(config.finetune.renamed)
    names = [renamed.get(name, name) for name in old.class_names]
    size, fit = config.data.image_size, config.data.fit
    return replace(old, class_names=names, size=size, fit=fit)


#% if network == "application"
def build_started_model(config: Config, data: ImageData, start: Start | None) -> keras.Model:
    """The network with the weights of `start`, or of ImageNet without one.

    Classes that have the same name keep their part of the last layer.
    """
    model = build_model(config, data)
    if start is None:
        return model
#% else
def build_started_model(config: Config, data: ImageData, start: Start) -> keras.Model:
    """The network with the weights of `start`.

    Classes that have the same name keep their part of the last layer.
    """
    model = build_model(config, data)
#% endif
    renamed = read_renamed(config.finetune.renamed)
    known, keep = class_names(start.model), config.finetune.rehearsal > 0
    classes = match_classes(known, data.class_names, renamed, keep=keep)
    take_weights(start.network(NETWORK), model, classes, hint=start.hint)
    return model
