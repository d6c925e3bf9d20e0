"""Files in another language: which of a template's files a project gets."""

from pathlib import Path

import pytest

from dltemplates.errors import AnswerError, TemplateError
from dltemplates.scaffold import answers, manifest, render, tree
from dltemplates.scaffold.template import Template
from tests.scaffold.small_template import MANIFEST, write_template

LANG = """
[parameters.lang]
type = "choice"
choices = ["en", "ko"]
default = "en"
ask = false
help.en = "Language"
"""
FILES: dict[str, str | bytes] = {
    "README.ko.md": "# << title >>\n\n훈련: `python -m my_app train`\n",
    "config.ko.toml": "# 학습률\nrate = << rate | toml >>\n",
    "alone.ko.txt": "no other\n",
    "my_app/words.ko.py": "WORDS = 'my_app'\n",
    "my_app/words.py": "WORDS = 1\n",
    "guide.en.md": "English\n",
    "guide.md": "any\n",
    "network=resnet/about.md": "residual\n",
    "about.ko.md": "한국어\n",
}


def read(folder: Path, text: str = MANIFEST + LANG) -> Template:
    write_template(folder, manifest=text, files=FILES)
    return manifest.read(folder / "template.toml", folder / "none")


def rendered(template: Template, *settings: str) -> dict[str, str]:
    resolved = answers.resolve(template, answers.from_settings(settings, template))
    files = render.render(template, resolved.values, title="Mine", package="mine", folder="mine")
    return {file.path: file.data.decode("utf-8", "replace") for file in files}


def test_a_korean_file_takes_the_place_of_the_other(tmp_path: Path) -> None:
    template = read(tmp_path)
    english, korean = rendered(template), rendered(template, "lang=ko")
    assert english.keys() == korean.keys()
    assert korean["README.md"] == "# Mine\n\n훈련: `python -m mine train`\n"
    assert english["README.md"].endswith("not my_application\n")
    assert korean["config.toml"] == '# 학습률\nrate = "auto"\n'
    assert korean["mine/words.py"] == "WORDS = 'mine'\n"
    assert (english["guide.md"], korean["guide.md"]) == ("English\n", "any\n")
    assert (english["about.md"], korean["about.md"]) == ("residual\n", "한국어\n")
    assert english["run.sh"] == korean["run.sh"]


def test_without_an_original_a_name_is_a_name_like_others(tmp_path: Path) -> None:
    template = read(tmp_path)
    assert rendered(template)["alone.ko.txt"] == "no other\n"
    plain = rendered(template, "network=plain")
    assert plain["about.ko.md"] == "한국어\n" and "about.md" not in plain


def test_without_the_parameter_too(tmp_path: Path) -> None:
    files = rendered(read(tmp_path, MANIFEST))
    assert files["README.ko.md"].startswith("# Mine") and files["guide.en.md"] == "English\n"


def test_what_is_possible_has_no_translations(tmp_path: Path) -> None:
    paths = tree.possible_paths(read(tmp_path), "mine")
    assert {"README.md", "config.toml", "mine/words.py", "alone.ko.txt"} <= paths
    assert not {"README.ko.md", "config.ko.toml", "mine/words.ko.py", "about.ko.md"} & paths


def test_a_template_has_its_own_before_what_is_shared(tmp_path: Path) -> None:
    shared = tmp_path / "_shared/project"
    shared.mkdir(parents=True)
    for name in ("README.md", "README.ko.md", "NOTICE.md", "NOTICE.ko.md"):
        (shared / name).write_text(f"shared {name}\n", "utf-8")
    (shared.parent / "parameters.toml").write_text(LANG, "utf-8")
    write_template(tmp_path / "own", manifest=MANIFEST.replace("shared = false", ""))
    files = rendered(manifest.read(tmp_path / "own/template.toml", shared), "lang=ko")
    assert files["README.md"].startswith("# Mine")
    assert files["NOTICE.md"] == "shared NOTICE.ko.md\n"


def test_errors_name_the_translation(tmp_path: Path) -> None:
    template = read(tmp_path)
    (tmp_path / "project/config.ko.toml").write_text("rate = << rat >>\n", "utf-8")
    rendered(template)
    with pytest.raises(TemplateError) as caught:
        rendered(template, "lang=ko")
    assert "config.ko.toml:1" in str(caught.value)
    with pytest.raises(AnswerError, match="expected one of en, ko; received 'kr'"):
        rendered(template, "lang=kr")
