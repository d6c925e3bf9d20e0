"""Templates out of real git repositories on this disk."""

import os
import subprocess
from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold import catalog, git_checkout
from tests.scaffold.small_template import write_template


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    command = ["git", *identity, *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return result.stdout.strip()


def commit(folder: Path, message: str = "change") -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a template below `t`, and a place of its own for temporary files."""
    folder = tmp_path / "repository"
    write_template(folder / "t")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return folder


def change(repository: Path, old: str, new: str) -> None:
    file = repository / "t/template.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize("form", ["git+{}", "git+file://{}"])
def test_the_files_live_as_long_as_the_template_is_open(repository: Path, form: str) -> None:
    name = f"{form.format(repository)}#subdirectory=t"
    with catalog.opened(name) as template:
        assert template.commit == git(repository, "rev-parse", "HEAD")
        assert template.origin == name
        assert (template.layers[-1] / "config.toml").is_file()
        assert os.access(template.layers[-1] / "run.sh", os.X_OK)
    assert not template.layers[-1].exists()
    assert not list((repository.parent / "temporary").iterdir())


def test_a_branch_a_tag_and_a_commit(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "tag", "v1")
    change(repository, "1.2.0", "1.3.0")
    second = commit(repository)
    git(repository, "branch", "feature/한글")
    change(repository, "1.3.0", "2.0.0")
    third = commit(repository)
    for ref, wanted, version in [
        ("@v1", first, "1.2.0"),
        (f"@{first}", first, "1.2.0"),
        ("@feature/한글", second, "1.3.0"),
        ("@main", third, "2.0.0"),
        ("", third, "2.0.0"),
    ]:
        with catalog.opened(f"git+{repository}{ref}#subdirectory=t") as template:
            assert (template.commit, template.version) == (wanted, version)


def test_nothing_of_a_repository_or_of_its_reader_runs(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither hooks of the reader's own templates and settings, nor filters, nor submodules."""
    ran = tmp_path / "ran"
    for hooks in (tmp_path / "template/hooks", tmp_path / "hooks"):
        hooks.mkdir(parents=True)
        (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / "post-checkout").chmod(0o755)
    (tmp_path / "gitconfig").write_text(
        f"[init]\ntemplateDir = {tmp_path / 'template'}\n[core]\nhooksPath = {tmp_path / 'hooks'}\n"
        f'[filter "lfs"]\nsmudge = touch {ran}\nrequired = true\n[protocol "ext"]\nallow = always\n'
    )
    (repository / ".gitattributes").write_text("*.md filter=lfs\n")
    (repository / ".gitmodules").write_text(
        f'[submodule "s"]\npath = t/project/s\nurl = ext::touch {ran}\n'
    )
    head = git(repository, "rev-parse", "HEAD")
    git(repository, "add", "--all")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{head},t/project/s")
    git(repository, "commit", "--quiet", "-m", "more")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "template"))
    with catalog.opened(f"git+{repository}#subdirectory=t") as template:
        assert not list((template.layers[-1] / "s").iterdir())
    assert not ran.exists()


@pytest.mark.parametrize("what", ["template.toml", "project", "t"])
def test_links_out_of_a_repository_are_refused(repository: Path, tmp_path: Path, what: str) -> None:
    outside = write_template(tmp_path / "outside")
    place = repository / what if what == "t" else repository / "t" / what
    place.rename(tmp_path / "away")
    place.symlink_to(outside if what == "t" else outside / what)
    commit(repository)
    with (
        pytest.raises(TemplateError, match=r"no links|has no folder 't'"),
        catalog.opened(f"git+{repository}#subdirectory=t"),
    ):
        pass


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("@v9#subdirectory=t", "no branch, tag or commit 'v9'"),
        (f"@{'0' * 40}#subdirectory=t", "no branch, tag or commit"),
        ("#subdirectory=u", "has no folder 'u'"),
        ("", r"there is no template\.toml.*\n.*#subdirectory=PATH"),
        ("-none", "git says: .* does not appear to be a git repository"),
    ],
)
def test_what_is_not_there_is_named(repository: Path, rest: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words), catalog.opened(f"git+{repository}{rest}"):
        pass
    assert not list((repository.parent / "temporary").iterdir())


def test_an_error_in_a_template_names_the_address(repository: Path) -> None:
    change(repository, 'type = "path"', 'type = "paht"')
    commit(repository)
    with pytest.raises(TemplateError) as error, catalog.opened(f"git+{repository}#subdirectory=t"):
        pass
    assert error.value.where == f"git+{repository}#subdirectory=t/template.toml"


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    with pytest.raises(TemplateError, match="no commit yet"), catalog.opened(f"git+{tmp_path}"):
        pass


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TemplateError, match="git is not installed"):  # noqa: SIM117
        with catalog.opened(f"git+{repository}"):
            pass


def test_git_has_a_time_limit(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_checkout, "TIME_LIMIT", 1e-3)
    with pytest.raises(TemplateError, match="did not end within"):  # noqa: SIM117
        with catalog.opened(f"git+{repository}"):
            pass
