"""A real browser, for pages that have to be read in one."""

import contextlib
import html
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

_QUIET = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
--disable-background-networking --disable-component-update --disable-extensions
--allow-file-access-from-files --enable-logging=stderr --virtual-time-budget=3000
--window-size=1400,1000 --dump-dom""".split()

# The page lies in a frame as wide as the screen in question; its own policy lets no script in.
_LOOK = """<!doctype html><meta charset="utf-8"><title>-</title>
<iframe src="{address}" style="width:{width}px;height:900px;border:0"></iframe>
<script>
addEventListener("load", () => {{
  const frame = document.querySelector("iframe"), inside = frame.contentDocument;
  const root = inside.documentElement, seen = frame.contentWindow;
  const out = [...inside.body.querySelectorAll("*")].filter(each =>
    !each.closest(".scroll") && each.getBoundingClientRect().right > seen.innerWidth + 1);
  document.title = JSON.stringify({{
    inner: seen.innerWidth, scroll: root.scrollWidth, text: inside.body.innerText.length,
    ground: seen.getComputedStyle(inside.body).backgroundColor,
    broken: [...inside.images].filter(each => !each.naturalWidth).length,
    out: out.map(each => each.outerHTML.slice(0, 80)),
  }});
}});
</script>
"""


def look_at(page: Path, width: int, *, dark: bool = False) -> dict:
    """How `page` comes out on a screen of `width` pixels, and what the console said."""
    assert CHROMIUM is not None
    folder = Path(tempfile.mkdtemp())
    try:
        outer = folder / "look.html"
        outer.write_text(_LOOK.format(address=page.resolve().as_uri(), width=width), "utf-8")
        scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
        command = [CHROMIUM, *_QUIET, scheme, f"--user-data-dir={folder}", outer.as_uri()]
        dom, said = _run(command)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title and title[1] != "-", said
    return json.loads(html.unescape(title[1])) | {"console": re.findall(r"CONSOLE.*", said)}


def _run(command: list[str]) -> tuple[str, str]:
    """What the browser wrote; none of its processes is left."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
