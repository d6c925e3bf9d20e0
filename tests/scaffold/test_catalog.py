from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold import answers, catalog
from dltemplates.scaffold.parameters import Parameter, Value
from tests.scaffold.small_template import MANIFEST, write_template


def test_our_own_templates_can_all_be_read() -> None:
    assert "cnn-classifier" in catalog.names()
    for template in catalog.templates():
        assert set(template.summary) == {"en", "ko"}
        for parameter in template.parameters.values():
            assert set(parameter.help) == {"en", "ko"}, parameter.name


def test_finds_by_name_and_by_folder(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "small")
    assert catalog.names(tmp_path) == ("small",)
    assert catalog.find("small", tmp_path).origin == "small"
    assert catalog.find(str(folder), tmp_path).origin == str(folder)


def test_what_begins_with_an_underscore_is_no_template_to_list(tmp_path: Path) -> None:
    write_template(tmp_path / "small")
    write_template(tmp_path / "_starter")
    assert catalog.names(tmp_path) == ("small",)
    assert not [name for name in catalog.names() if name.startswith("_")]


def test_a_template_in_git_is_fetched_only_where_it_is_opened() -> None:
    with pytest.raises(TemplateError, match="has to be fetched first"):
        catalog.find("git+https://example.org/r")


def test_a_template_is_called_as_its_folder_is(tmp_path: Path) -> None:
    write_template(tmp_path / "other")
    with pytest.raises(TemplateError, match="name: expected 'other'"):
        catalog.find("other", tmp_path)


def test_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(TemplateError, match="Did you mean 'cnn-classifier'"):
        catalog.find("cnn-clasifier")


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"no template\.toml in this folder"):
        catalog.find(str(tmp_path))


def test_shared_files_are_the_lower_layer_unless_refused(tmp_path: Path) -> None:
    (tmp_path / "_shared/project").mkdir(parents=True)
    write_template(tmp_path / "small", manifest=MANIFEST.replace("shared = false", ""))
    own = tmp_path / "small/project"
    assert catalog.find("small", tmp_path).layers == (tmp_path / "_shared/project", own)
    write_template(tmp_path / "small")
    assert catalog.find("small", tmp_path).layers == (own,)


def test_shared_parameters_come_last_are_not_asked_and_give_way(tmp_path: Path) -> None:
    (tmp_path / "_shared/project/extra=true").mkdir(parents=True)
    (tmp_path / "_shared/project/extra=true/extra.txt").write_text("extra\n")
    table = '[parameters.{}]\ntype = "bool"\ndefault = true\nask = false\nhelp.en = "Shared"\n'
    (tmp_path / "_shared/parameters.toml").write_text(table.format("extra") + table.format("ema"))
    manifest = MANIFEST.replace("shared = false\n", "")
    write_template(tmp_path / "small", manifest=manifest)
    template = catalog.find("small", tmp_path)
    assert list(template.parameters)[-1] == "extra"
    assert template.parameters["ema"].help["en"] == "Moving average"
    asked: list[str] = []

    def ask(parameter: Parameter, default: Value) -> Value:
        asked.append(parameter.name)
        return default

    assert answers.resolve(template, {}, ask).values["extra"] is True
    assert "ema" in asked and "extra" not in asked
    assert "small" in catalog.names(tmp_path) and "_shared" not in catalog.names(tmp_path)
