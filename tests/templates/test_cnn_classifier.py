"""Generated image classifiers, put through their own tests."""

import pytest

from tests.templates.generated import check_project

OPTIONS = {
    "defaults": [],
    "grayscale digits": ["color=grayscale", "image_size=8", "width=16", "source=sample"],
    "plain": ["network=plain"],
    "plain sigmoid": ["network=plain", "activation=sigmoid", "optimizer=sgd", "image_size=28"],
    "odd size": [
        "image_size=57",
        "width=8",
        "fit=pad",
        "mirror_average=false",
        "activation=gelu",
        "dropout=0.25",
    ],
    "larger images": ["image_size=128", "width=16", "fit=stretch", "augmentation=strong"],
    "mixup and focal": ["mix=mixup", "loss=focal", "label_smoothing=0", "optimizer=adamw"],
    "cutmix and ema": ["mix=cutmix", "ema=true", "schedule=cosine", "optimizer=lion"],
    "balanced": ["class_balance=weights", "precision=float32", "optimizer=adagrad"],
    "plain float16": ["network=plain", "precision=mixed_float16", "optimizer=rmsprop"],
    "mobilenet": ["network=application"],
    "mobilenet v3": ["network=application", "backbone=MobileNetV3Small", "color=grayscale"],
    "vgg16": ["network=application", "backbone=VGG16", "schedule=constant"],
    "densenet": ["network=application", "backbone=DenseNet121", "optimizer=momentum"],
}
# One goes all the way, one of each other network part of it; a backbone of few layers, since others
# take minutes to trace. Of the others one step is trained, where that does not take minutes, too.
TESTED: dict[str, list[str]] = {
    "defaults": [],
    "plain": ["-k", "not finetune and not serving"],
    "vgg16": ["-k", "not serving"],
    "mobilenet v3": ["tests/test_model.py", "-k", "shapes or saved"],
    "densenet": ["tests/test_model.py", "-k", "shapes or saved"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_generated_project(name, tmp_path):
    check_project(
        "cnn-classifier", OPTIONS[name], tmp_path, TESTED.get(name, ["tests/test_model.py"])
    )
