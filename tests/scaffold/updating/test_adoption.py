import shutil
from pathlib import Path

import pytest

from dltemplates.errors import UpdateError
from dltemplates.scaffold import record, starter
from dltemplates.scaffold.ejecting import ejection
from dltemplates.scaffold.updating import adoption, update
from tests.scaffold.older_template import change, copy_template, edit, make, release
from tests.scaffold.small_template import write_template
from tests.scaffold.test_plugins import install

SETTINGS = {
    "autoencoder-anomaly": ["kind=table", "network=bottleneck", "docker=false"],
    "cnn-classifier": [
        "network=application",
        "backbone=DenseNet121",
        "epochs=30",
        "color=grayscale",
        "lang=ko",
    ],
    "lstm-forecaster": ["network=plain", "horizon=12", "notebook=true"],
    "transformer-classifier": ["tokenization=word", "width=96", "lang=ko"],
}


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    name = getattr(request, "param", "cnn-classifier")
    return make(Path(name), tmp_path / "work", *SETTINGS[name])


def contents(project: Path) -> dict[Path, bytes]:
    files = (place for place in project.rglob("*") if place.is_file())
    return {place: place.read_bytes() for place in files if record.FOLDER not in place.parts}


@pytest.mark.parametrize("project", SETTINGS, indirect=True)
def test_a_lost_record_is_found_again(project: Path) -> None:
    lost = record.read(project)
    shutil.rmtree(project / record.FOLDER)
    files = contents(project)
    found = adoption.adopt(project)
    found.write()
    assert record.read(project) == lost
    assert found.likeness.share == 1.0
    assert contents(project) == files
    assert update.prepare(project).changes == ()


def test_changes_of_the_user_stay_changes(project: Path) -> None:
    shutil.rmtree(project / record.FOLDER)
    edit(project / "my_app/train.py", ("verbose=0,", "verbose=1,"))
    edit(project / "config.toml", ("\nepochs = 30\n", "\nepochs = 31\n"))
    (project / "tests/test_model.py").unlink()
    found = adoption.adopt(project)
    assert found.likeness.different == ("my_app/train.py",)
    assert found.likeness.missing == ("tests/test_model.py",)
    assert 0.8 < found.likeness.share < 1.0
    assert found.record.answers["epochs"] == 31
    found.write()
    assert update.prepare(project).changes == ()


def test_code_of_an_older_version_gets_what_comes_next(tmp_path: Path) -> None:
    template = copy_template(tmp_path / "templates")
    project = make(template, tmp_path / "work", "width=32")
    shutil.rmtree(project / record.FOLDER)
    release(template, "0.2.0")
    change(template, "project/my_app/train.py", ("XLA slows", "XLA slowed"))
    found = adoption.adopt(project, str(template))
    assert found.likeness.different == ("my_app/train.py",)
    found.write()
    change(template, "project/my_app/train.py", ("verbose=0,", "verbose=2,"))
    done = update.prepare(project)
    done.apply()
    text = (project / "my_app/train.py").read_text("utf-8")
    assert "verbose=2" in text and "XLA slows down" not in text.replace("slows convolutions", "")


@pytest.mark.parametrize("damaged", [record.PRISTINE, record.RECORD])
def test_a_damaged_record(project: Path, damaged: str) -> None:
    lost = record.read(project)
    (project / damaged).write_bytes((project / damaged).read_bytes()[:40])
    adoption.adopt(project).write()
    assert record.read(project) == lost
    assert update.prepare(project).changes == ()


def test_refusals(tmp_path: Path, project: Path) -> None:
    with pytest.raises(UpdateError, match="has its record"):
        adoption.adopt(project)
    other = tmp_path / "other"
    other.mkdir()
    (other / "main.py").write_text("print('hello')\n")
    for template, problem in (("", "is like no template"), ("cnn-classifier", "has nothing")):
        with pytest.raises(UpdateError, match=problem):
            adoption.adopt(other, template)
    assert [place.name for place in other.iterdir()] == ["main.py"]


def test_the_project_of_an_unknown_template_is_not_taken_for_one_of_ours(tmp_path: Path) -> None:
    starter.write(tmp_path / "tabular")  # what templates of one's own begin with
    project = make(tmp_path / "tabular", tmp_path / "work")
    shutil.rmtree(project / record.FOLDER)
    with pytest.raises(UpdateError, match="is like no template") as refusal:
        adoption.adopt(project)
    assert "--template" in str(refusal.value.hint)
    assert not (project / record.FOLDER).exists()
    assert adoption.adopt(project, str(tmp_path / "tabular")).likeness.share == 1.0


def test_a_project_that_was_changed_a_lot_is_asked_about_by_name(project: Path) -> None:
    shutil.rmtree(project / record.FOLDER)
    shutil.rmtree(project / "tests")
    for name in ("README.md", "my_app/model.py", "my_app/finetune.py", "my_app/data.py"):
        (project / name).write_text("".join(f"line_{each} = {each}\n" for each in range(90)))
    with pytest.raises(UpdateError, match="of the nearest, cnn-classifier") as refusal:
        adoption.adopt(project)
    assert "--template cnn-classifier" in str(refusal.value.hint)
    found = adoption.adopt(project, "cnn-classifier")
    assert found.record.answers["color"] == "grayscale"


def test_code_of_ones_own_beside_it_does_not_count(project: Path) -> None:
    shutil.rmtree(project / record.FOLDER)
    more = "".join(f"def of_ones_own_{each}() -> None: ...\n" for each in range(800))
    for name in ("train", "model", "data"):
        with (project / f"my_app/{name}.py").open("a") as file:
            file.write(more)
    found = adoption.adopt(project)
    assert found.likeness.share < 0.5
    assert (found.record.template, found.likeness.own) == ("cnn-classifier", 1.0)


@pytest.mark.slow
def test_a_standalone_project_is_found_as_one(tmp_path: Path) -> None:
    project = make(Path("lstm-forecaster"), tmp_path / "work", "horizon=12")
    ejection.prepare(project).apply()
    lost = record.read(project)
    (project / record.PRISTINE).unlink()
    assert adoption.adopt(project).record == lost
    shutil.rmtree(project / record.FOLDER)
    found = adoption.adopt(project)
    assert (found.likeness.share, found.likeness.different) == (1.0, ())
    found.write()
    assert record.read(project) == lost
    assert update.prepare(project).changes == ()


def test_templates_of_packages_are_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    folder = install(tmp_path, "many", {"all": "many"})
    write_template(folder / "broken", files={"my_app/a.py": "#% if nothing\n"})
    change(folder / "broken", "template.toml", ('name = "small"', 'name = "broken"'))
    copy_template(folder, "lstm-forecaster").rename(folder / "own")
    change(folder / "own", "template.toml", ('name = "lstm-forecaster"', 'name = "own"'))
    change(folder / "own", "template.toml", ("default = 96", "default = 95"))
    project = make(Path("many:own"), tmp_path / "work", "horizon=12")
    lost = record.read(project)
    shutil.rmtree(project / record.FOLDER)
    adoption.adopt(project).write()
    assert record.read(project) == lost
    assert lost.origin == "many:own"
