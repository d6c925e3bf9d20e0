import configparser
import re
from pathlib import Path

from dltemplates.scaffold.names import DEPENDENCIES

ROOT = Path(__file__).parents[2]
IMPORT_NAMES = {"scikit-learn": "sklearn", "pillow": "pil"}


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def requirements(section: str, key: str) -> list[str]:
    lines = setup()[section][key].split("\n")
    return [re.split(r"[ <>=\[]", line)[0].lower() for line in lines if line.strip()]


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_every_package_is_listed() -> None:
    folders = {path.parent for path in (ROOT / "dltemplates").rglob("*.py")}
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(setup()["options"]["packages"].split()) == packages | {"dltemplates.templates"}


def test_a_project_cannot_hide_a_dependency() -> None:
    for name in requirements("options", "install_requires"):
        assert IMPORT_NAMES.get(name, name.replace("-", "_")) in DEPENDENCIES


def test_every_dependency_has_a_tested_version() -> None:
    pinned = constraints()
    needed = requirements("options", "install_requires")
    for extra in ("test", "lint"):
        needed += requirements("options.extras_require", extra)
    for name in needed:
        assert name.replace("_", "-") in pinned, name
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", version) for version in pinned.values())
