"""Training: compile and fit, in plain Keras."""

import math

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.conformal import calibrate, check_calibration
from dltemplates.evaluation.network_forecaster import network_forecaster
#% if network == "segment"
from dltemplates.evaluation.shrinkage import shrink
#% endif
from dltemplates.export.forecaster import finish_forecaster, sample_windows
from dltemplates.training.optimizers import build_optimizer
#% if output == "quantiles"
from dltemplates.training.pinball import PinballLoss
#% endif
from dltemplates.training.run import Run

from .config import Config
from .data import load_data, make_batches
from .model import build_model

MONITOR = "<< "val_loss" if output == "quantiles" else "val_mse" >>"


def train(config: Config, run: Run) -> dict[str, float]:
    """Trains the network and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    data = load_data(config)
    check_calibration(data, config.model.coverage)
    run.record(data.describe())
    run.write_samples(sample_windows(data))

    epochs = math.ceil(config.train.steps / config.train.steps_per_epoch)
    steps_per_epoch = math.ceil(config.train.steps / epochs)
    progress = Progress(config.train.batch_size, unit="windows")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        *([keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if config.train.ema else []),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor=MONITOR, mode="min", beside=callbacks)
    training, validation = make_batches(config, data, first_step=checkpoint.step)
    model = build_model(config, data)
    compile_model(model, config, steps_per_execution=math.gcd(steps_per_epoch, 20))
    checkpoint.restore(model)  # where it was stopped, if it goes on
    #% if network == "segment"
    checkpoint.start_from(model, validation)  # the linear map may turn out the best there is
    #% endif
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


def compile_model(
    model: keras.Model,
    config: Config,
    steps_per_execution: int = 1,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> None:
    """Chooses loss and metrics, and the optimizer of [train] unless another is given."""
    #% if output == "point"
    losses = {
        "mae": keras.losses.MeanAbsoluteError,
        "mse": keras.losses.MeanSquaredError,
        "huber": keras.losses.Huber,
    }
    #% endif
    model.compile(
        optimizer=optimizer
        or build_optimizer(
            config.train.optimizer,
            steps=config.train.steps,
            batch_size=config.train.batch_size,
            learning_rate=config.train.learning_rate,
            schedule=config.train.schedule,
            weight_decay=config.train.weight_decay,
            clip_norm=config.train.clip_norm,
            ema=config.train.ema,
        ),
        #% if output == "quantiles"
        loss=PinballLoss(config.model.quantiles),
        #% else
        loss=losses[config.train.loss](),
        weighted_metrics=[keras.metrics.MeanSquaredError(name="mse")],
        #% endif
        steps_per_execution=steps_per_execution,
        jit_compile=False,  # XLA takes six times as long for this on a CPU
    )


#% if network == "segment"
def shrink_residual(model: keras.Model, config: Config, data: ForecastData) -> float:
    """Weakens what the network adds to the linear map as far as validation wants."""
    #% if output == "quantiles"
    loss = PinballLoss(config.model.quantiles, reduction="none")
    #% else
    loss = keras.losses.MeanSquaredError(reduction="none")
    #% endif
    return shrink(model.get_layer("residual"), model, data, loss)


#% endif
def finish_model(model: keras.Model, config: Config, data: ForecastData) -> keras.Model:
    """The model to ship: values in their own unit in, forecasts with intervals out."""
    #% if output == "quantiles"
    intervals = calibrate(
        data,
        network_forecaster(model),
        config.model.coverage,
        quantiles=config.model.quantiles,
    )
    #% else
    intervals = calibrate(data, network_forecaster(model), config.model.coverage)
    #% endif
    return finish_forecaster(model, data, intervals)
