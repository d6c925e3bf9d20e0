"""Addresses of templates in git."""

from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold.git_address import GitAddress


@pytest.mark.parametrize(
    ("text", "url", "ref", "subdirectory"),
    [
        ("git+https://a.org/o/r", "https://a.org/o/r", "", ""),
        ("git+https://a.org/o/r.git@v1.2", "https://a.org/o/r.git", "v1.2", ""),
        ("git+https://a.org/o/r@feature/x", "https://a.org/o/r", "feature/x", ""),
        ("git+ssh://git@a.org/o/r", "ssh://git@a.org/o/r", "", ""),
        ("git+ssh://git@a.org:22/r@main", "ssh://git@a.org:22/r", "main", ""),
        ("git+git@a.org:o/r@main#subdirectory=t/x", "git@a.org:o/r", "main", "t/x"),
        ("git+file:///srv/r@한글#subdirectory=t", "file:///srv/r", "한글", "t"),
        ("git+/srv/r@v1", "/srv/r", "v1", ""),
    ],
)
def test_parts(text: str, url: str, ref: str, subdirectory: str) -> None:
    address = GitAddress.parse(text)
    assert (address.url, address.ref, address.subdirectory) == (url, ref, subdirectory)
    assert GitAddress.parse(str(address)) == address


def test_a_path_becomes_absolute_and_may_have_an_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a@b/r").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert GitAddress.parse("git+./a@b/r") == GitAddress(str(tmp_path / "a@b/r"))
    assert GitAddress.parse("git+a@b/r@v1") == GitAddress(str(tmp_path / "a@b/r"), "v1")


def test_a_token_is_not_recorded() -> None:
    address = GitAddress.parse("git+https://ghp_token@a.org/o/r@v1")
    assert address.url == "https://ghp_token@a.org/o/r"
    assert str(address) == "git+https://a.org/o/r@v1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("git+", "expected a URL"),
        ("git+ext::sh -c touch% x", "of this kind are refused"),
        ("git+fd::17", "of this kind are refused"),
        ("git+--upload-pack=touch x", "of this kind are refused"),
        ("git+http://a.org/r", r"git\+http:// is refused"),
        ("git+git://a.org/r", r"git\+git:// is refused"),
        ("git+ssh://-oProxyCommand=x/r", "no host"),
        ("git+https:///r", "no host"),
        ("git+https://[::1/r", "is no URL"),
        ("git+https://a.org/r@--upload-pack=x", "no branch, tag or commit"),
        ("git+https://a.org/r@-x", "no branch, tag or commit"),
        ("git+https://a.org/r@", "no branch, tag or commit"),
        ("git+https://a.org/r@a:b", "no branch, tag or commit"),
        ("git+https://a.org/r@+a", "no branch, tag or commit"),
        ("git+https://a.org/r@a..b", "no branch, tag or commit"),
        ("git+https://a.org/r#subdirectory=../x", "inside the repository"),
        ("git+https://a.org/r#subdirectory=/x", "inside the repository"),
        ("git+https://a.org/r#egg=x", "expected #subdirectory=PATH"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        GitAddress.parse(text)


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(TemplateError) as refused:
        GitAddress.parse("git+https://me:secret@a.org/r")
    assert "secret" not in str(refused.value)
