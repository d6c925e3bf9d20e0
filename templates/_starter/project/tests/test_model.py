import keras
import numpy as np
from dltemplates.training.steps import plan_steps

from my_app.data import load_data, make_batches
from my_app.model import build_model
from my_app.train import compile_model, finish_model


def test_the_splits_are_disjoint_and_have_every_class(config):
    table = load_data(config)
    rows = np.concatenate(list(table.splits.values()))
    assert sorted(rows) == list(range(200))
    for split in table.splits:
        assert set(table.split(split)[1]) == {0, 1}


def test_a_training_step_changes_every_weight(config):
    table = load_data(config)
    model = build_model(config, table)
    compile_model(model, config, plan_steps(100, 1, 50))
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    training, _ = make_batches(config, table, 50)
    for values, labels in training.take(2):
        assert np.isfinite(model.train_on_batch(values, labels)).all()
    for old, weight in zip(before, model.trainable_weights, strict=True):
        assert not np.array_equal(old, weight.numpy()), weight.path


def test_what_is_saved_takes_unscaled_rows_and_names_its_classes(config, tmp_path):
    table = load_data(config)
    model = finish_model(build_model(config, table), table)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.layers[-1].names == ["bad", "good"]
    rows = table.values[:5] * [[1.0, np.nan, 100.0]]
    np.testing.assert_allclose(loaded(rows), model(rows), atol=1e-6)
    assert np.isfinite(loaded(rows)).all()


def test_batches_go_on_where_a_run_stopped(config):
    table = load_data(config)
    whole, _ = make_batches(config, table, 32)
    rest, _ = make_batches(config, table, 32, first_step=3)
    third = list(whole.take(4))[3]
    np.testing.assert_array_equal(next(iter(rest))[0], third[0])
