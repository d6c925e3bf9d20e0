"""What an update does to each file: a pure function of the files before it, now, and after it."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from itertools import count
from pathlib import PurePosixPath

from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import content_merge, moves
from dltemplates.scaffold.updating.content_merge import Outcome
from dltemplates.scaffold.updating.line_merge import Labels


@dataclass(frozen=True)
class Obstacle:
    """Something at a path that is no plain file: a link, a device, a folder with files in it."""

    path: str


Leaf = File | Obstacle


@dataclass(frozen=True)
class Step:
    """What happens to one file.

    Args:
        kind: add, change, merge, move, remove, conflict, or keep: what the template wants
            otherwise, and the user's will goes first.
        path: The file, as the template calls it now.
        write: What is written, to `path` or beside it; None: nothing.
        remove: The path that is removed; empty: none.
        note: What the user should know.
    """

    kind: str
    path: str
    write: File | None = None
    remove: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Track:
    """A file in its three states, each at its own path; None where it is not there."""

    base: File | None
    ours: Leaf | None
    theirs: File | None

    @property
    def order(self) -> int:
        """Removals and moves come first: what they free is not in the way of others."""
        if self.theirs is None:
            return 0
        return 1 if self.base and self.base.path != self.theirs.path else 2


def plan(
    pristine: Mapping[str, File],
    current: Mapping[str, Leaf],
    new: Mapping[str, File],
    labels: Labels,
    taken: Callable[[str], bool] = lambda path: False,
) -> list[Step]:
    """Returns the steps of an update, by path; a file to which nothing happens has none.

    Args:
        pristine: The files as they were rendered when the project was made or last updated.
        current: What the project has at the paths of both others, what is in their way, and
            files that may be moved ones.
        new: The files as they are rendered now.
        labels: For the markers of conflicts.
        taken: Whether a path that is not in `current` is in use too.
    """
    tracks = sorted(_tracks(pristine, current, new), key=lambda track: track.order)
    planner = _Planner(set(current), labels, taken)
    steps = (planner.step(track) for track in tracks)
    return sorted((step for step in steps if step), key=lambda step: step.path)


def _tracks(
    pristine: Mapping[str, File], current: Mapping[str, Leaf], new: Mapping[str, File]
) -> Iterator[_Track]:
    others = {
        path: leaf.data
        for path, leaf in current.items()
        if isinstance(leaf, File) and path not in pristine and path not in new
    }
    missing = {path: file for path, file in pristine.items() if not _at(path, current)}
    by_user = moves.by_user(missing, others)
    followed = set()
    by_template = moves.in_template(pristine, new)
    for path, base in pristine.items():
        place = by_template.get(path, path)
        ours = _at(by_user.get(path, path), current)
        there = _at(place, current)
        if ours is None and isinstance(there, File) and moves.are_alike(base, there):
            ours, there = there, None  # the user moved it there too
        if place != path and isinstance(ours, File) and there is None:
            followed.add(place)
            yield _Track(base, ours, new[place])
        else:
            yield _Track(base, ours, new.get(path))
    for path, file in new.items():
        if path not in pristine and path not in followed:
            yield _Track(None, _at(path, current), file)


def _at(path: str, current: Mapping[str, Leaf]) -> Leaf | None:
    """Returns what is at `path`, which may be a link or the like on the way to it."""
    if path in current:
        return current[path]
    ways = (current.get(str(parent)) for parent in PurePosixPath(path).parents)
    return next((leaf for leaf in ways if isinstance(leaf, Obstacle)), None)


class _Planner:
    def __init__(self, occupied: set[str], labels: Labels, taken: Callable[[str], bool]) -> None:
        self._occupied = occupied
        self._labels = labels
        self._taken = taken

    def step(self, track: _Track) -> Step | None:
        """Returns what happens to a file, and remembers what that frees and occupies."""
        step = self._step(track)
        if step and step.remove:
            self._occupied.discard(step.remove)
        if step and step.write:
            self._occupied.add(step.write.path)
        return step

    def _step(self, track: _Track) -> Step | None:
        base, ours, theirs = track.base, track.ours, track.theirs
        if theirs is None:
            return _without_theirs(base, ours)
        if base and _same(base, theirs) and (ours is None or isinstance(ours, Obstacle)):
            return None
        if ours is None:
            if base:
                note = "you deleted it, and it stays so, though the template changed it"
                return Step("keep", theirs.path, note=note)
            return self._placed("add", theirs, theirs)
        if isinstance(ours, Obstacle):
            return self._beside(theirs, theirs, f"{ours.path} is in its place")
        if base is None:
            if content_merge.same(ours.data, theirs.data):
                return None
            return self._beside(theirs, theirs, "you have a file of your own there")
        return self._merged(base, ours, theirs)

    def _merged(self, base: File, ours: File, theirs: File) -> Step | None:
        content = content_merge.merge(
            base.data, ours.data, theirs.data, path=theirs.path, labels=self._labels
        )
        if content.outcome is Outcome.BESIDE:
            beside = replace(theirs, data=content.data)
            return self._beside(theirs, beside, "both changed, and it cannot be merged by lines")
        changed_bit = ours.executable != base.executable
        executable = ours.executable if changed_bit else theirs.executable
        place = theirs.path if ours.path == base.path else ours.path
        file = File(place, content.data, executable)
        if file == ours:
            return None
        if content.outcome is Outcome.MARKED:
            return self._placed("conflict", theirs, file, ours, "both changed the same lines")
        note = "merged with your changes" if content.outcome is Outcome.MERGED else ""
        if place != ours.path:
            return self._placed("move", theirs, file, ours, note)
        return self._placed("merge" if note else "change", theirs, file, ours)

    def _placed(
        self, kind: str, theirs: File, file: File, ours: File | None = None, note: str = ""
    ) -> Step:
        """Puts `file` where it belongs, if nothing is in its way there."""
        source = ours.path if ours else ""
        if blocker := self._blocker(file.path, {source}):
            return self._beside(theirs, theirs, f"{blocker} is in its place")
        moved = source if source != file.path else ""
        if moved:
            note = f"from {moved}, {note}" if note else f"from {moved}"
        return Step(kind, theirs.path, write=file, remove=moved, note=note)

    def _beside(self, theirs: File, file: File, why: str) -> Step:
        """Leaves what the user has as it is, and puts the new file as near as can be."""
        path = theirs.path
        if blocker := self._blocker(path):
            # Of `a/b.py`, where `a` is in the way, `a.new/b.py`.
            component = blocker if path.startswith(f"{blocker}/") else path
            rest = path[len(component) :]
            for number in count(1):
                name = f"{component}.new{number if number > 1 else ''}"
                if not self._taken(name) and not self._blocker(name):
                    path = name + rest
                    break
        note = f"{why}: yours stays, the new one is {path}"
        return Step("conflict", theirs.path, write=replace(file, path=path), note=note)

    def _blocker(self, path: str, ignored: Set[str] = frozenset()) -> str:
        """Returns what is at `path`, is no folder on the way to it, or lies below it, if any."""
        occupied = self._occupied - ignored
        for place in (path, *map(str, PurePosixPath(path).parents)):
            if place in occupied:
                return place
        return next((other for other in sorted(occupied) if other.startswith(f"{path}/")), "")


def _without_theirs(base: File | None, ours: Leaf | None) -> Step | None:
    if base is None or not isinstance(ours, File) or ours.path != base.path:
        return None  # deleted, moved or replaced by the user, who decides what becomes of it
    if _same(base, ours):
        return Step("remove", base.path, remove=base.path)
    note = "the template has it no more; you changed it, so it stays"
    return Step("keep", base.path, note=note)


def _same(one: File, other: File) -> bool:
    return one.executable == other.executable and content_merge.same(one.data, other.data)
