"""Training: compile and fit, in plain Keras."""

import math

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
#% if kind == "series"
from dltemplates.export.anomaly_detector import THRESHOLD, finish_sensor_detector, threshold_caution
from dltemplates.export.detector_archive import sample_logs
#% else
from dltemplates.export.anomaly_detector import THRESHOLD, finish_table_detector, threshold_caution
from dltemplates.export.detector_archive import sample_rows
#% endif
from dltemplates.training.optimizers import build_optimizer
from dltemplates.training.reconstruction_error import ReconstructionError
from dltemplates.training.run import Run
#% if kind == "series"
from dltemplates.training.steps import usual_steps
#% endif
#% if kind == "series" and network == "denoising"
from dltemplates.training.threads import use_threads
#% endif

from .config import Config
from .data import load_data, make_batches
from .model import build_model
#% if kind == "series" and network == "denoising"

SMALL = 16_384  # values of the first layer at a step; more were not measured
#% endif


def train(config: Config, run: Run) -> dict[str, float | str]:
    """Trains the network and saves the finished detector with the run."""
    keras.utils.set_random_seed(config.train.seed)
    data = load_data(config)
    #% if kind == "series" and network == "denoising"
    if config.train.batch_size * data.window * config.model.filters <= SMALL:
        use_threads(1)  # twice as fast on two cores: the operations are too small to be divided
    #% endif
    run.record(data.describe())
    #% if kind == "series"
    run.write_samples(sample_logs(data))
    #% else
    run.write_samples(sample_rows(data))
    #% endif

    steps = config.train.steps
    #% if kind == "series"
    if steps == "auto":
        steps = usual_steps(len(data.ends("train")), config.train.batch_size)
    #% endif
    epochs = math.ceil(steps / config.train.steps_per_epoch)
    steps_per_epoch = math.ceil(steps / epochs)
    #% if kind == "series"
    progress = Progress(config.train.batch_size, unit="windows")
    #% else
    progress = Progress(config.train.batch_size, unit="rows")
    #% endif
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor="val_loss", mode="min", beside=callbacks)
    training, validation = make_batches(config, data, first_step=checkpoint.step)
    model = build_model(config, data)
    compile_model(model, config, steps, steps_per_execution=math.gcd(steps_per_epoch, 50))
    checkpoint.restore(model)  # where it was stopped, if it goes on
    model.fit(
        training,
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        initial_epoch=checkpoint.epoch,
        validation_data=validation,
        callbacks=[*callbacks, checkpoint],
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    )
    # The last weights, not the best: the validation rows are kept for the threshold.
    rate = config.alarm.false_alarm_rate
    #% if kind == "series"
    detector = finish_sensor_detector(model, data, config.model.score, rate)
    #% else
    detector = finish_table_detector(model, data, config.model.score, rate)
    #% endif
    run.save_model(detector)
    return {
        "training_seconds": progress.training_seconds,
        "false_alarm_rate": detector.get_layer(THRESHOLD).false_alarm_rate,
        "caution": threshold_caution(detector, rate),
    }


def compile_model(
    model: keras.Model, config: Config, steps: int, steps_per_execution: int = 1
) -> None:
    """Chooses optimizer and loss."""
    model.compile(
        optimizer=build_optimizer(
            config.train.optimizer,
            steps=steps,
            batch_size=config.train.batch_size,
            learning_rate=config.train.learning_rate,
            schedule=config.train.schedule,
            weight_decay=config.train.weight_decay,
        ),
        loss=ReconstructionError(config.train.trim),
        steps_per_execution=steps_per_execution,
        jit_compile=False,  # on a CPU XLA takes longer for these networks
    )
