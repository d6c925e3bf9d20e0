import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dltemplates.scaffold import record
from tests.cli.test_completion import complete
from tests.scaffold.older_template import edit
from tests.scaffold.small_template import MANIFEST, write_template

Run = Callable[..., Result]
KOREAN = "# 프로젝트의 모든 설정."
ENGLISH = "# Every setting of the project."


def config(place: Path, project: str = "app") -> str:
    return (place / project / "config.toml").read_text("utf-8")


def made(run: Run, *options: str, name: str = "cnn-classifier") -> Result:
    result = run("new", name, "app", "--defaults", *options)
    assert result.exit_code == 0, result.output
    return result


def test_a_korean_project(run: Run, place: Path) -> None:
    result = made(run, "--lang", "ko")
    assert KOREAN in config(place) and ENGLISH not in config(place)
    assert "## 사용법" in (place / "app/README.md").read_text("utf-8")
    assert not list((place / "app").rglob("*.ko.*"))
    assert record.read(place / "app").answers["lang"] == "ko"
    assert "new cnn-classifier app --defaults --lang ko\n" in result.stdout


def test_the_locale_is_the_default(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    again = json.loads(run("new", "cnn-classifier", "app", "--json").stdout)
    assert KOREAN in config(place)
    assert again["answers"]["lang"] == "ko"
    assert again["command"].endswith("--lang ko")
    result = run("new", "cnn-classifier", "other", "--defaults", "--lang", "en")
    assert ENGLISH in config(place, "other")
    assert "--defaults --lang en\n" in result.stdout
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "--lang" not in run("new", "cnn-classifier", "third", "--defaults").stdout
    assert "lang" not in record.read(place / "third").chosen


def test_set_and_answers_say_it_too(run: Run, place: Path) -> None:
    made(run, "--set", "lang=ko", "--lang", "ko")
    answers = place / "app/.dltemplates/project.json"
    run("new", "cnn-classifier", "same", "--answers", str(answers), "--defaults")
    assert config(place, "same").splitlines()[1:] == config(place).splitlines()[1:]
    run("new", "cnn-classifier", "third", "--answers", str(answers), "--lang", "en", "--defaults")
    assert ENGLISH in config(place, "third")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--lang", "fr"), "'fr' is not one of 'en', 'ko'"),
        (("--lang", "en", "--set", "lang=ko"), "--lang en: --set lang=ko says otherwise."),
        (("--set", "lang=kr"), "expected one of en, ko; received 'kr'"),
        (("--lang",), "Option '--lang' requires an argument"),
    ],
)
def test_refusals(run: Run, place: Path, options: tuple[str, ...], expected: str) -> None:
    result = run("new", "cnn-classifier", "app", *options)
    assert result.exit_code != 0
    assert expected in result.stderr
    assert not (place / "app").exists()


def test_a_template_of_one_language_stays_as_it_is(run: Run, place: Path) -> None:
    result = made(run, "--lang", "ko", name="../small")
    assert "lang" not in record.read(place / "app").answers
    assert "--lang" not in result.stdout.partition("Next:")[0]


def test_a_parameter_lang_may_mean_something_else(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = '[parameters.lang]\ntype = "string"\ndefault = "R"\nhelp.en = "Of the code"\n'
    write_template(place.parent / "other", manifest=f"{MANIFEST}\n{own}")
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    made(run, "--lang", "ko", name="../other")
    assert record.read(place / "app").answers["lang"] == "R"


def test_list_and_show(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "이미지 분류" in run("list", "--lang", "ko").stdout
    assert "첫 단계의 채널 수" in run("show", "cnn-classifier", "--lang", "ko").stdout
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "Image classifier" in run("list", "--lang", "en").stdout
    assert "Channels of the first stage" in run("show", "cnn-classifier", "--lang", "en").stdout
    assert run("list", "--lang", "kr").exit_code == 2


def test_completion(place: Path) -> None:
    assert complete("new", "cnn-classifier", "app", "--lang", incomplete="") == ["en", "ko"]
    assert complete("new", "cnn-classifier", "app", "--set", incomplete="lang=") == [
        "lang=en", "lang=ko",
    ]  # fmt: skip


def test_another_language_later(run: Run, place: Path) -> None:
    made(run)
    edit(place / "app/config.toml", ("\nepochs = 12\n", "\n# mine\nepochs = 33\n"))
    with open(place / "app/README.md", "a", encoding="utf-8") as readme:
        readme.write("\nMine.\n")
    result = run("update", "app", "--set", "lang=ko")
    assert result.exit_code == 0, result.output
    text = config(place)
    assert KOREAN in text and "1~10000\n# mine\nepochs = 33\n" in text
    readme_text = (place / "app/README.md").read_text("utf-8")
    assert "## 사용법" in readme_text and readme_text.endswith("\nMine.\n")
    assert "Nothing to do" in run("update", "app").stdout
    assert run("update", "app", "--set", "lang=en").exit_code == 0
    assert ENGLISH in config(place) and "# mine\nepochs = 33\n" in config(place)


def test_a_record_from_before_there_were_languages(run: Run, place: Path) -> None:
    made(run)
    file = place / "app/.dltemplates/project.json"
    values = json.loads(file.read_text("utf-8"))
    del values["answers"]["lang"]
    file.write_text(json.dumps(values), "utf-8")
    assert "No file changes but the project's record." in run("update", "app").stdout
    assert ENGLISH in config(place)


def test_add_and_eject_stay_in_the_language(run: Run, place: Path) -> None:
    made(run, "--lang", "ko")
    assert run("add", "notebook", "app").exit_code == 0
    assert "## 학습 곡선" in (place / "app/notebook.ipynb").read_text("utf-8")
    assert run("eject", "app").exit_code == 0
    readme = (place / "app/README.md").read_text("utf-8")
    assert "의 코드는 `app/library`에 들어 있습니다." in readme and "패키지 인덱스" not in readme
    assert "Nothing to do" in run("update", "app").stdout
