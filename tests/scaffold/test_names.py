import keyword
import random
import sys
import unicodedata
from pathlib import Path

import pytest

from dltemplates.errors import ProjectNameError
from dltemplates.scaffold import names


@pytest.mark.parametrize(
    ("title", "package"),
    [
        ("my-app", "my_app"),
        ("My App", "my_app"),
        ("MyApp", "myapp"),
        ("photos.v2", "photos_v2"),
        ("a--b__c", "a_b_c"),
        (".hidden", "hidden"),
        ("Café Olé", "cafe_ole"),
        ("꽃분류", "kkotbunryu"),
        ("한글-2", "hangeul_2"),
        ("값싼 여덟", "gapssan_yeodeol"),
        (unicodedata.normalize("NFD", "꽃분류"), "kkotbunryu"),
        ("앱 (최종)!", "aep_choejong"),
        ("ＸＹＺ", "xyz"),
    ],
)
def test_package_from_title(title: str, package: str) -> None:
    assert names.package_of(title) == package


@pytest.mark.parametrize("title", ["猫", "лес", "🌸", "---", "ㅋㅋ", "app-猫"])
def test_no_package_follows_from_a_title_that_is_not_latin(title: str) -> None:
    with pytest.raises(ProjectNameError, match="--package NAME"):
        names.package_of(title)


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("", "is empty"),
        ("class", "is a Python keyword.\n  Pass another: --package app_class"),
        ("keras", "would hide the package keras"),
        ("tensorflow", "would hide the package tensorflow"),
        ("dltemplates", "would hide the package dltemplates"),
        ("json", "would hide Python's own module json"),
        ("tests", "is a folder that the project has"),
        ("3d", "begins with a digit.\n  Pass another: --package app_3d"),
        ("a/b", "has a path separator.\n  Pass another: --package a_b"),
        ("a\\b", "has a path separator"),
        ("../up", "has a path separator"),
        ("my-app", "expected lower-case Latin letters, digits and underscores"),
        ("MyApp", "--package myapp"),
        ("앱", "--package aep"),
        ("con", "is a device on Windows"),
        ("a" * 41, "has 41 characters; at most 40"),
    ],
)
def test_refused_packages(package: str, expected: str) -> None:
    with pytest.raises(ProjectNameError) as caught:
        names.check_package(package)
    assert expected in str(caught.value)


def test_no_module_of_python_is_a_package_name() -> None:
    for module in sys.stdlib_module_names:
        with pytest.raises(ProjectNameError):
            names.check_package(module)


def test_what_follows_from_any_title_is_a_usable_package() -> None:
    chance = random.Random(0)
    alphabet = "abcXYZ019-_. 가힣뷁쌍éßИ猫🌸'!ﬁİ"
    for _ in range(3000):
        title = "".join(chance.choices(alphabet, k=chance.randint(1, 12)))
        try:
            package = names.package_of(title)
        except ProjectNameError:
            package = names.suggest_package(title) or "fallback"
        assert package.isidentifier()
        assert package.isascii()
        assert not keyword.iskeyword(package)
        assert names.check_package(package) == package


@pytest.mark.parametrize(
    ("dest", "title"),
    [
        ("my-app", "my-app"),
        ("../projects/My App/", "My App"),
        ("./꽃분류", "꽃분류"),
        (unicodedata.normalize("NFD", "꽃분류"), "꽃분류"),
        ("a/b/..", "a"),
    ],
)
def test_title(dest: str, title: str) -> None:
    assert names.title_of(dest) == title


def test_title_of_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert names.title_of(".") == "here"


REFUSED_TITLES = [
    "", "  ", "/", "a\nb", "a\udcff", 'say "hi"', "back\\slash", "a:b", "x<<title>>", "-rf",
    "end.", "end ", " begin", "con", "NUL.txt", "a?",
]  # fmt: skip


@pytest.mark.parametrize("dest", REFUSED_TITLES)
def test_refused_titles(dest: str) -> None:
    with pytest.raises(ProjectNameError):
        names.title_of(dest)


def test_every_syllable_has_latin_letters() -> None:
    for code in range(0xAC00, 0xD7A4):
        assert names.suggest_package("x" + chr(code)).isascii()
        assert len(names.suggest_package("x" + chr(code))) > 1
