"""Makes the pictures of README and docs from a real walk: `python -m docs.pictures`.

    python -m docs.pictures                 # new, train, evaluate, … in a scratch folder: minutes
    python -m docs.pictures --drawing-only  # the terminal again, from session.json: at once

The terminal's picture has the lines that the commands wrote, with their own times between them
shortened; `…` stands where lines are left out. Report and page are seen by Chromium.
"""

import argparse
import json
import tempfile
from pathlib import Path

from docs.pictures.pages import photograph
from docs.pictures.session import walk
from docs.pictures.terminal import drawing

FOLDER = Path(__file__).resolve().parent
SESSION = FOLDER / "session.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m docs.pictures")
    parser.add_argument("--drawing-only", action="store_true", help="the terminal, from its record")
    if not parser.parse_args().drawing_only:
        with tempfile.TemporaryDirectory() as scratch:
            session = walk(Path(scratch))
            SESSION.write_text(json.dumps(session, ensure_ascii=False, indent=1) + "\n", "utf-8")
            photograph(Path(scratch), FOLDER)
    session = json.loads(SESSION.read_text("utf-8"))
    (FOLDER / "terminal.svg").write_text(drawing(session), "utf-8")
    for picture in sorted(FOLDER.glob("*.[sp][vn]g")):
        print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
