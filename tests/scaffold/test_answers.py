import json
from pathlib import Path

import pytest

from dltemplates.errors import AnswerError, TemplateError
from dltemplates.scaffold import answers, catalog
from dltemplates.scaffold.parameters import Parameter, Value
from dltemplates.scaffold.template import Template
from tests.scaffold.small_template import MANIFEST, write_template


@pytest.fixture
def template(tmp_path: Path) -> Template:
    return catalog.find(str(write_template(tmp_path / "small")))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults(template: Template) -> None:
    resolved = answers.resolve(template, {})
    assert resolved.chosen == ()
    assert resolved.applied == ("network", "width", "dropout", "rate", "ema", "dataset", "path")
    assert resolved.values["backbone"] == "MobileNetV2"  # does not apply, but can be printed
    assert "backbone" not in resolved.as_dict()


def test_a_default_that_depends_on_another_answer_is_not_a_choice(template: Template) -> None:
    resolved = answers.resolve(template, {"network": "plain"})
    assert resolved.values["dropout"] == 0.3
    assert resolved.settings() == ["network=plain"]
    assert answers.resolve(template, {"network": "plain", "dropout": 0.0}).settings() == [
        "network=plain",
        "dropout=0.0",
    ]


def test_a_condition_on_what_does_not_apply_is_not_met(template: Template) -> None:
    given = answers.from_settings(["network=application", "backbone=ResNet50"], template)
    assert "imagenet" in answers.resolve(template, given).applied
    assert "imagenet" not in answers.resolve(template, {"network": "application"}).applied


@pytest.mark.parametrize("setting", ["backbone=MobileNetV2", "backbone=ResNet50"])
def test_an_answer_out_of_place_says_what_it_needs(template: Template, setting: str) -> None:
    given = answers.from_settings([setting], template)
    with pytest.raises(AnswerError) as caught:
        answers.resolve(template, given)
    assert "used only with network=application, and network is 'resnet'" in str(caught.value)


def test_settings_give_the_same_answers_again(template: Template) -> None:
    for settings in (
        ["network=plain", "dropout=0.3", "width=8"],
        ["network=application", "backbone=ResNet50", "imagenet=yes", "rate=1e-5"],
        ["ema=on", "dataset=cifar10", "path=a b/사진", "rate=auto"],
    ):
        first = answers.resolve(template, answers.from_settings(settings, template))
        again = answers.resolve(template, answers.from_settings(first.settings(), template))
        assert again == first


def test_the_last_setting_wins(template: Template) -> None:
    assert answers.from_settings(["width=8", "width=16"], template) == {"width": 16}
    assert answers.from_settings(["path=a=b"], template) == {"path": "a=b"}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("width", "--set width: expected NAME=VALUE"),
        ("widht=8", "small has no parameter 'widht'.\n  Did you mean 'width'?"),
        ("=8", "has no parameter ''"),
        ("width=9999", "parameter 'width': expected a whole number, 8 to 512"),
    ],
)
def test_wrong_settings(template: Template, setting: str, expected: str) -> None:
    with pytest.raises(AnswerError) as caught:
        answers.from_settings([setting], template)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", 'network = "plain"\ndropout = 0\n'),
        ("a.json", '{"network": "plain", "dropout": 0}'),
        ("a", '\ufeff{"network": "plain", "dropout": 0}'),
        ("a.txt", 'network = "plain"\ndropout = 0.0'),
        ("record.json", '{"template": "small", "answers": {"network": "plain", "dropout": 0}}'),
        ("a.toml", '[answers]\nnetwork = "plain"\ndropout = 0'),
    ],
)
def test_files(template: Template, tmp_path: Path, name: str, text: str) -> None:
    given = answers.from_file(write(tmp_path, name, text), template)
    assert given == {"network": "plain", "dropout": 0.0}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", "{", "not valid JSON"),
        ("a.toml", "network: plain", "not valid TOML"),
        ("a.json", "[1]", "expected a table"),
        ("a.toml", "widht = 8", "small has no parameter 'widht'.\n  Did you mean 'width'?"),
        ("a.toml", "width = 4", "parameter 'width': expected a whole number, 8 to 512"),
        ("a.json", '{"ema": null}', "parameter 'ema': expected true or false; received None"),
    ],
)
def test_wrong_files(
    template: Template, tmp_path: Path, name: str, text: str, expected: str
) -> None:
    file = write(tmp_path, name, text)
    with pytest.raises(AnswerError) as caught:
        answers.from_file(file, template)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(f"{file}: ")


def test_files_that_cannot_be_read(template: Template, tmp_path: Path) -> None:
    with pytest.raises(AnswerError, match="No such file"):
        answers.from_file(tmp_path / "none.toml", template)
    with pytest.raises(AnswerError, match="Is a directory"):
        answers.from_file(tmp_path, template)
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AnswerError, match="not UTF-8"):
        answers.from_file(tmp_path / "b.toml", template)


def test_asks_only_for_what_applies_and_is_not_given(template: Template) -> None:
    asked = []

    def ask(parameter: Parameter, default: Value) -> Value:
        asked.append((parameter.name, default))
        return "plain" if parameter.name == "network" else default

    resolved = answers.resolve(template, {"width": 16}, ask)
    assert [name for name, _ in asked] == ["network", "dropout", "rate", "ema", "dataset", "path"]
    assert dict(asked)["dropout"] == 0.3
    assert json.loads(json.dumps(resolved.as_dict()))["width"] == 16


FEWER = """
[parameters.cell]
type = "choice"
choices = ["lstm", "gru"]
default = "gru"
choices_for = { network = { plain = ["gru"] } }
help.en = "Cell"
"""


def test_an_answer_can_leave_fewer_choices_for_another(tmp_path: Path) -> None:
    template = catalog.find(str(write_template(tmp_path / "t", manifest=MANIFEST + FEWER)))
    assert answers.resolve(template, {"cell": "lstm"}).values["cell"] == "lstm"
    with pytest.raises(AnswerError, match="'lstm' cannot be had with network=plain") as caught:
        answers.resolve(template, {"network": "plain", "cell": "lstm"})
    assert caught.value.hint == "Choose one of gru."

    asked: list[Parameter] = []

    def ask(parameter: Parameter, default: Value) -> Value:
        asked.append(parameter)
        return default

    answers.resolve(template, {"network": "plain"}, ask)
    assert asked[-1].choices == ("gru",)


def test_the_choices_that_are_left_hold_the_default(tmp_path: Path) -> None:
    manifest = MANIFEST + FEWER.replace('["gru"]', '["lstm"]')
    with pytest.raises(TemplateError, match=r"choices_for\.network\.plain"):
        catalog.find(str(write_template(tmp_path / "t", manifest=manifest)))
