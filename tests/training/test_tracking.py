import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.util import event_pb2

from dltemplates.errors import TrainingError
from dltemplates.training.run import Run
from dltemplates.training.tracking import tracking_callbacks

CONFIG = '[train]\nepochs = 2\nlearning_rate = "auto"\n'


@pytest.fixture
def run(tmp_path):
    run = Run.create(tmp_path / "runs", "first")
    run.write_text("config.toml", CONFIG)
    return run


def fit(callbacks, first=0, epochs=2):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mse")
    x = np.ones((8, 1))
    options = {"initial_epoch": first, "epochs": epochs, "verbose": 0}
    return model.fit(x, x, validation_data=(x, x), callbacks=callbacks, **options).history


def scalars(folder):
    """Of each file in a folder of TensorBoard's, values by name and step."""
    found = {}
    for file in sorted(folder.glob("events.*")):
        for record in tf.data.TFRecordDataset(str(file)):
            event = event_pb2.Event.FromString(record.numpy())
            for value in event.summary.value:
                found[value.tag, event.step] = float(tf.make_ndarray(value.tensor))
    return found


def test_tensorboard_has_a_scalar_an_epoch_and_goes_on(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)  # which nothing needs to write
    history = fit(tracking_callbacks(run))
    fit(tracking_callbacks(run), first=2, epochs=3)  # resumed
    found = scalars(run.folder / "tensorboard/train")
    assert {tag for tag, _ in found} == {"epoch_loss", "epoch_learning_rate"}
    assert {step for _, step in found} == {0, 1, 2}
    assert found["epoch_loss", 1] == pytest.approx(history["loss"][1])
    assert ("epoch_loss", 2) in scalars(run.folder / "tensorboard/validation")
    size = sum(file.stat().st_size for file in run.folder.rglob("events.*"))
    assert size < 5_000  # no graph, no histograms


def test_tensorboard_reads_them(run):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.context import RequestContext

    fit(tracking_callbacks(run))
    events = EventMultiplexer().AddRunsFromDirectory(str(run.folder / "tensorboard"))
    events.Reload()
    shown = MultiplexerDataProvider(events, str(run.folder)).list_scalars(
        RequestContext(), experiment_id="", plugin_name="scalars"
    )
    assert {"train", "validation"} == set(shown)
    assert shown["validation"]["epoch_loss"].max_step == 1


def test_nothing_where_nothing_is_wanted(run):
    assert tracking_callbacks(run, tensorboard=False) == []


def test_without_mlflow(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(TrainingError, match=r"dltemplates\[tracking\]"):
        tracking_callbacks(run, mlflow=True)


def test_mlflow_has_settings_and_metrics_and_goes_on(run, monkeypatch, tmp_path):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    for first, epochs in ((0, 2), (2, 3)):
        fit(tracking_callbacks(run, False, True, "flowers"), first, epochs)
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("flowers")
    (logged,) = client.search_runs([experiment.experiment_id])
    assert logged.info.run_name == "first"
    assert logged.info.status == "FINISHED"
    assert logged.data.params == {"train.epochs": "2", "train.learning_rate": "auto"}
    assert logged.data.tags["model.keras"] == str(run.model_path)
    steps = [each.step for each in client.get_metric_history(logged.info.run_id, "val_loss")]
    assert steps == [1, 2, 3]
