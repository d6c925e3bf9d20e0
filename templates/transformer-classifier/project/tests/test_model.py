import keras
import numpy as np
import pytest
#% if tokenization != "subword"
import tensorflow as tf
#% endif
#% if tokenization == "subword"
from dltemplates.export.text_classifier import (
    class_names,
    finish_text_classifier,
    subword_encoder,
)
#% else
from dltemplates.export.text_classifier import class_names, finish_text_classifier
#% endif
from dltemplates.training.steps import plan_steps

from my_app.data import load_data, make_batches, tokenize
from my_app.model import build_encoder, build_model
from my_app.train import compile_model, fit_linear

from .conftest import CLASSES


@pytest.fixture
def texts(config):
    keras.config.set_dtype_policy("float32")  # whatever the commands left
    keras.utils.set_random_seed(0)
    return tokenize(config, load_data(config))


def test_shapes(config, texts):
    tokens = texts.shortened("train")[:4].to_tensor()
    #% if network == "ngram"
    positions = -(-tokens.shape[1] // config.model.stride)
    assert build_encoder(config, texts)(tokens).shape == (4, positions, 16)
    #% else
    assert build_encoder(config, texts)(tokens).shape == (4, tokens.shape[1], 16)
    #% endif
    assert build_model(config, texts)(tokens).shape == (4, len(CLASSES))


def test_an_answer_does_not_depend_on_padding(config, texts):
    model = build_model(config, texts)
    rows = texts.shortened("train")[:16]
    together = model(rows.to_tensor()).numpy()
    alone = np.concatenate([model(row[None]).numpy() for row in rows])
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_a_training_step_changes_every_weight(config, texts):
    steps = plan_steps(len(texts.data.train), 1, config.train.batch_size)
    tokens, labels = next(iter(make_batches(config, texts, steps)[0]))
    model = build_model(config, texts)
    compile_model(model, config, steps)
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    for _ in range(5):  # the first ones are short, while the learning rate rises
        loss, _ = model.train_on_batch(tokens, labels)
    assert np.isfinite(loss)
    for old, weight in zip(before, model.trainable_weights, strict=True):
        assert np.isfinite(weight.numpy()).all()
        assert not np.array_equal(old, weight.numpy()), weight.path


@pytest.mark.parametrize("linear", [False, True])
def test_the_finished_model_is_saved_whole(config, texts, linear, tmp_path):
    network = build_model(config, texts)
    model = finish_text_classifier(network, texts, fit_linear(texts) if linear else None)
    asked = texts.data.test.texts[:8]
    #% if tokenization == "subword"
    inputs = subword_encoder(model)(asked)
    #% else
    inputs = tf.constant([*asked, "", "처음 보는 말"])
    #% endif
    expected = model(inputs).numpy()
    #% if labels == "multi"
    assert ((expected > 0.0) & (expected < 1.0)).all()
    #% else
    np.testing.assert_allclose(expected.sum(axis=1), 1.0, atol=1e-5)
    #% endif

    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert class_names(loaded) == CLASSES
    np.testing.assert_allclose(loaded(inputs).numpy(), expected, atol=1e-6)
