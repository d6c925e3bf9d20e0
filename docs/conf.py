"""The site, which is built twice: docs/ in English, and docs/ko/ (with `-t ko`) in Korean."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "extensions"), str(HERE.parent)]

import dltemplates  # noqa: E402 (found by the line above)

_KOREAN = tags.has("ko")  # type: ignore[name-defined] # noqa: F821 (Sphinx defines it)

language = "ko" if _KOREAN else "en"
project = "dltemplates"
version = release = dltemplates.__version__
html_title = f"dltemplates {version}"

extensions = [
    "myst_parser",
    "mathml",
    "drawings",
    "project_code",
    "reference",
    "guides",
    "languages",
    "theme_words",
    "outside_links",
]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["extensions", "figures", "_templates", *([] if _KOREAN else ["ko"])]
highlight_language = "text"
smartquotes = False  # options begin with two hyphens
nitpicky = True

html_theme = "furo"
html_theme_options = {"top_of_page_buttons": ["view"]}
html_math_renderer = "mathml"
html_static_path = [str(HERE / "_static")]
html_css_files = ["site.css"]
templates_path = [str(HERE / "_templates")]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
