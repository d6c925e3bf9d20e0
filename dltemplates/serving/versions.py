"""The versions of an exported model: which is served, and how a new one takes its place."""

import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import tensorflow as tf

from dltemplates.errors import ServingError
from dltemplates.serving.loaded_model import LoadedModel
from dltemplates.serving.warm_up import warm_up

log = logging.getLogger(__name__)

SAVED_MODEL = "saved_model.pb"
_REMEMBERED = 100  # versions of which the status is kept
_FAILURES = (OSError, ValueError, RuntimeError, KeyError, tf.errors.OpError)


@dataclass(frozen=True)
class VersionState:
    """What became of a version, in TensorFlow Serving's words."""

    state: str
    error_code: str = "OK"
    error_message: str = ""

    def as_dict(self, version: int) -> dict:
        """An item of `model_version_status`."""
        status = {"error_code": self.error_code, "error_message": self.error_message}
        return {"version": str(version), "state": self.state, "status": status}


class ModelVersions:
    """Loads the latest version of a model, and whichever is the latest later on.

    A new version is loaded and asked once before it takes the place of the old one. Requests hold
    on to the version that they began with; its memory is free once the last of them is answered.

    Args:
        folder: A model's folder, with one folder a version, or a version's own.
        changed: Called with the number of each version that is served from then on.

    Raises:
        ServingError: There is no version, or the latest cannot be loaded.
    """

    def __init__(self, folder: Path, changed: Callable[[int], None] = lambda version: None) -> None:
        self.folder = folder
        self._changed = changed
        self._states: dict[int, VersionState] = {}
        self._failed: dict[int, tuple | None] = {}
        self._stop = threading.Event()
        found = self._latest()
        if found is None:
            raise ServingError(
                "No exported model here.",
                where=folder,
                hint="Run the export command, or name another folder with --export.",
            )
        model = self._load(*found)
        if model is None:
            reason = self._states[found[0]].error_message
            raise ServingError(
                f"This cannot be loaded as an exported model: {reason}",
                where=found[1],
                hint="Export again.",
            )
        self._serve(model)

    @property
    def current(self) -> LoadedModel:
        """The version that answers."""
        return self._current

    def states(self) -> list[tuple[int, VersionState]]:
        """What became of each version, the latest first."""
        return sorted(self._states.items(), reverse=True)

    def state(self, version: int) -> VersionState | None:
        """What became of a version; None of one that was never seen."""
        return self._states.get(version)

    def watch(self, seconds: float) -> None:
        """Looks for another version every so often, in a thread of its own."""
        threading.Thread(target=self._watch, args=(seconds,), name="versions", daemon=True).start()

    def stop(self) -> None:
        """Ends the watch."""
        self._stop.set()

    def look(self) -> bool:
        """Serves the latest version that can be loaded; whether it is another one than before."""
        found = self._latest()
        if found is None or found[0] == self._current.version:
            return False
        model = self._load(*found)
        if model is None:
            return False
        self._serve(model)
        return True

    def _watch(self, seconds: float) -> None:
        while not self._stop.wait(seconds):
            try:
                self.look()
            except Exception:
                log.exception("Looking for new versions in %s failed.", self.folder)

    def _latest(self) -> tuple[int, Path] | None:
        versions = version_folders(self.folder)
        for version in sorted(versions, reverse=True):
            if self._failed.get(version) != _mark(versions[version]):
                return version, versions[version]
        return None

    def _load(self, version: int, folder: Path) -> LoadedModel | None:
        mark = _mark(folder)
        self._states[version] = VersionState("LOADING")
        try:
            model = LoadedModel(folder, version)
            warm_up(model)
        except _FAILURES as error:
            reason = str(error).partition("\n")[0]
            self._states[version] = VersionState("END", "UNKNOWN", reason)
            self._failed[version] = mark
            log.error("Version %d cannot be loaded: %s", version, reason)
            return None
        return model

    def _serve(self, model: LoadedModel) -> None:
        previous = getattr(self, "_current", None)
        self._current = model
        self._states[model.version] = VersionState("AVAILABLE")
        self._changed(model.version)
        if previous is None:
            return
        self._states[previous.version] = VersionState("END")
        log.info("Version %d answers in place of %d.", model.version, previous.version)
        for version in sorted(self._states)[:-_REMEMBERED]:
            del self._states[version]
        del previous
        gc.collect()  # a graph is full of circles


def version_folders(folder: Path) -> dict[int, Path]:
    """The versions in a model's folder, by number; `folder` itself if it is a version.

    Folders whose name is no number are left alone: a version that is being written has such a name.
    """
    if (folder / SAVED_MODEL).is_file():
        name = folder.resolve().name
        return {int(name) if name.isdecimal() else 1: folder}
    try:
        return {
            int(path.name): path
            for path in folder.iterdir()
            if path.name.isdecimal() and (path / SAVED_MODEL).is_file()
        }
    except OSError:
        return {}


def _mark(folder: Path) -> tuple | None:
    """What changes when a version is written anew."""
    try:
        stat = (folder / SAVED_MODEL).stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
