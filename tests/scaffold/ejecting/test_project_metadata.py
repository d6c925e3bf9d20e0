import tomllib

import pytest

from dltemplates.errors import TargetError
from dltemplates.scaffold.ejecting import project_metadata

TEXT = """\
[project]
name = "my-app"
dependencies = [{dependency}]  # few

[project.optional-dependencies]
serve = ["dltemplates[serve]>=0.1.0"]
test = [
    # for the tests
    "dltemplates[serve]>=0.1.0",
    "pytest",
]

[tool.setuptools]
packages = ["my_app"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""
IMPORTED = {"keras", "PIL", "tensorflow_datasets", "starlette", "optuna", "sentencepiece", "json"}
DATA = {
    "my_app.library": ["LICENSE"],
    "my_app.library.layers": [],
    "my_app.library.serving": ["web/*"],
}


def changed(dependency: str = '"dltemplates>=0.1.0", "polars"') -> dict:
    text = TEXT.replace("{dependency}", dependency)
    needed = project_metadata.needed(IMPORTED)
    return tomllib.loads(project_metadata.without_library(text.encode(), needed, DATA).decode())


def test_what_is_imported_takes_the_library_s_place() -> None:
    project = changed()["project"]
    names = [line.partition(">")[0] for line in project["dependencies"]]
    assert names == ["keras", "tensorflow-datasets", "importlib_resources", "pillow", "polars"]
    assert project["dependencies"][0].startswith("keras>=")
    extras = project["optional-dependencies"]
    assert extras["serve"][0].startswith("starlette>=") and len(extras["serve"]) == 1
    assert extras["test"] == [*extras["serve"], "pytest"]
    assert extras["tune"][0].startswith("optuna>=")
    assert extras["subword"][0].startswith("sentencepiece>=")


def test_an_extra_that_was_always_asked_for_is_one_no_more() -> None:
    project = changed('"dltemplates[subword]>=0.1.0"')["project"]
    assert project["dependencies"][-1].startswith("sentencepiece")
    assert "subword" not in project["optional-dependencies"]


def test_packages_and_their_files() -> None:
    tool = changed()["tool"]
    assert tool["setuptools"]["packages"] == ["my_app", *DATA]
    assert tool["setuptools"]["package-data"] == {
        "my_app.library": ["LICENSE"],
        "my_app.library.serving": ["web/*"],
    }
    assert tool["pytest"] == {"ini_options": {"testpaths": ["tests"]}}


@pytest.mark.parametrize("line", ['"dltemplates-extra>=1"', "'not dltemplates'", ""])
def test_other_packages_stay(line: str) -> None:
    assert changed(line)["project"]["dependencies"] == ([line.strip("\"'")] if line else [])


def test_comments_stay() -> None:
    text = TEXT.replace("{dependency}", '"dltemplates"')
    needed = project_metadata.needed(IMPORTED)
    after = project_metadata.without_library(text.encode(), needed, DATA).decode()
    assert "]  # few\n" in after and "    # for the tests\n" in after


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TargetError, match="is no TOML"):
        project_metadata.read(b"a = = 1")
    with pytest.raises(TargetError, match="is no TOML"):
        project_metadata.read(b"a = '\xff'")
    monkeypatch.setattr(project_metadata, "read_requirements", lambda package: [])
    with pytest.raises(TargetError, match="is not installed"):
        project_metadata.needed(IMPORTED)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("{dependency}", '"dltemplates"').replace("\n", "\r\n"),
        TEXT.replace("{dependency}", "'dltemplates'").replace("dencies]\n", "dencies]  # mine\n"),
        'project = 1\ntool = "x"\n',
        'project = { name = "a", optional-dependencies = { x = ["dltemplates"] } }\n',
        'project.dependencies = ["dltemplates"]\nproject.optional-dependencies.x = []\n',
        "[tool.setuptools]\npackage-data.a = ['x']\n",
        "",
    ],
)
def test_whatever_its_owner_made_of_it_stays_toml(text: str) -> None:
    needed = project_metadata.needed(IMPORTED)
    after = project_metadata.without_library(text.encode(), needed, DATA).decode()
    assert "dltemplates" not in str(tomllib.loads(after))
    assert after.count("\r\n") == (after.count("\n") if "\r" in text else 0)
