import json
import os
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.inspection.small_data import ENGLISH, write_images, write_log, write_series, write_texts

Run = Callable[..., Result]


def test_says_what_data_are_and_what_to_do(run: Run, place: Path) -> None:
    write_series(place / "a.csv", 1500, "D", period=365)
    result = run("inspect", "a.csv")
    assert result.exit_code == 0, result.output
    for words in ("one each day", "year of 365 rows", "lookback = 365", "new my-app --data a.csv"):
        assert words in result.output
    assert "It could also be a log of 1 sensor" in result.output


def test_json(run: Run, place: Path) -> None:
    write_log(place / "log.csv")
    found = json.loads(run("inspect", "log.csv", "--json").stdout)
    assert found["chosen"]["template"] == "autoencoder-anomaly"
    assert found["chosen"]["parameters"]["label"]["value"] == "anomaly"
    assert found["chosen"]["data"]["kind"] == "log"
    assert [other["template"] for other in found["others"]] == ["lstm-forecaster"]


def test_data_that_fit_no_template(run: Run, place: Path) -> None:
    rows = "".join(f"{row},{row % 7},{('red', 'blue')[row % 2]}\n" for row in range(200))
    (place / "a.csv").write_text(f"width,height,class\n{rows}")
    result = run("inspect", "a.csv")
    assert result.exit_code == 0
    assert "'class' looks like what is to be predicted" in result.output
    found = json.loads(run("inspect", "a.csv", "--json").stdout)
    assert found["chosen"] is None
    assert found["refusal"]


def test_a_time_budget(run: Run, place: Path) -> None:
    write_texts(place / "a.csv", ENGLISH, 3000)
    found = json.loads(run("inspect", "a.csv", "--time-budget", "2s", "--json").stdout)
    assert found["chosen"]["parameters"]["epochs"]["value"] >= 1


def test_every_kind_as_json_even_under_a_name_in_cp949(run: Run, place: Path) -> None:
    folder = os.fsdecode(os.fsencode(place) + "/사진".encode("cp949"))
    write_images(Path(folder), {"cat": 3, "dog": 3})
    write_texts(place / "texts.csv", ENGLISH)
    write_series(place / "series.csv", 1500, "D", period=7)
    for path in (folder, "texts.csv", "series.csv"):
        found = json.loads(run("inspect", path, "--json").stdout)
        assert found["chosen"]["data"]["title"]
        assert run("inspect", path).exit_code == 0
    result = run("new", "app", "--data", folder)
    assert result.exit_code == 1
    assert "cannot be printed" in result.stderr
    assert not (place / "app").exists()


def test_bad_input(run: Run, place: Path) -> None:
    (place / "a.xlsx").write_bytes(b"PK\x03\x04")
    for path, words in (("none", "no such file"), ("a.xlsx", "workbook"), ("../work", "a.xlsx")):
        result = run("inspect", path)
        assert result.exit_code == 1
        assert words in result.stderr or path == "../work"
        assert result.stdout == ""
