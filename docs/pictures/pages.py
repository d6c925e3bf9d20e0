"""The report and the served page of the walk's project, seen by a browser."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.serving.browser import Browser, running_browser

_WIDTH = 900
_REPORT, _PAGE = 900, 958  # how much of their height is shown: to the end of a part
_SHOWN = ("5.png", "8.png")


def photograph(scratch: Path, folder: Path) -> None:
    """Writes report-*.png and serve-*.png of `scratch`/my-app into `folder`."""
    report = next((scratch / "my-app" / "runs").glob("*/report.html"))
    photos = [str(scratch / "photos" / name) for name in _SHOWN]
    with running_browser() as browser, _served(scratch / "my-app") as address:
        for shade in ("light", "dark"):
            browser.open(report.as_uri(), _WIDTH, dark=shade == "dark")
            browser.wait_for("document.readyState === 'complete'")
            _shoot(browser, folder / f"report-{shade}.png", _REPORT)
            for language in ("en", "ko"):
                browser.open(address, _WIDTH, dark=shade == "dark", language=language)
                _drop(browser, photos)
                _shoot(browser, folder / f"serve-{shade}.{language}.png", _PAGE)


@contextmanager
def _served(project: Path) -> Iterator[str]:
    """Serves the project's export; gives the address of its page."""
    process = subprocess.Popen(
        [sys.executable, "-m", "my_app", "serve", "--port", "0"],
        cwd=project,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"Page: (http://\S+)", line):
                yield found[1]
                break
        else:
            raise SystemExit("The server did not start.")
    finally:
        process.terminate()
        process.wait()


def _drop(browser: Browser, photos: list[str]) -> None:
    """Gives files to the page, and waits for an answer to each."""
    browser.wait_for("document.querySelector('input[type=file]')")
    root = browser.call("DOM.getDocument")["root"]["nodeId"]
    found = browser.call("DOM.querySelector", nodeId=root, selector="input[type=file]")
    browser.call("DOM.setFileInputFiles", nodeId=found["nodeId"], files=photos)
    browser.wait_for(f"document.querySelectorAll('.foot').length >= {json.dumps(len(photos))}")


def _shoot(browser: Browser, file: Path, height: int) -> None:
    """A picture of the page's beginning, in few colours, which keeps it small."""
    browser.screenshot(file)
    with Image.open(io.BytesIO(file.read_bytes())) as shot:
        seen = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, height)))
    seen.quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)
