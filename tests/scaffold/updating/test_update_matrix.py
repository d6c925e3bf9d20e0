"""Every state of a file before an update, now, and after it, on a real file system."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dltemplates.scaffold import record
from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import content_merge, file_update, transaction
from dltemplates.scaffold.updating.line_merge import Labels, has_markers
from dltemplates.scaffold.updating.update_plan import Step

LABELS = Labels("yours", "before", "update")
STATES = (
    "unchanged", "edited", "edited elsewhere", "deleted", "renamed", "renamed and edited",
    "binary", "executable", "crlf", "crlf and edited", "not utf-8", "a folder",
)  # fmt: skip
USERS = (*STATES, "symlink", "a link to a folder")
PATHS = ("config.toml", "pkg/model.py", "pkg/deep/data.bin", "pkg/deep", "run.sh")


def original(path: str) -> File:
    if path.endswith(".bin"):
        return File(path, b"\0\1" + path.encode())
    lines = [f"{path} line {number}" for number in range(12)]
    return File(path, "\n".join([*lines, ""]).encode(), path.endswith(".sh"))


def altered(file: File, state: str, who: str) -> list[File]:
    """Returns the files that `who` has instead of `file`."""
    data, path = file.data, file.path
    edited = data.replace(b"line 3\n", b"line 3 by %s\n" % who.encode())
    renamed = f"{path}_moved_by_{who}"
    versions = {
        "unchanged": File(path, data, file.executable),
        "edited": File(path, edited, file.executable),
        "edited elsewhere": File(
            path, data.replace(b"line 9\n", b"line 9 by %s\n" % who.encode()), file.executable
        ),
        "renamed": File(renamed, data, file.executable),
        "renamed and edited": File(renamed, edited, file.executable),
        "binary": File(path, b"\0\2by " + who.encode(), file.executable),
        "executable": File(path, data, not file.executable),
        "crlf": File(path, data.replace(b"\n", b"\r\n"), file.executable),
        "crlf and edited": File(path, edited.replace(b"\n", b"\r\n"), file.executable),
        "not utf-8": File(path, data + f"꽃 by {who}\n".encode("cp949"), file.executable),
        "a folder": File(f"{path}/inside", f"by {who}\n".encode()),
    }
    return [versions[state]] if state in versions else []


def as_project(files: list[File]) -> dict[str, File]:
    """Returns files by path, without those that need a folder where another file is."""
    kept: dict[str, File] = {}
    for file in files:
        clash = any(
            file.path.startswith(f"{path}/") or path.startswith(f"{file.path}/") for path in kept
        )
        if not clash:
            kept.setdefault(file.path, file)
    return kept


def write(project: Path, file: File) -> None:
    place = project / file.path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(file.data)
    place.chmod(0o755 if file.executable else 0o644)


def snapshot(project: Path) -> dict[str, tuple]:
    """Everything that is there: contents, links and modes."""
    found = {}
    for place in sorted(project.rglob("*")):
        path = place.relative_to(project).as_posix()
        if place.is_symlink():
            found[path] = ("link", os.readlink(place))
        elif place.is_file():
            found[path] = (place.read_bytes(), stat.S_IMODE(place.stat().st_mode) & 0o100)
    return found


def update(project: Path, pristine: dict[str, File], new: dict[str, File]) -> list[Step]:
    steps, changes = file_update.work_out(project, pristine, new, LABELS)
    transaction.apply(project, changes)
    return steps


def user_content(before: dict[str, tuple], pristine: dict[str, File]) -> set[bytes]:
    """What must be found somewhere afterwards: lines and files that only the user has."""
    rendered = {file.data for file in pristine.values()}
    lines = {line for data in rendered for line in data.splitlines()}
    wanted: set[bytes] = set()
    for data, _ in before.values():
        if isinstance(data, bytes) and content_merge.is_text(data):
            wanted |= {line for line in data.splitlines() if line not in lines}
        elif isinstance(data, bytes) and data not in rendered:
            wanted.add(data)
    return wanted


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)


STATE_MAPS = [
    st.fixed_dictionaries({path: st.sampled_from(states) for path in PATHS})
    for states in (USERS, (*STATES, "absent"))
]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(*STATE_MAPS, st.sets(st.sampled_from(PATHS), max_size=2), st.booleans())
def test_nothing_of_the_user_is_lost(
    user: dict[str, str], template: dict[str, str], added: set[str], clash: bool
) -> None:
    """Whatever both sides did, the user's work is there, and a second update does nothing."""
    folder = Path(tempfile.mkdtemp())
    try:
        check(folder, user, template, added, clash)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("theirs", STATES)
@pytest.mark.parametrize("ours", USERS)
def test_each_pair_of_states(tmp_path: Path, ours: str, theirs: str) -> None:
    rest = dict.fromkeys(PATHS, "unchanged")
    check(tmp_path, rest | {"pkg/model.py": ours}, rest | {"pkg/model.py": theirs}, set(), False)


def check(
    folder: Path, user: dict[str, str], template: dict[str, str], added: set[str], clash: bool
) -> None:
    project, outside = folder / "project", folder / "outside"
    outside.mkdir()
    (outside / "model.py").write_text("outside\n")
    project.mkdir()
    pristine = as_project([original(path) for path in PATHS if path not in added])
    new = as_project(
        [file for path in PATHS for file in altered(original(path), template[path], "template")]
    )
    for path in pristine:
        write_user(project, path, user[path], outside)
    if (
        clash and not (project / "pkg").is_symlink()
    ):  # a file of the user's own, where the template may want to put one
        write(project, File("pkg/model.py_moved_by_template", b"a file of the user's own\n"))
    before = snapshot(project)
    steps = update(project, pristine, new)

    entries = snapshot(project).values()
    contents = b"\n".join(entry[0] for entry in entries if isinstance(entry[0], bytes))
    for piece in user_content(before, pristine):
        assert piece in contents
    for path, entry in before.items():
        if entry[0] == "link" or path.endswith("model.py_moved_by_template"):
            assert snapshot(project)[path] == entry
    assert (outside / "model.py").read_text() == "outside\n"
    assert len(list(outside.iterdir())) == 1
    assert not (project / record.FOLDER / "update").exists()
    check_again(project, new, steps)
    if before == {p: (f.data, 0o100 * f.executable) for p, f in pristine.items()}:
        assert snapshot(project) == {p: (f.data, 0o100 * f.executable) for p, f in new.items()}


def write_user(project: Path, path: str, state: str, outside: Path) -> None:
    """Brings one file into the state in which its user left it."""
    place = project / path
    if any((project / parent).is_symlink() for parent in Path(path).parents):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if state == "symlink":
        place.symlink_to("nowhere")
    elif (
        state == "a link to a folder" and path == "pkg/model.py" and not any(place.parent.iterdir())
    ):
        place.parent.rmdir()
        place.parent.symlink_to(outside)
    for file in altered(original(path), state, "user"):
        write(project, file)


def check_again(project: Path, new: dict[str, File], steps: list[Step]) -> None:
    """A second update changes nothing; conflicts are marked, or put beside."""
    marked = any(step.write and has_markers(step.write.data) for step in steps)
    after = snapshot(project)
    if marked:
        assert any(step.kind == "conflict" for step in steps)
        with pytest.raises(Exception, match="still marked"):
            update(project, new, new)
    else:
        assert update(project, new, new) == []
    assert snapshot(project) == after
