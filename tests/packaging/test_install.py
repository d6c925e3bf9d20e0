"""The command works from the wheel, from the sdist and from an editable install."""

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]

ROOT = Path(__file__).parents[2]
SOURCES = [
    "LICENSE", "MANIFEST.in", "README.md", "constraints.txt", "dltemplates", "pyproject.toml",
    "setup.cfg", "templates",
]  # fmt: skip
LEFTOVERS = shutil.ignore_patterns("__pycache__", ".*_cache", "*.pyc", ".DS_Store")


def run(*command: object, cwd: Path) -> str:
    words = [str(word) for word in command]
    result = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the distributions are built from, since a build writes beside it."""
    folder = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, folder / name, ignore=LEFTOVERS)
        else:
            shutil.copy2(path, folder / name)
    (folder / "templates/_shared/project/__pycache__").mkdir()
    (folder / "templates/_shared/project/__pycache__/stale.pyc").touch()
    return folder


@pytest.fixture(scope="session")
def built(source: Path) -> Path:
    """The folder of a wheel and an sdist; the wheel is built from the sdist."""
    run(sys.executable, "-m", "build", "--outdir", source / "dist", source, cwd=source)
    return source / "dist"


def files_below(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in paths}


def test_templates_travel_whole_in_the_wheel(source: Path, built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        prefix = "dltemplates/templates/"
        inside = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
        assert inside == files_below(source / "templates")
        assert any(name.startswith("_shared/project/ci=true/.github/") for name in inside)
        assert "_shared/project/.gitignore" in inside
        assert any("=" in name for name in inside)
        assert "dltemplates/py.typed" in names
        page = {path.name for path in (ROOT / "dltemplates/serving/web").iterdir()}
        assert {f"dltemplates/serving/web/{name}" for name in page} <= set(names)
        assert not [name for name in names if name.startswith(("tests", "templates", "benchmarks"))]


def test_templates_travel_whole_in_the_sdist(source: Path, built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = [member.name.split("/", 1)[1] for member in sdist if member.isfile()]
    inside = {name.removeprefix("templates/") for name in names if name.startswith("templates/")}
    assert inside == files_below(source / "templates")
    assert {"LICENSE", "README.md", "setup.cfg", "constraints.txt"} <= set(names)


@pytest.fixture(params=["wheel", "sdist", "editable"])
def installed(request: pytest.FixtureRequest, built: Path, tmp_path: Path) -> Path:
    """The `bin` folder of a fresh environment with nothing but dltemplates, click and Jinja2."""
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=tmp_path)
    sdist = next(built.glob("*.tar.gz"))
    if request.param == "wheel":
        what: list[object] = [next(built.glob("*.whl"))]
    elif request.param == "sdist":
        what = [sdist]
    else:
        shutil.unpack_archive(sdist, tmp_path)
        what = ["--editable", tmp_path / sdist.name.removesuffix(".tar.gz")]
    python = environment / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
    constraints = ["--constraint", ROOT / "constraints.txt"]
    run(*pip, *constraints, "click", "jinja2", "markupsafe", *what, cwd=tmp_path)
    return environment / "bin"


def test_the_command_works(installed: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    dltemplates = installed / "dltemplates"
    names = [
        template["name"] for template in json.loads(run(dltemplates, "list", "--json", cwd=work))
    ]
    assert "cnn-classifier" in names
    for name in names:
        assert json.loads(run(dltemplates, "show", name, "--json", cwd=work))["name"] == name
        run(dltemplates, "new", name, f"there/{name}", "--package", "here", cwd=work)
        here = [sys.executable, "-m", "dltemplates"]
        run(*here, "new", name, f"here/{name}", "--package", "here", cwd=work)
        there = work / "there" / name
        assert files_below(there) == files_below(work / "here" / name)
        for path in files_below(there):
            assert (there / path).read_bytes() == (work / "here" / name / path).read_bytes()
    assert run(installed / "python", "-m", "dltemplates", "--version", cwd=work).startswith("dlt")
