"""Updates of projects from one of our templates, which changes in the meantime."""

import json
from pathlib import Path

import pytest

from dltemplates.errors import AnswerError, TargetError, UpdateError
from dltemplates.scaffold import record
from dltemplates.scaffold.parameters import Parameter, Value
from dltemplates.scaffold.updating import update
from tests.scaffold.older_template import change, copy_template, edit, make, release

EPOCHS = '[parameters.epochs]\ntype = "int"\ndefault = 12'
NEW_PARAMETER = '\n[parameters.patience]\ntype = "int"\ndefault = 5\nhelp.en = "Epochs to wait"\n'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return copy_template(tmp_path / "templates")


@pytest.fixture
def project(tmp_path: Path, template: Path) -> Path:
    return make(template, tmp_path / "work", "width=32")


def snapshot(project: Path) -> dict[str, bytes]:
    return {str(place): place.read_bytes() for place in project.rglob("*") if place.is_file()}


def kinds(done: update.Update) -> dict[str, str]:
    return {step.path: step.kind for step in done.steps}


def run(project: Path, *settings: str, **options) -> update.Update:
    prepared = update.prepare(project, settings, **options)
    prepared.apply()
    return prepared


def test_nothing_to_do(project: Path) -> None:
    before = snapshot(project)
    assert run(project).changes == ()
    assert snapshot(project) == before


def test_all_that_a_new_version_brings(template: Path, project: Path) -> None:
    """Both sides change, in one file and in several."""
    edit(project / "config.toml", ("seed = 0\n\n[finetune]", "seed = 7\n\n[finetune]"))
    edit(project / "my_app/train.py", ("verbose=0,", "verbose=1,"))
    (project / "my_app/mine.py").write_text("MINE = 1\n")
    (project / "compose.yaml").unlink()
    release(template, "0.2.0")
    change(template, "project/config.toml", ("broken_limit = 0.01", "broken_limit = 0.02"))
    change(template, "project/my_app/train.py", ("XLA slows", "XLA slowed"))
    change(template, "project/docker=true/compose.yaml", ("2G", "3G"))
    (template / "project/my_app/finetune.py").rename(template / "project/my_app/tuning.py")
    (template / "project/NEWS.md").write_text("# News\n")
    (template / "project/ci=true/.github/workflows/ci.yml").unlink()
    done = run(project)
    assert kinds(done) == {
        "config.toml": "merge",
        "my_app/train.py": "merge",
        "my_app/tuning.py": "move",
        "compose.yaml": "keep",
        "NEWS.md": "add",
        ".github/workflows/ci.yml": "remove",
    }
    config = (project / "config.toml").read_text("utf-8")
    assert "broken_limit = 0.02" in config and "seed = 7\n\n[finetune]" in config
    training = (project / "my_app/train.py").read_text("utf-8")
    assert "XLA slowed" in training and "verbose=1" in training
    assert (project / "my_app/mine.py").read_text() == "MINE = 1\n"
    assert not (project / ".github").exists()
    assert not (project / "compose.yaml").exists()
    assert record.read(project).template_version == "0.2.0"
    before = snapshot(project)
    assert run(project).changes == ()
    assert snapshot(project) == before


def test_a_conflict_is_marked_and_has_to_be_resolved(template: Path, project: Path) -> None:
    edit(project / "config.toml", ("epochs = 12\n", "epochs = 99\n"))
    change(template, "template.toml", (EPOCHS, EPOCHS.replace("12", "15")))
    done = run(project)
    assert [step.path for step in done.conflicts] == ["config.toml"]
    text = (project / "config.toml").read_text("utf-8")
    conflict = (
        "<<<<<<< yours\nepochs = 99\n||||||| before: cnn-classifier 0.1.0\nepochs = 12\n"
        "=======\nepochs = 15\n>>>>>>> update: cnn-classifier 0.1.0\n"
    )
    assert conflict in text
    before = snapshot(project)
    with pytest.raises(UpdateError, match=r"still marked in config\.toml"):
        update.prepare(project)
    assert snapshot(project) == before
    (project / "config.toml").write_text(text.replace(conflict, "epochs = 99\n"), "utf-8")
    assert run(project).changes == ()


def test_users_choices_stay_and_defaults_follow(template: Path, project: Path) -> None:
    change(template, "template.toml", (EPOCHS, EPOCHS.replace("12", "15")))
    change(template, "template.toml", ("default = 64\nmin = 8", "default = 48\nmin = 8"))
    done = run(project)
    assert (done.after.answers["epochs"], done.after.answers["width"]) == (15, 32)
    assert "--set epochs=12 keeps" in " ".join(done.notes)
    assert "epochs = 15" in (project / "config.toml").read_text("utf-8")


def test_an_answer_changes_later(project: Path) -> None:
    edit(project / "my_app/data.py", ('"""How image files become batches."""', '"""Mine."""'))
    done = run(project, "network=plain", "epochs=12")
    assert done.after.chosen == ("network", "width", "epochs")
    assert "ResNet" not in (project / "my_app/model.py").read_text("utf-8")
    assert '"""Mine."""' in (project / "my_app/data.py").read_text("utf-8")
    assert "ProgressiveResizing" not in (project / "my_app/data.py").read_text("utf-8")


def test_new_parameters_are_asked_or_have_their_defaults(template: Path, project: Path) -> None:
    with open(template / "template.toml", "a", encoding="utf-8") as manifest:
        manifest.write(NEW_PARAMETER)
    asked = []

    def ask(parameter: Parameter, default: Value) -> Value:
        asked.append(parameter.name)
        return 8

    unasked = update.prepare(project)
    assert unasked.after.answers["patience"] == 5
    assert unasked.notes == ("patience is new: 5.",)
    done = update.prepare(project, ask=lambda template: ask)
    assert asked == ["patience"]
    assert done.after.answers["patience"] == 8
    assert "patience" in done.after.chosen


def test_a_parameter_that_is_no_more(template: Path, project: Path) -> None:
    text = (template / "template.toml").read_text("utf-8")
    start = text.index("[parameters.width]")
    end = text.index("[parameters.", start + 1)
    (template / "template.toml").write_text(text[:start] + text[end:], "utf-8")
    change(template, "project/config.toml", ("width = << width >>", "width = 64"))
    done = run(project)
    assert "width is no parameter any more; it was 32." in done.notes
    assert "width" not in done.after.answers


def test_an_answer_that_is_not_allowed_any_more(template: Path, project: Path) -> None:
    change(template, "template.toml", ("default = 64\nmin = 8", "default = 64\nmin = 48"))
    with pytest.raises(AnswerError, match="'32' is not allowed any more") as error:
        update.prepare(project)
    assert "--set width=VALUE" in str(error.value)
    assert run(project, "width=48").after.answers["width"] == 48


def test_a_deleted_part_comes_back(project: Path) -> None:
    for name in ("Dockerfile", "serving/health.sh"):
        (project / name).unlink()
    assert run(project).steps == ()
    assert kinds(run(project, part="docker")) == {"Dockerfile": "add", "serving/health.sh": "add"}
    assert (project / "Dockerfile").exists()


def test_parts_come_and_go_with_their_lines(project: Path) -> None:
    done = run(project, "serve=false", "docker=false", "ci=false")
    assert {"Dockerfile", "tests/test_serving.py", ".github/workflows/ci.yml"} <= set(kinds(done))
    assert not (project / "serving").exists()
    for name in ("README.md", "pyproject.toml", "tests/conftest.py"):
        text = (project / name).read_text("utf-8")
        assert not any(word in text for word in ("docker", "[serve]", "readme_client")), name
    assert kinds(run(project, part="notebook"))["notebook.ipynb"] == "add"
    json.loads((project / "notebook.ipynb").read_text("utf-8"))


def test_refusals(tmp_path: Path, template: Path, project: Path) -> None:
    before = snapshot(project)
    for problem, options, words in (
        (UpdateError, {"template": "lstm-forecaster"}, "is a project from cnn-classifier"),
        (AnswerError, {"part": "coffee"}, "no optional part 'coffee'"),
        (AnswerError, {"settings": ["widht=3"]}, "Did you mean 'width'"),
    ):
        with pytest.raises(problem, match=words):
            update.prepare(project, **options)
    with pytest.raises(TargetError, match="is no folder"):
        update.prepare(tmp_path / "nowhere")
    with pytest.raises(TargetError, match="was not made by dltemplates"):
        update.prepare(template)
    release(template, "0.0.9")
    with pytest.raises(UpdateError, match="never goes back: take the newer template"):
        update.prepare(project)
    assert snapshot(project) == before


def test_versions_that_nobody_wrote(project: Path) -> None:
    file = project / record.RECORD
    text = file.read_text("utf-8")
    for version, words in (("9.0", "install the newer dltemplates"), ("9" * 5_000, "")):
        file.write_text(text.replace('"dltemplates": "0', f'"dltemplates": "{version}.0'), "utf-8")
        if words:
            with pytest.raises(UpdateError, match=words):
                update.prepare(project)
        else:
            update.prepare(project)


def test_a_template_that_moved(tmp_path: Path, template: Path, project: Path) -> None:
    moved = template.rename(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="no template"):
        update.prepare(project)
    assert run(project, template=str(moved)).after.origin == str(moved)
    assert run(project).changes == ()


def test_a_renamed_project_stays_as_it_is_called(tmp_path: Path, project: Path) -> None:
    renamed = project.rename(tmp_path / "renamed")
    assert run(renamed).changes == ()


def test_records_of_other_versions(project: Path) -> None:
    file = project / record.RECORD
    values = json.loads(file.read_text("utf-8"))
    del values["folder"]
    file.write_text(json.dumps(values), "utf-8")
    assert record.read(project).folder == ""
    file.write_text(json.dumps({**values, "dltemplates": "9.0", "magic": 1}), "utf-8")
    with pytest.raises(TargetError, match=r"written by dltemplates 9\.0: unknown 'magic'"):
        update.prepare(project)
