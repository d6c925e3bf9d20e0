"""Generated projects are linted, formatted and typed, with the longest of names too."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from dltemplates.scaffold import answers, catalog, generate
from dltemplates.scaffold.names import MAX_PACKAGE_LENGTH, title_of
from tests.templates import (
    test_autoencoder_anomaly,
    test_cnn_classifier,
    test_lstm_forecaster,
    test_transformer_classifier,
)
from tests.templates.generated import run

OPTIONS = {
    "autoencoder-anomaly": test_autoencoder_anomaly.OPTIONS,
    "cnn-classifier": test_cnn_classifier.OPTIONS,
    "lstm-forecaster": test_lstm_forecaster.OPTIONS,
    "transformer-classifier": test_transformer_classifier.OPTIONS,
}
LONGEST = "z" * MAX_PACKAGE_LENGTH
TITLES = ["꽃" * 60, "a" * 250, "short"]


@pytest.mark.parametrize("name", OPTIONS)
def test_projects_are_clean(name: str, tmp_path: Path) -> None:
    packages = make(name, tmp_path, OPTIONS[name].values())
    lint(tmp_path)
    run("mypy", "--ignore-missing-imports", *packages, cwd=tmp_path)  # all of them at once


@pytest.mark.parametrize("name", OPTIONS)
def test_projects_of_long_names_are_clean(name: str, tmp_path: Path) -> None:
    make(name, tmp_path, OPTIONS[name].values(), title="a long name " * 5, package=LONGEST)
    for title in TITLES:
        make(name, tmp_path, [[]], title=title, package=LONGEST)
    lint(tmp_path)


def make(
    name: str,
    folder: Path,
    options: Iterable[Sequence[str]],
    title: str = "꽃 분류",
    package: str = "",
) -> list[Path]:
    """Generates a project an option set; returns their packages."""
    template = catalog.find(name)
    packages = []
    for each in options:
        number = len(list(folder.iterdir()))
        target, named = folder / f"project {number}", package or f"kkot_{number}"
        chosen = answers.resolve(template, answers.from_settings(each, template))
        title = title_of(title.strip())
        generate.generate(template, chosen, target, title=title, package=named).write()
        packages.append(target / named)
    return packages


def lint(folder: Path) -> None:
    run("ruff", "check", ".", cwd=folder)
    run("ruff", "format", "--check", ".", cwd=folder)
