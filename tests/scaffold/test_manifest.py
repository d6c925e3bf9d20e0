from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold import catalog
from tests.scaffold.small_template import MANIFEST, write_template


def read(folder: Path) -> catalog.Template:
    return catalog.find(str(folder))


def test_reads_every_key(tmp_path: Path) -> None:
    template = read(write_template(tmp_path / "t"))
    assert (template.name, template.version, template.task) == ("small", "1.2.0", "testing")
    assert template.commands == ("train", "predict FILE")
    assert template.summary_in("ko") == "작은 템플릿"
    assert list(template.parameters)[:3] == ["network", "backbone", "imagenet"]
    width = template.parameters["width"]
    assert (width.minimum, width.maximum, width.unit) == (8, 512, "channels")
    assert width.when == {"network": ("resnet", "plain")}
    assert template.parameters["dropout"].defaults_for == {"network": {"plain": 0.3}}
    assert template.parameters["rate"].default == "auto"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('version = "1.2.0"', "", "version: is missing"),
        ('version = "1.2.0"', "version = 1", "version: expected str, received 1"),
        ('name = "small"', 'name = "Small One"', "name: expected lower-case words"),
        ('task = "testing"', 'tusk = "testing"', "tusk: unknown key. Did you mean 'task'?"),
        ('["train", "predict FILE"]', "[]", "commands: expected a list of strings"),
        ('["train", "predict FILE"]', '["train", 1]', "commands: expected a list of strings"),
        ('en = "A small template"', "", "summary.en: is missing"),
        ("[parameters.width]", "[parameters.Width]", "parameters.Width: expected a lower-case"),
        ("[parameters.width]", "[parameters.title]", "parameters.title: this name is reserved"),
        ("[parameters.width]", "[parameters.class]", "parameters.class: expected a lower-case"),
        ('type = "int"', 'type = "integer"', "parameters.width.type: expected one of int"),
        ("default = 64", "default = 7", "parameters.width.default: expected a whole number, 8 to"),
        ("default = 64", "", "parameters.width.default: is missing"),
        ("min = 8", "min = 8.5", "parameters.width.min: expected int"),
        ("min = 8\n", "min = 800\n", "parameters.width.max: is less than min"),
        ("min = 8\n", "minimum = 8\n", "parameters.width.minimum: unknown key"),
        ('help.en = "Width"', 'help.ko = "폭"', "parameters.width.help.en: is missing"),
        ('help.en = "Width"', "help.en = 3", "parameters.width.help.en: expected str"),
        ('choices = ["MobileNetV2", "ResNet50"]', "", "parameters.backbone.choices: is missing"),
        ('"MobileNetV2", "ResNet50"', '"ResNet50", "ResNet50"', "has the same value twice"),
        ('"MobileNetV2", "ResNet50"', "1, 2", "choices: expected a list of strings"),
        ("default = false\nwhen", 'default = "no"\nwhen', "parameters.imagenet.default: expected"),
        ('when = { network = "app', 'when = { net = "app', "backbone.when.net: no earlier"),
        ('{ network = "application" }', '{ network = "app" }', "backbone.when.network: expected"),
        ('{ backbone = "ResNet50" }', "{ width = 8 }", "imagenet.when.width: no earlier"),
        ("{ plain = 0.3 }", "{ plain = 3 }", "dropout.defaults_for.network.plain: expected a num"),
        ("{ plain = 0.3 }", "{ plane = 0.3 }", "dropout.defaults_for.network.plane: expected one"),
        ("'[a-z0-9_]*'", "'['", "parameters.dataset.pattern: not a regular expression"),
        ("default = 64", "default = 64\npattern = 'x'", "parameters.width.pattern: only a string"),
        ('default = ""\npattern', 'default = ""\nauto = true\npattern', "dataset.auto: only a num"),
        ("[parameters.ema]", "[parameters.ema", "not valid TOML"),
        ('help.en = "Dropout"', "help = 1", "parameters.dropout.help: expected dict"),
    ],
)
def test_names_the_file_and_the_key(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert MANIFEST.count(old) >= 1
    folder = write_template(tmp_path / "t", manifest=MANIFEST.replace(old, new, 1))
    with pytest.raises(TemplateError) as caught:
        read(folder)
    assert expected in str(caught.value)
    assert str(folder / "template.toml") in str(caught.value)


def test_defaults_for_a_bool_are_spelled_as_toml_does(tmp_path: Path) -> None:
    extra = """
[parameters.decay]
type = "float"
default = 0.5
defaults_for = { ema = { yes = 0.9 } }
help.en = "Decay"
"""
    folder = write_template(tmp_path / "t", manifest=MANIFEST + extra)
    with pytest.raises(TemplateError, match=r"defaults_for\.ema\.yes: write it as 'true'"):
        read(folder)


def test_a_template_needs_files(tmp_path: Path) -> None:
    (tmp_path / "template.toml").write_text(MANIFEST)
    with pytest.raises(TemplateError, match="no folder `project`"):
        read(tmp_path)


def test_not_utf8(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "t")
    (folder / "template.toml").write_bytes("요약".encode("cp949"))
    with pytest.raises(TemplateError, match="not UTF-8"):
        read(folder)
