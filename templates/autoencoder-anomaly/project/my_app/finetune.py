#% set thing = "log" if kind == "series" else "table"
"""Fine-tuning: a trained detector is fitted to another machine, in plain Keras."""

import math

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
#% if kind == "series"
from dltemplates.data.sensor_data import SensorData
from dltemplates.export.anomaly_detector import THRESHOLD, finish_sensor_detector, threshold_caution
from dltemplates.export.detector_archive import sample_logs
#% else
from dltemplates.data.table_data import TableData
from dltemplates.export.anomaly_detector import THRESHOLD, finish_table_detector, threshold_caution
from dltemplates.export.detector_archive import sample_rows
#% endif
from dltemplates.export.started_detector import started_detector
from dltemplates.training.reconstruction_error import ReconstructionError
from dltemplates.training.run import Run
from dltemplates.training.start import read_start
#% if kind == "series" and network == "denoising"
from dltemplates.training.threads import use_threads
#% endif

from .config import Config
from .data import load_data, make_batches
from .model import build_model
#% if kind == "series" and network == "denoising"
from .train import SMALL
#% endif

NETWORK = "<< network >>"
#% set Data = "SensorData" if kind == "series" else "TableData"


def finetune(config: Config, run: Run) -> dict[str, float | str]:
    """Goes on from `finetune.start` and saves a detector of the new << thing >> with the run.

    Scaling, calibration and threshold are those of the new << thing >>; the weights are kept, but for
    what `finetune.steps` change.
    """
    keras.utils.set_random_seed(config.train.seed)
    start = read_start(run.runs, config.finetune.start)
    #% if kind == "series"
    started = started_detector(start, NETWORK, series=True)
    #% else
    started = started_detector(start, NETWORK, series=False)
    #% endif
    data = load_data(config, started.columns)
    #% if kind == "series" and network == "denoising"
    if config.train.batch_size * data.window * config.model.filters <= SMALL:
        use_threads(1)
    #% endif
    run.record(data.describe())
    #% if kind == "series"
    run.write_samples(sample_logs(data))
    #% else
    run.write_samples(sample_rows(data))
    #% endif

    model = build_model(config, data)
    started.give_weights(model)
    seconds = learn_on(model, config, data, run) if config.finetune.steps else 0.0
    rate = config.alarm.false_alarm_rate
    #% if kind == "series"
    detector = finish_sensor_detector(model, data, config.model.score, rate)
    #% else
    detector = finish_table_detector(model, data, config.model.score, rate)
    #% endif
    run.save_model(detector)
    return {
        "training_seconds": seconds,
        "false_alarm_rate": detector.get_layer(THRESHOLD).false_alarm_rate,
        "caution": threshold_caution(detector, rate),
    }


def learn_on(model: keras.Model, config: Config, data: << Data >>, run: Run) -> float:
    """Trains the network on the new << thing >>; returns the seconds within training steps."""
    epochs = math.ceil(config.finetune.steps / config.train.steps_per_epoch)
    steps_per_epoch = math.ceil(config.finetune.steps / epochs)
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
    rate = config.finetune.learning_rate
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * steps_per_epoch)
    model.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss=ReconstructionError(config.train.trim),
        steps_per_execution=math.gcd(steps_per_epoch, 50),
        jit_compile=False,  # on a CPU XLA takes longer for these networks
    )
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
    return progress.training_seconds  # with the last weights: validation is for the threshold
