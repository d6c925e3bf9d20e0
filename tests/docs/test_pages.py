"""Pages in both languages: the same commands, the same outputs, and commands that exist."""

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest
import settings
from command_reference import project_group

from dltemplates.cli import main
from dltemplates.project.config import load_config
from dltemplates.scaffold import answers, catalog, names

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for path in (*DOCS.glob("learn/*.md"), *DOCS.glob("start/*.md"))
)
CONCEPTS = [page for page in PAGES if page.startswith("learn/") and "index" not in page]
FENCE = re.compile(r"^```([\w{}-]*)([^\n]*)\n(.*?)^```", re.M | re.S)


def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page but for its drawings, whose words differ."""
    text = (DOCS / ("ko" if language == "ko" else ".") / page).read_text("utf-8")
    found = [(kind + rest, body) for kind, rest, body in FENCE.findall(text)]
    return [block for block in found if "drawing" not in block[0]]


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_show_the_same(page: str) -> None:
    assert blocks(page, "en") == blocks(page, "ko")


@pytest.mark.parametrize("page", CONCEPTS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_concept_has_all_its_parts(page: str, language: str) -> None:
    text = (DOCS / ("ko" if language == "ko" else ".") / page).read_text("utf-8")
    assert "```{drawing}" in text
    assert "$$" in text
    assert "```{project-code}" in text
    assert "config.toml" in text
    kinds = [kind for kind, _ in blocks(page, language)]
    assert "sh" in kinds and "text" in kinds  # an experiment, and what came of it


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_well_formed(page: str, tmp_path: Path) -> None:
    project: tuple[str, tuple[str, ...]] | None = None
    folder = ""
    for kind, body in blocks(page, "en"):
        if kind != "sh":
            continue
        for line in body.replace("\\\n", " ").strip().splitlines():
            words = shlex.split(line)
            if words[:2] == ["dltemplates", "new"]:
                project, folder = check_new(words[2:])
            elif words[0] == "dltemplates":
                parse(main, words[1:])
            elif words[0] == "cd":
                assert words[1] == folder
            elif words[:2] == ["python", "-m"]:
                assert project is not None, line
                assert words[2] == names.package_of(folder), line
                check_in_project(*project, words[3:], tmp_path)
            elif words[0] == "python":
                assert (DOCS.parent / words[1]).is_file(), line
            else:
                assert words[:2] == ["pip", "install"], line


def check_new(words: list[str]) -> tuple[tuple[str, tuple[str, ...]], str]:
    """Checks `dltemplates new`, and returns its template with the settings, and the folder."""
    given = parse(main, ["new", *words])
    template = catalog.find(given["template"])
    answers.resolve(template, answers.from_settings(given["settings"], template))
    return (template.name, given["settings"]), given["dest"]


def check_in_project(
    template: str, chosen: tuple[str, ...], words: list[str], folder: Path
) -> None:
    given = parse(project_group(template), words)
    files = settings.files(template, chosen)
    (folder / "config.toml").write_text(files["config.toml"], "utf-8")
    schema = ModuleType("shown_config")
    sys.modules[schema.__name__] = schema  # where pydantic looks for the names of types
    try:
        exec(compile(files["my_app/config.py"], "config.py", "exec"), schema.__dict__)
        load_config(schema.Config, folder / "config.toml", given.get("overrides", ()))
    finally:
        del sys.modules[schema.__name__]


def parse(group: click.Command, words: list[str]) -> dict:
    """Reads a command line as click would, without running it; returns its values."""
    context = group.make_context(group.name, list(words), resilient_parsing=False)
    while isinstance(context.command, click.Group):
        _, command, rest = context.command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        assert command is not None
        context = command.make_context(command.name, rest, parent=context)
    return context.params


@pytest.mark.parametrize("guide", sorted(path.name for path in DOCS.glob("ko/*.md")))
def test_a_korean_guide_has_kept_up(guide: str) -> None:
    english, korean = (DOCS / guide, DOCS / "ko" / guide)
    assert command_lines(korean) == command_lines(english)
    assert without_comments(guide, "ko") == without_comments(guide, "en")
    headings = [
        len(re.findall(r"^#+ ", page.read_text("utf-8"), re.M)) for page in (english, korean)
    ]
    assert headings[0] == headings[1]


def without_comments(page: str, language: str) -> list[tuple[str, str]]:
    return [(kind, re.sub(r" *# .*", "", body)) for kind, body in blocks(page, language)]


def command_lines(page: Path) -> list[str]:
    """The commands of a guide, without what is said of them behind a `#`."""
    lines = re.findall(
        r"^    (?:\$ )?((?:python|dltemplates|pip|cd) .*)", page.read_text("utf-8"), re.M
    )
    return [line.split(" #")[0].strip() for line in lines]
