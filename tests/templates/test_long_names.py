"""Generated projects of the longest names, linted and formatted."""

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
PACKAGE = "z" * MAX_PACKAGE_LENGTH
TITLES = ["a long name " * 5, "꽃" * 60, "a" * 250, "short"]


@pytest.mark.parametrize("name", OPTIONS)
def test_projects_of_long_names_are_clean(name: str, tmp_path: Path) -> None:
    template = catalog.find(name)
    for number, title in enumerate(TITLES):
        for options in OPTIONS[name].values() if number == 0 else [[]]:
            chosen = answers.resolve(template, answers.from_settings(options, template))
            folder = tmp_path / f"{number}_{len(list(tmp_path.iterdir()))}"
            generate.generate(
                template, chosen, folder, title=title_of(title.strip()), package=PACKAGE
            ).write()
    run("ruff", "check", ".", cwd=tmp_path)
    run("ruff", "format", "--check", ".", cwd=tmp_path)
