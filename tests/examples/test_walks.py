"""The walks of examples/: valid, listed, and their recorded output is of their commands."""

import re
import runpy
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
WALKS = sorted(path.stem for path in EXAMPLES.glob("*.sh"))
RECORDED = sorted(path.stem for path in EXAMPLES.glob("output/*.txt"))
VARIABLE = re.compile(r"\$\{[^{}]*\}|\$\(\([^)]*\)\)|\$\w+")


def commands(walk: str) -> list[str]:
    """The commands that a walk shows, as patterns: what a variable holds may be anything."""
    script = (EXAMPLES / f"{walk}.sh").read_text("utf-8").replace("\\\n", " ")
    shown = re.findall(r"^ *(?:say|show) ([^$].*)$", script, re.M)
    return [_pattern(" ".join(line.replace('"', "").replace("'", "").split())) for line in shown]


def _pattern(command: str) -> str:
    pattern = ".*".join(map(re.escape, VARIABLE.split(command)))
    return pattern.replace(r"\ .*", "(?: .*)?")


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_is_valid_and_says_how_it_is_run(walk: str) -> None:
    script = EXAMPLES / f"{walk}.sh"
    subprocess.run(["bash", "-n", script], check=True)
    assert f"# Usage: examples/{walk}.sh" in script.read_text("utf-8")
    assert script.stat().st_mode & 0o111
    assert commands(walk)


@pytest.mark.parametrize("language", ["", "ko/"])
def test_walks_and_outputs_are_listed(language: str) -> None:
    page = (ROOT / f"docs/{language}examples.md").read_text("utf-8")
    linked = re.findall(r"examples/(\w+)\.sh\)", page)
    assert sorted(linked) == WALKS
    assert sorted(re.findall(r"examples/output/(\w+)\.txt\)", page)) == RECORDED


@pytest.mark.parametrize("walk", RECORDED)
def test_a_recorded_output_is_of_the_walks_commands(walk: str) -> None:
    output = (EXAMPLES / f"output/{walk}.txt").read_text("utf-8")
    said = re.findall(r"^\$ (.*)$", output, re.M)
    patterns = commands(walk)
    place = 0
    for line in said:
        rest = (i for i in range(place, len(patterns)) if re.fullmatch(patterns[i], line))
        found = next(rest, None)
        assert found is not None, f"{walk}.sh has no command for: {line}"
        place = found + 1
    assert place == len(patterns), "the walk has come to its end"


@pytest.mark.parametrize("walk", RECORDED)
def test_a_recorded_output_says_when_and_with_what(walk: str) -> None:
    first, second, third, *_ = (EXAMPLES / f"output/{walk}.txt").read_text("utf-8").splitlines()
    assert re.fullmatch(rf"# ([A-Z_]+=\S+ )*examples/{walk}\.sh \S+( \S+)?", first)
    versions = r"dltemplates [\d.]+, tensorflow [\d.]+, keras [\d.]+"
    assert re.match(rf"# \d{{4}}-\d\d-\d\d; {versions}", second)
    assert re.fullmatch(r"# [\d.]+ minutes, [\d.]+ of processor time", third)


@pytest.mark.parametrize("walk", RECORDED)
def test_a_recorded_output_tells_nothing_of_the_machine(walk: str) -> None:
    output = (EXAMPLES / f"output/{walk}.txt").read_text("utf-8")
    assert not re.search(r"/(work|home|root|tmp|Users|usr|opt|mnt)/|\033", output)


@pytest.mark.parametrize("language", ["", "ko/"])
def test_figures_of_the_page_are_of_the_outputs(language: str) -> None:
    page = (ROOT / f"docs/{language}examples.md").read_text("utf-8")
    for line in page.splitlines():
        for walk in re.findall(r"output/(\w+)\.txt\)", line):
            output = (EXAMPLES / f"output/{walk}.txt").read_text("utf-8")
            said = line.split("](")[-1].partition(")")[2]
            figures = re.findall(r"(?<![\w.])\.?\d[\d.,]*\d", said)
            assert [each for each in figures if each.lstrip("0") not in output] == []


def test_what_only_this_machine_calls_so_is_taken_out(tmp_path: Path) -> None:
    without_paths = runpy.run_path(str(EXAMPLES / "record.py"))["without_paths"]
    data = tmp_path / "of" / "mine" / "log.csv"
    text = (
        f"\033[1m$ python {EXAMPLES}/write_digits.py {tmp_path}/walk/pictures\033[0m\n"
        f"{data}: 3 rows in {tmp_path}\n"
    )
    assert without_paths(text, tmp_path, data) == (
        "$ python examples/write_digits.py walk/pictures\nlog.csv: 3 rows in .\n"
    )
