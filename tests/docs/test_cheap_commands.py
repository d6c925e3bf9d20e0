"""The commands of README and docs that neither train nor load TensorFlow, run as they stand."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from dltemplates.cli import main
from tests.docs.command_lines import commands
from tests.docs.markdown import DOCS, READMES, name_of
from tests.docs.test_blocks import PAGES, shell

CHEAP = ("list", "show", "new", "inspect", "update", "add", "adopt", "eject")
# Its commands need git and pip, and are run by test_templates_guide.
ELSEWHERE = {DOCS / "templates.md"}


def cheap(page: Path) -> list[list[str]]:
    """The commands of a page that are run, with the `cd` between them."""
    found = [words for line in shell(page) for words in commands(line)]
    return [
        words
        for words in found
        if words[0] == "cd" or (words[0] == "dltemplates" and words[1] in CHEAP)
    ]


def with_cheap_commands() -> list[Path]:
    pages = [page for page in PAGES if page not in ELSEWHERE]
    return [page for page in pages if any(words[0] != "cd" for words in cheap(page))]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of which pages speak."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    for label, shade in (("cat", 60), ("dog", 180)):
        (folder / "photos" / label).mkdir(parents=True)
        for number in range(20):
            pixels = rng.normal(shade, 30, (48, 64, 3)).clip(0, 255).astype("uint8")
            Image.fromarray(pixels).save(folder / "photos" / label / f"{number}.jpg")
    days = np.datetime64("2020-01-01") + np.arange(1200)
    season = np.sin(np.arange(1200) / 365.25 * 2 * np.pi)
    rows = [f"{day},{value:.2f}" for day, value in zip(days, 10 + 5 * season, strict=True)]
    for name in ("demand.csv", "daily-min-temperatures.csv"):
        (folder / name).write_text("\n".join(["Date,Temp", *rows]), "utf-8")
    return folder


@pytest.mark.parametrize("page", with_cheap_commands(), ids=name_of)
def test_they_run(page: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "walk"
    shutil.copytree(data, folder)
    monkeypatch.chdir(folder)
    wanted = cheap(page)
    if wanted[0][1] not in ("new", "list", "inspect"):  # about a project that is there
        run(["new", "cnn-classifier", "project", "--defaults"])
        monkeypatch.chdir("project")
    for words in wanted:
        if words[0] == "cd":
            monkeypatch.chdir(words[1] if Path(words[1]).is_dir() else folder / words[1])
            continue
        if words[1] == "adopt":  # for a project that has lost its record
            shutil.rmtree(".dltemplates", ignore_errors=True)
        if "--answers" in words:
            Path(words[words.index("--answers") + 1]).write_text('network = "plain"\n', "utf-8")
        run([os.curdir if word == "PROJECT" else word for word in words[1:]])


def run(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, f"dltemplates {' '.join(words)}\n{result.output}"


def test_the_readme_is_among_them() -> None:
    assert {READMES[0], DOCS / "start/index.md", DOCS / "update.md"} <= set(with_cheap_commands())
