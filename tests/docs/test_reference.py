"""The reference says all that the program knows."""

import re
import tomllib

import docstrings
import pytest
import settings
from project_code import quoted

from dltemplates import callbacks, layers
from dltemplates.scaffold import catalog


@pytest.mark.parametrize("template", catalog.names())
def test_every_setting_is_there_with_its_meaning(template: str) -> None:
    found = {setting.name: setting for setting in settings.settings_of(template, "en")}
    tables = tomllib.loads(settings.files(template, ())["config.toml"])
    expected = {f"{section}.{key}" for section, table in tables.items() for key in table}
    assert expected <= set(found)
    assert [name for name, setting in found.items() if not setting.meaning] == []


def test_settings_of_other_answers_name_the_answer() -> None:
    found = {setting.name: setting for setting in settings.settings_of("cnn-classifier", "en")}
    assert found["model.imagenet"].condition == "network=application"
    assert found["model.width"].condition == ""


@pytest.mark.parametrize("template", catalog.names())
def test_korean_meanings_are_the_comments_of_korean_projects(template: str) -> None:
    english, korean = (settings.settings_of(template, language) for language in ("en", "ko"))
    assert [each.name for each in english] == [each.name for each in korean]
    assert [each.condition for each in english] == [each.condition for each in korean]
    assert all(re.search("[가-힣]", each.meaning) for each in korean)


@pytest.mark.parametrize("room", [layers, callbacks])
def test_every_class_is_there(room) -> None:
    name = room.__name__.rsplit(".", 1)[-1]
    assert [each.name for each in docstrings.exported(name)] == room.__all__


def test_docstrings_become_markdown() -> None:
    text = "One line.\n\nArgs:\n    rate: A share\n        of all.\n\nRaises:\n    ValueError: No."
    assert list(docstrings.markdown(text)) == [
        "One line.", "", "", "**Args**", "", "- `rate`: A share", "  of all.",
        "", "", "**Raises**", "", "- `ValueError`: No.",
    ]  # fmt: skip


def test_a_quotation_begins_with_its_comment() -> None:
    text = "a = 1\n# how wide\n# it is\nwidth = 2\nb = 3\n"
    assert quoted(text, "width =", None) == (2, ["# how wide", "# it is", "width = 2"])


@pytest.mark.parametrize("last", [None, "b ="])
def test_what_is_not_there_cannot_be_quoted(last: str | None) -> None:
    with pytest.raises(ValueError, match="No line"):
        quoted("a = 1\n", "c =" if last is None else "a =", last)
