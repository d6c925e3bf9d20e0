"""Korean projects say the same as English ones, with any answers."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from dltemplates.columns import text_width
from dltemplates.scaffold import catalog
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.checking.pairwise import pairwise
from dltemplates.scaffold.ejecting.standalone import IN_README
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import LANG, Template
from dltemplates.scaffold.updating.drafts import Drafts

HANGUL = re.compile("[가-힣]")
# Examples that are Korean in an English text too.
EXAMPLES = re.compile("정말 재미있어요|연기도 음악도 좋았다")
STARTER = str(catalog.root() / "_starter")


@cache
def template_of(name: str) -> Template:
    return catalog.find(name)


@cache
def answer_sets(name: str) -> list[Answers]:
    return list(pairwise(template_of(name)))


@cache
def drafts_of(name: str) -> Drafts:
    return Drafts(template_of(name), Record(name, name, "", "Mine", "mine", {}, ()))


def both(name: str, path: str) -> Iterator[tuple[str, str]]:
    """The different versions of a file, each in English and in Korean."""
    seen = set()
    for answers in answer_sets(name):
        texts = []
        for lang in ("en", "ko"):
            values: Mapping[str, object] = {**answers.values, LANG: lang}
            file = drafts_of(name).file(replace(answers, values=values), path)
            texts.append(file.data.decode() if file else "")
        if any(texts):
            seen.add(tuple(texts))
    assert seen, f"{name} has no {path}"
    yield from seen


@pytest.fixture(params=[*catalog.names(), STARTER])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def flat(table: object, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(table, dict):
        yield keys, list(table)
        for key, value in table.items():
            yield from flat(value, (*keys, key))
    else:
        yield keys, table


def test_config_has_the_same_settings(name: str) -> None:
    for english, korean in both(name, "config.toml"):
        assert list(flat(tomllib.loads(english))) == list(flat(tomllib.loads(korean)))
        assert [line for line in english.splitlines() if not line.startswith("#")] == [
            line for line in korean.splitlines() if not line.startswith("#")
        ]
        searched, wanted = (text.partition("# [tune.space]")[2] for text in (korean, english))
        assert searched == wanted


def test_config_is_commented_in_one_language(name: str) -> None:
    for english, korean in both(name, "config.toml"):
        comments = [line for line in korean.splitlines() if line.startswith("# ")]
        own = [line for line in comments if not line.startswith(("# [tune", '# "'))]
        assert [line for line in own if not HANGUL.search(line)] == []
        assert [line for line in own if text_width(line) > 100] == []
        assert not HANGUL.search(english)
        assert explained(english) == explained(korean)


def explained(config: str) -> list[str]:
    """The settings with a comment right above them."""
    return re.findall(r"^# .*\n(\w+) = ", config, re.M)


def code(readme: str) -> list[str]:
    """Fenced and indented blocks, without what is said in comments."""
    blocks = re.findall(r"^```\w*\n.*?^```$", readme, re.M | re.S)
    rest = re.sub(r"^```\w*\n.*?^```$", "", readme, flags=re.M | re.S)
    blocks += re.findall(r"(?:^    .*\n)+", rest, re.M)
    return [re.sub(r"\s+# .*", "", block) for block in blocks]


def outline(readme: str) -> list[str]:
    prose = re.sub(r"^```\w*\n.*?^```$", "", readme, flags=re.M | re.S)
    return [line.split()[0] for line in prose.splitlines() if line.startswith("#")]


def first_cells(readme: str) -> list[str]:
    return re.findall(r"^(\| .*? \|)", readme, re.M)


def test_readme_has_the_same_code_and_outline(name: str) -> None:
    for english, korean in both(name, "README.md"):
        assert code(english) == code(korean)
        assert outline(english) == outline(korean)
        assert first_cells(english) == first_cells(korean)
        assert names_of(english) == names_of(korean)
        for text in (english, korean):
            assert sum(sentence in text for sentence in IN_README) == 1


def names_of(readme: str) -> set[str]:
    """What stands between backticks: commands, settings, files."""
    prose = re.sub(r"^```\w*\n.*?^```$", "", readme, flags=re.M | re.S)
    return set(re.findall(r"`([^`\n]+)`", prose))


def test_readme_is_in_one_language(name: str) -> None:
    for english, korean in both(name, "README.md"):
        assert not HANGUL.search(EXAMPLES.sub("", english))
        prose = re.sub(r"^(```\w*\n.*?^```|    .*)$", "", korean, flags=re.M | re.S)
        for paragraph in re.split(r"\n\s*\n", re.sub(r"`[^`\n]+`|Mine", "", prose)):
            words = re.findall("[A-Za-z]{2,}|[가-힣]+", paragraph)
            if len(words) > 3:
                assert sum(bool(HANGUL.match(w)) for w in words) > len(words) / 3, paragraph
        for comment in re.findall(r"\s# (.*)$", korean, re.M):
            assert HANGUL.search(comment) or comment.startswith("http"), comment
        assert "\n\n\n" not in prose.partition("```")[0]


def test_notebook_has_the_same_code(name: str) -> None:
    for english, korean in both(name, "notebook.ipynb"):
        if not english:
            continue
        cells, others = (json.loads(text)["cells"] for text in (english, korean))
        assert [cell["id"] for cell in cells] == [cell["id"] for cell in others]
        for cell, other in zip(cells, others, strict=True):
            source, translated = ("".join(each["source"]) for each in (cell, other))
            if cell["cell_type"] == "code":
                assert re.sub(r"  # .*", "", source) == re.sub(r"  # .*", "", translated)
            else:
                assert HANGUL.search(translated) and not HANGUL.search(source)
