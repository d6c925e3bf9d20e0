import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]


def test_list(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "autoencoder-anomaly     Anomaly detector" in result.stdout
    assert "cnn-classifier          Image classifier" in result.stdout
    assert "lstm-forecaster         Time-series forecaster" in result.stdout
    assert "transformer-classifier  Text classifier" in result.stdout


def test_list_speaks_korean_in_a_korean_locale(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert "이미지 분류" in run("list").stdout
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "Image classifier" in run("list").stdout


def test_list_as_json(run: Run) -> None:
    templates = json.loads(run("list", "--json").stdout)
    (template,) = [t for t in templates if t["name"] == "cnn-classifier"]
    assert set(template) == {"name", "version", "task", "summary", "origin", "source", "path"}
    assert (template["origin"], template["source"]) == ("cnn-classifier", "dltemplates")
    assert set(template["summary"]) == {"en", "ko"}


def test_show(run: Run) -> None:
    text = run("show", "../small").stdout
    assert "small 1.2.0, testing" in text
    assert "width = 64\n    Width\n    a whole number, 8 to 512 channels; only with network" in text
    assert "dropout = 0.0 (0.3 with network=plain)" in text
    assert "one of resnet, plain, application" in text
    assert "a number, at least 1e-07, or auto" in text


def test_show_names_every_parameter_of_our_templates(run: Run) -> None:
    about = json.loads(run("show", "cnn-classifier", "--json").stdout)
    text = run("show", "cnn-classifier").stdout
    for parameter in about["parameters"]:
        assert f"\n{parameter['name']} = " in text
    assert list(about["schema"]["properties"]) == [p["name"] for p in about["parameters"]]


def test_show_speaks_korean_where_the_template_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    text = run("show", "../small").stdout
    assert "신경망의 종류" in text
    assert "Backbone" in text


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("show", "cnn-clasifier"), "Did you mean 'cnn-classifier'?"),
        (("show", "../nothing"), "no template '../nothing'"),
        (("shwo", "x"), "Did you mean 'show'?"),
        (("list", "--jsn"), "--json"),
        (("show",), "Missing argument 'NAME'"),
    ],
)
def test_errors(run: Run, args: tuple[str, ...], expected: str) -> None:
    result = run(*args)
    assert result.exit_code != 0
    assert expected in result.stderr
    assert result.stdout == ""


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout.startswith("dltemplates, version 0.")
    text = run("--help").stdout
    assert [line.split()[0] for line in text.split("Commands:\n")[1].split("\n\n")[0].splitlines()]
    for command in ("list", "show", "new"):
        assert f"  {command}" in text
        assert run(command, "--help").exit_code == 0
