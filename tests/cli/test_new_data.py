"""`new --data`: the data choose, the user decides, and config.toml says why."""

import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.test_new import files
from tests.inspection.small_data import (
    ENGLISH,
    KOREAN,
    write_images,
    write_log,
    write_series,
    write_texts,
)

Run = Callable[..., Result]


@pytest.fixture
def series(place: Path) -> Path:
    return write_series(place / "daily.csv", 1500, "D", period=365)


def config(project: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((project / "config.toml").read_text("utf-8"))


def test_the_data_decide(run: Run, place: Path, series: Path) -> None:
    result = run("new", "app", "--data", "daily.csv")
    assert result.exit_code == 0, result.output
    settings = config(place / "app")["data"]
    assert (settings["lookback"], settings["horizon"]) == (365, 14)
    assert (settings["source"], settings["path"]) == ("path", str(series))
    lines = (place / "app/config.toml").read_text().splitlines()
    above = lines[lines.index("lookback = 365") - 1]
    assert above.startswith("# 365: one cycle (a year)")
    assert above.endswith("(inspect)")
    assert "lookback, horizon" in result.output


def test_what_is_worth_knowing_is_said(run: Run, place: Path) -> None:
    photos = write_images(place / "photos", {"cat": 40, "dog": 40}, size=(32, 32))
    output = run("new", "first", "--data", "photos").output
    assert "The template's defaults suit these data." in output and "Worth" not in output
    shutil.copy(photos / "cat" / "1.png", photos / "cat" / "again.png")
    (photos / "dog" / "torn.png").write_bytes(b"no image")
    output = run("new", "second", "--data", "photos").output
    assert "Worth knowing:" in output and "torn.png" in output and "1 image is a copy" in output
    chosen = run("new", "third", "--data", "photos", "--set", "image_size=64").output
    assert "suit these data" in chosen
    listed = json.loads(run("new", "fourth", "--data", "photos", "--json").stdout)
    assert listed["template"]["name"] == "cnn-classifier"


def test_without_data_nothing_is_said(run: Run, place: Path) -> None:
    run("new", "lstm-forecaster", "app", "--defaults")
    assert "(inspect)" not in (place / "app/config.toml").read_text()
    assert "reasons" not in (place / "app/.dltemplates/project.json").read_text()


def test_the_user_wins(run: Run, place: Path, series: Path) -> None:
    (place / "answers.toml").write_text("horizon = 30\nsteps = 77\n")
    options = ("--set", "lookback=100", "--answers", "answers.toml")
    output = json.loads(run("new", "app", "--data", "daily.csv", "--json", *options).stdout)
    answers = output["answers"]
    assert (answers["lookback"], answers["horizon"], answers["steps"]) == (100, 30, 77)
    assert "reasons" not in output
    assert "one cycle" not in (place / "app/config.toml").read_text()


def test_another_source_leaves_the_path_out(run: Run, place: Path, series: Path) -> None:
    options = ("--data", "daily.csv", "--set", "source=sample")
    result = run("new", "lstm-forecaster", "app", *options)
    assert result.exit_code == 0, result.output
    assert config(place / "app")["data"]["path"] == ""


@pytest.mark.parametrize("options", [(), ("--set", "horizon=7"), ("--set", "lookback=504")])
def test_the_printed_command_makes_the_same_project(
    run: Run, place: Path, series: Path, options: tuple[str, ...]
) -> None:
    output = run("new", "app", "--data", "daily.csv", "--time-budget", "20s", *options).stdout
    first = files(place / "app")
    (place / "app").rename(place / "first")
    (line,) = [line for line in output.splitlines() if line.startswith("  dltemplates new")]
    assert run(*shlex.split(line)[1:]).exit_code == 0
    assert files(place / "app") == first


def test_every_kind_of_data_makes_a_project(run: Run, place: Path) -> None:
    write_images(place / "사진", {"고양이": 20, "개": 20}, size=(300, 100), grey=True)
    write_log(place / "log.csv")
    write_texts(place / "texts.csv", KOREAN, text="리뷰", label="감정", encoding="cp949")
    expected = {
        "사진": ("cnn-classifier", "color"),
        "log.csv": ("autoencoder-anomaly", "label"),
        "texts.csv": ("transformer-classifier", "text_column"),
    }
    for number, (name, (template, parameter)) in enumerate(expected.items()):
        output = json.loads(run("new", f"app{number}", "--data", name, "--json").stdout)
        assert output["template"]["name"] == template
        assert parameter in output["reasons"]
        config(place / f"app{number}")


def test_what_changed_the_code_is_told_in_the_head(run: Run, place: Path) -> None:
    rows = "".join(f"{row % 7},{row % 5}.5,{int(row < 9)}\n" for row in range(200))
    (place / "a.csv").write_text(f"width,height,anomaly\n{rows}")
    run("new", "app", "--data", "a.csv")
    head = (place / "app/config.toml").read_text().split("\n\n")[0]
    assert "# kind = table: rows stand alone" in head
    assert config(place / "app")["data"]["label"] == "anomaly"


def test_reasons_in_korean(run: Run, place: Path, series: Path) -> None:
    write_images(place / "photos", {"left": 60, "right": 5}, size=(300, 100), grey=True)
    write_log(place / "log.csv")
    write_texts(place / "texts.csv", KOREAN, text="review", label="class")
    rows = "".join(f"{row % 7},{row % 5}.5,{int(row < 9)},a\n" for row in range(200))
    (place / "a.csv").write_text(f"width,height,anomaly,name\n{rows}")
    for name in ("photos", "log.csv", "texts.csv", "a.csv", "daily.csv"):
        options = ("--data", name, "--time-budget", "1s", "--lang", "ko", "--json")
        output = json.loads(run("new", f"app-{name[:3]}", *options).stdout)
        assert output["reasons"]
        text = (place / f"app-{name[:3]}/config.toml").read_text("utf-8")
        comments = [line for line in text.splitlines() if "inspect" in line]
        assert len(comments) >= len(output["reasons"])
        for reason in output["reasons"].values():
            assert re.search("[가-힣]", reason), reason
    assert "# 프로젝트를 만들 때 데이터에 따라" in (place / "app-a.c/config.toml").read_text(
        "utf-8"
    )


def test_a_template_of_ones_own_is_told_where_data_lie(run: Run, place: Path) -> None:
    (place / "data.bin").write_bytes(b"\0")
    output = json.loads(run("new", "../small", "app", "--data", "data.bin", "--json").stdout)
    assert output["answers"]["path"] == str(place / "data.bin")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("app", "--data", "none"), "no such file"),
        (("app", "--data", ""), "The path is empty"),
        (("../small", "app", "--data", ""), "The path is empty"),
        (("../small", "app", "--data", "/dev/null"), "neither a file nor a folder"),
        (("../work/app", "--data", "."), "lies in the folder of the data"),
        (("cnn-classifier", "app", "--data", "texts.csv"), "does not fit cnn-classifier"),
        (("cnn-clasifier", "app", "--data", "texts.csv"), "Did you mean"),
        (("cnn-classifier", "--data", "texts.csv"), "Missing argument 'DEST'"),
        (("app", "--time-budget", "5m"), "--time-budget needs --data"),
        (("app", "--data", "texts.csv", "--time-budget", "soon"), "Expected a time"),
        (("app", "--data", "texts.csv", "--set", "widht=1"), "Did you mean 'width'?"),
        (("texts.csv", "--data", "texts.csv"), "is a file"),
        (("app",), "Missing argument 'DEST'"),
    ],
)
def test_bad_input(run: Run, place: Path, args: tuple[str, ...], expected: str) -> None:
    write_texts(place / "texts.csv", ENGLISH)
    result = run("new", *args)
    assert result.exit_code not in (0, None)
    assert expected in result.stderr
    assert not (place / "app").exists()


def test_a_lost_record_is_found_with_its_reasons(run: Run, place: Path, series: Path) -> None:
    options = ("--data", "daily.csv", "--time-budget", "20s")
    assert run("new", "app", *options).exit_code == 0
    lost = (place / "app/.dltemplates/project.json").read_bytes()
    shutil.rmtree(place / "app/.dltemplates")
    result = run("adopt", "app")
    assert result.exit_code == 0 and "different" not in result.output, result.output
    assert (place / "app/.dltemplates/project.json").read_bytes() == lost
    assert b"one cycle (a year)" in lost
