"""Templates that installed packages name with entry points."""

import subprocess
import sys
from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold import catalog
from tests.scaffold.small_template import MANIFEST, write_template


def install(place: Path, package: str, entries: dict[str, str]) -> Path:
    """What pip leaves of a package: its folder, and a record with entry points."""
    about = place / f"{package}-1.5.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.5\n")
    lines = "".join(f"{name} = {value}\n" for name, value in entries.items())
    (about / "entry_points.txt").write_text(f"[dltemplates.templates]\n{lines}")
    folder = place / package
    folder.mkdir()
    (folder / "__init__.py").write_text("raise SystemExit('was imported')\n")
    return folder


def template(folder: Path, name: str) -> None:
    write_template(folder, manifest=MANIFEST.replace('"small"', f'"{name}"'))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_a_package_of_templates_and_one_that_is_a_template(site: Path) -> None:
    many = install(site, "many", {"all": "many.images"})
    (many / "images").mkdir()
    template(many / "images/one", "one")
    template(many / "images/two", "two")
    template(install(site, "single", {"it": "single"}), "three")
    plugins = catalog.plugins()
    assert [each.origin for each in plugins.templates] == ["many:one", "many:two", "single:three"]
    assert [each.source for each in plugins.templates] == ["many 1.5", "many 1.5", "single 1.5"]
    assert not plugins.problems
    for name in ("two", "many:two"):
        found = catalog.find(name)
        assert (found.origin, found.layers[-1]) == ("many:two", many / "images/two/project")
    with pytest.raises(TemplateError, match="Did you mean 'three'"):
        catalog.find("thre")


def test_ours_win_and_the_others_can_be_named_whole(site: Path) -> None:
    for package in ("first", "second"):
        folder = install(site, package, {"all": package})
        template(folder / "a", "cnn-classifier")
        template(folder / "b", "mlp")
    assert catalog.find("cnn-classifier").source == "dltemplates"
    assert catalog.find("first:cnn-classifier").source == "first 1.5"
    with pytest.raises(TemplateError, match="more than one") as error:
        catalog.find("mlp")
    assert error.value.hint == "Use first:mlp or second:mlp."


def test_a_broken_package_is_a_line_and_hides_no_other(site: Path) -> None:
    write_template(install(site, "broken", {"all": "broken"}) / "a", manifest="name = 1")
    install(site, "empty", {"all": "empty"})
    install(site, "missing", {"all": "nowhere.at_all"})
    (site / "module.py").touch()
    install(site, "plain", {"all": "module"})
    twice = install(site, "twice", {"all": "twice", "again": "twice.b"})
    template(twice / "a", "same")
    template(twice / "b", "same")
    template(install(site, "working", {"all": "working"}), "fine")
    plugins = catalog.plugins()
    assert [each.name for each in plugins.templates] == ["same", "fine"]
    expected = {
        "broken": "name: expected str, received 1",
        "empty": "empty/template.toml: cannot be read: No such file",
        "missing": "nowhere.at_all: is no package",
        "plain": "module: is no package",
        "twice": "a second template is called 'same'",
    }
    assert [line.partition(":")[0] for line in plugins.problems] == sorted(expected)
    for line in plugins.problems:
        assert expected[line.partition(":")[0]] in line
        assert "\n" not in line


def test_list_reports_a_broken_package_and_goes_on(site: Path) -> None:
    template(install(site, "working", {"all": "working"}) / "a", "fine")
    install(site, "missing", {"all": "nowhere"})
    command = [sys.executable, "-m", "dltemplates", "list"]
    result = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": str(site), "LANG": "C"}
    )
    assert result.returncode == 0
    assert f"From working 1.5, {site / 'working/a'}\nfine " in result.stdout
    assert (
        result.stderr
        == "Left out: missing: nowhere: is no package, so it has no folder of templates.\n"
    )
