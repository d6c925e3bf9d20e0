"""Training: compile and fit, in plain Keras."""

import io

import keras
import numpy as np
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
from dltemplates.layers import ClassLabels
from dltemplates.training.run import Run
from dltemplates.training.steps import Steps, plan_steps

from .config import Config
from .data import Table, load_data, make_batches
from .model import build_model

SAMPLES = 64  # rows that an export is proven on


def train(config: Config, run: Run) -> dict[str, float]:
    """Trains the network and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    table = load_data(config)
    steps = plan_steps(len(table.splits["train"]), config.train.epochs, config.train.batch_size)
    run.record(table.describe())
    run.write_samples([sample_rows(table)])

    progress = Progress(steps.batch_size, unit="rows")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor="val_accuracy", beside=callbacks)
    training, validation = make_batches(config, table, steps.batch_size, checkpoint.step)
    model = build_model(config, table)
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
    run.save_model(finish_model(model, table))
    return {"training_seconds": progress.training_seconds, **checkpoint.best()}


def compile_model(model: keras.Model, config: Config, steps: Steps) -> None:
    """Chooses optimizer, loss and metrics."""
    schedule = keras.optimizers.schedules.CosineDecay(config.train.learning_rate, steps.total)
    model.compile(
        optimizer=keras.optimizers.AdamW(schedule),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        steps_per_execution=steps.per_execution,
        jit_compile=False,  # compiling would take longer than it saves
    )


def finish_model(model: keras.Model, table: Table) -> keras.Model:
    """The model to ship: unscaled rows in, probabilities of named classes out."""
    probabilities = keras.layers.Softmax(name="probabilities")(model.output)
    return keras.Model(model.input, ClassLabels(table.classes, name="labels")(probabilities))


def sample_rows(table: Table) -> bytes:
    """Rows that were not trained on."""
    values, _ = table.split("test")
    file = io.BytesIO()
    np.save(file, values[:SAMPLES], allow_pickle=False)
    return file.getvalue()
