"""Training: compile and fit, in plain Keras."""

import keras
from dltemplates.callbacks import Checkpoint, EpochHistory, Progress
from dltemplates.data.image_batches import largest_batch
from dltemplates.data.image_data import ImageData
from dltemplates.data.image_decoding import resizing
from dltemplates.layers import ClassLabels
from dltemplates.training.optimizers import build_optimizer
from dltemplates.training.precision import choose_precision
from dltemplates.training.run import Run
from dltemplates.training.steps import Steps, plan_steps

from .config import Config
from .data import load_data, make_batches
from .model import build_model


def train(config: Config, run: Run) -> dict[str, float]:
    """Trains the network and saves the finished model with the run."""
    keras.utils.set_random_seed(config.train.seed)
    keras.config.set_dtype_policy(choose_precision(config.train.precision))
    data = load_data(config)
    steps = plan_steps(
        len(data.train),
        config.train.epochs,
        config.train.batch_size,
        largest=largest_batch(data.size),
    )
    run.record(data.describe())
    run.write_samples(data.held_out_files())

    progress = Progress(steps.batch_size, unit="images")
    callbacks = [
        keras.callbacks.TerminateOnNaN(raise_error=True),
        *([keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if config.train.ema else []),
        progress,
        EpochHistory(run.folder / "history.csv"),
        *run.callbacks,
    ]
    checkpoint = Checkpoint(run.checkpoints, monitor="val_accuracy", beside=callbacks)
    training, validation = make_batches(config, data, steps, first_step=checkpoint.step)
    model = build_model(config, data)
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
    run.save_model(finish_model(model, config, data))
    return {"training_seconds": progress.training_seconds, **checkpoint.best()}


def compile_model(
    model: keras.Model,
    config: Config,
    steps: Steps,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> None:
    """Chooses loss and metrics, and the optimizer of [train] unless another is given."""
    losses = {
        "cross_entropy": keras.losses.CategoricalCrossentropy,
        "focal": keras.losses.CategoricalFocalCrossentropy,
    }
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
        ),
        loss=losses[config.train.loss](
            from_logits=True, label_smoothing=config.train.label_smoothing
        ),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        steps_per_execution=steps.per_execution,
        jit_compile=False,  # XLA slows convolutions down on a CPU
    )


def finish_model(model: keras.Model, config: Config, data: ImageData) -> keras.Model:
    """The model to ship: pixels of any size in, probabilities of named classes out, in float32."""
    keras.config.set_dtype_policy("float32")
    network = build_model(config, data)
    network.set_weights(model.get_weights())
    pixels = keras.Input((None, None, data.channels), name="pixels")
    # Rounded, as in training, where pixels are kept as bytes.
    resized = keras.ops.round(resizing(data.size, data.fit)(pixels))
    logits = network(resized)
    if config.model.mirror_average and data.mirrors:
        logits = (logits + network(keras.ops.flip(resized, axis=2))) / 2
    probabilities = keras.layers.Softmax(name="probabilities")(logits)
    return keras.Model(pixels, ClassLabels(data.class_names, name="labels")(probabilities))
