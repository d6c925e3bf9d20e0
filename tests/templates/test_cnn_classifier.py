"""Generated image classifiers: linted, formatted, typed, and put through their own tests."""

import subprocess
import sys
from pathlib import Path

import pytest

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
# Deep backbones take minutes to trace; these are built, saved and loaded but not trained.
BUILT_ONLY = {"densenet": ["tests/test_model.py", "-k", "shapes or saved"]}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_generated_project(name, tmp_path):
    project = tmp_path / "꽃 분류"
    settings = [part for option in OPTIONS[name] for part in ("--set", option)]
    run("dltemplates", "new", "cnn-classifier", project, "--defaults", *settings)
    run("ruff", "check", ".", cwd=project)
    run("ruff", "format", "--check", ".", cwd=project)
    run("mypy", "--ignore-missing-imports", "kkot_bunryu", cwd=project)
    run("pytest", "-q", "-x", "-p", "no:cacheprovider", *BUILT_ONLY.get(name, []), cwd=project)
    assert_clean(project)


def run(module: str, *arguments: object, cwd: Path | None = None) -> None:
    result = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, f"{module}: {result.stdout}{result.stderr}"


def assert_clean(project: Path) -> None:
    """No file is longer than a sitting, and no trace of the template language is left."""
    for file in project.rglob("*"):
        if file.suffix in {".py", ".toml", ".md", ".yml"} and ".dltemplates" not in file.parts:
            text = file.read_text("utf-8")
            assert "#%" not in text and "<<" not in text and "my_app" not in text, file
            assert len(text.splitlines()) <= 150, file
