"""The theme's own words in Korean: it brings no translation, and has some words outside gettext."""

import re
from gettext import NullTranslations
from typing import Any

from sphinx.application import Sphinx

# What the theme asks gettext for and neither it nor Sphinx has in Korean.
_KOREAN = {
    "Back to top": "맨 위로",
    "Home": "첫 페이지",
    "Link to this code": "이 코드로 가는 링크",
    "Link to this definition": "이 정의로 가는 링크",
    "Link to this heading": "이 제목으로 가는 링크",
    "Made with ": "테마: ",
    "Next": "다음",
    "On this page": "이 페이지의 내용",
    "Please activate JavaScript to enable the search functionality.": (
        "검색하려면 자바스크립트를 켜 주세요."
    ),
    "Previous": "이전",
    "Skip to content": "본문으로 건너뛰기",
    "View this page": "이 페이지의 원본 보기",
}

# What stands in its templates and its code as it is.
_FIXED = {
    "Toggle site navigation sidebar": "메뉴 펼치기와 접기",
    "Toggle table of contents sidebar": "목차 펼치기와 접기",
    "Toggle Light / Dark / Auto color theme": "밝은 테마, 어두운 테마, 자동 전환",
    "Contents": "목차",
    "Menu": "메뉴",
    "Expand": "펼치기",
    "Light mode": "밝은 테마",
    "Dark mode": "어두운 테마",
    "Auto light/dark, in light mode": "자동, 지금은 밝은 테마",
    "Auto light/dark, in dark mode": "자동, 지금은 어두운 테마",
}
_PLACES = re.compile(
    r'(?P<before>aria-label="|<title>)(?P<words>{})(?P<after>"|</title>)'.format(
        "|".join(map(re.escape, _FIXED))
    )
)
_BRANCH = re.compile(r"Toggle navigation of ([^\"<]*)")


class _Korean(NullTranslations):
    def gettext(self, message: str) -> str:
        return _KOREAN.get(message, message)


def translated(html: str) -> str:
    """A page's HTML with the theme's fixed words in Korean."""
    html = _PLACES.sub(lambda found: f"{found[1]}{_FIXED[found[2]]}{found[3]}", html)
    return _BRANCH.sub(r"\1: 펼치기와 접기", html)


def _as_it_is(html: str) -> str:
    return html


def _add_words(app: Sphinx) -> None:
    if app.config.language == "ko":
        app.translator.add_fallback(_Korean())


def _add_filter(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _: Any) -> None:
    context["in_our_words"] = translated if app.config.language == "ko" else _as_it_is


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", lambda app, _config: _add_words(app))
    app.connect("html-page-context", _add_filter)
    return {"parallel_read_safe": True}
