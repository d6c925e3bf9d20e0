"""Fine-tuning: a trained network goes on with other series, in plain Keras."""

import math

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.conformal import check_calibration
#% if network == "segment"
from dltemplates.evaluation.ridge import fit_ridge, rolled_kernel
#% endif
from dltemplates.export.finished_forecaster import forecaster_change
from dltemplates.export.forecaster import sample_windows
from dltemplates.training.finetuning import two_rates
from dltemplates.training.forecaster_transfer import take_forecaster_weights
from dltemplates.training.layerwise_adam import finetuning_optimizer
from dltemplates.training.run import Run
from dltemplates.training.schedules import build_schedule
from dltemplates.training.start import Start, read_start

from .config import Config
from .data import load_data, make_batches
from .model import build_model
#% if network == "segment"
from .train import MONITOR, compile_model, finish_model, shrink_residual
#% else
from .train import MONITOR, compile_model, finish_model
#% endif

NETWORK = "<< network >>"


def finetune(config: Config, run: Run) -> dict[str, float]:
    """Goes on from `finetune.start` and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    start = read_start(run.runs, config.finetune.start)
    data = load_data(config)
    check_calibration(data, config.model.coverage)
    model = build_started_model(config, data, start)
    run.record(data.describe())
    run.write_samples(sample_windows(data))

    epochs = math.ceil(config.finetune.steps / config.train.steps_per_epoch)
    steps_per_epoch = math.ceil(config.finetune.steps / epochs)
    groups = two_rates(model, ["series_embedding"], config.finetune.layer_decay)
    schedule = build_schedule("cosine", config.finetune.learning_rate, epochs * steps_per_epoch)
    optimizer = finetuning_optimizer(groups, schedule, steps_per_epoch)
    compile_model(model, config, math.gcd(steps_per_epoch, 20), optimizer)
    progress = Progress(config.train.batch_size, unit="windows")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor=MONITOR, mode="min", beside=callbacks)
    training, validation = make_batches(config, data, first_step=checkpoint.step)
    checkpoint.restore(model)  # where it was stopped, if it goes on
    checkpoint.start_from(model, validation)  # what it started from may turn out the best
    model.fit(
        training,
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        initial_epoch=checkpoint.epoch,
        validation_data=validation,
        callbacks=[*callbacks, checkpoint],
        shuffle=False,  # the windows are shuffled already
        verbose=0,
    )
    checkpoint.restore_best()
    result = {"training_seconds": progress.training_seconds, **checkpoint.best()}
    #% if network == "segment"
    result["residual_share"] = shrink_residual(model, config, data)
    #% endif
    run.save_model(finish_model(model, config, data))
    return result


def build_started_model(config: Config, data: ForecastData, start: Start) -> keras.Model:
    """The network with the weights of `start`, for the series and the horizon of `data`.

    A series that was there before is known by its name; a new one begins as the mean of the others.
    """
    network = start.network(NETWORK)
    change = forecaster_change(start.model, data, start.hint)
    #% if network == "segment"
    (kernel,) = network.get_layer("linear").get_weights()
    ridge = fit_ridge(data, start=rolled_kernel(kernel, data.horizon))
    model = build_model(config, data, ridge)
    #% else
    model = build_model(config, data)
    #% endif
    take_forecaster_weights(network, model, change, hint=start.hint)
    return model
