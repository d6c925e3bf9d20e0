"""What a project remembers of its making, in `.dltemplates/`: enough to update it offline.

`project.json` says which template, at which version, with which answers. `pristine.tar.gz` holds
the files as they were rendered, so that a later update can tell a user's changes from ours.
"""

import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath

import dltemplates
from dltemplates.errors import TargetError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.parameters import Value

FOLDER = ".dltemplates"
RECORD = f"{FOLDER}/project.json"
PRISTINE = f"{FOLDER}/pristine.tar.gz"
_SELDOM = ("commit", "reasons", "standalone", "library")  # written where there is something to say


class NewerRecordError(TargetError):
    """A record says more than this version understands."""


@dataclass(frozen=True)
class Record:
    """How a project was made.

    Args:
        template: The template's name.
        origin: Where it came from, as `catalog.opened` takes it; of ours, the same name.
        template_version: The template's version.
        title: The project's name as its user wrote it.
        package: The name of its Python package.
        answers: The answers to the parameters that apply.
        chosen: The parameters whose answer was not the default at that version, or had a reason.
        dltemplates: The version of this package.
        commit: The commit that the template was at, if it came from git.
        folder: The name of the folder it was made in; the title, where it is not known.
        reasons: By parameter, what in the data spoke for its answer, where they were looked at.
        standalone: Whether the project carries the library code that it uses.
        library: Modules of the library that it carries beyond those that its template uses.
    """

    template: str
    origin: str
    template_version: str
    title: str
    package: str
    answers: Mapping[str, Value]
    chosen: tuple[str, ...]
    dltemplates: str = dltemplates.__version__
    commit: str = ""
    folder: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    standalone: bool = False
    library: tuple[str, ...] = ()

    def files(self, rendered: Iterable[File]) -> list[File]:
        """Returns the record and the archive of the `rendered` project as files of that project."""
        unused = {each for each in _SELDOM if not getattr(self, each)}
        values = {name: value for name, value in asdict(self).items() if name not in unused}
        text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
        return [File(PRISTINE, archive(rendered)), File(RECORD, text.encode())]


def read(project: Path) -> Record:
    """Returns the record of the project in the folder `project`."""
    file = project / RECORD
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        _refuse_unknown(values, file)
        _check_types(values)
        lists = {"chosen": tuple(values["chosen"]), "library": tuple(values.get("library", ()))}
        return Record(**{**values, **lists})
    except FileNotFoundError as error:
        hint = "If it was, and its record is lost: dltemplates adopt"
        raise TargetError("was not made by dltemplates.", where=project, hint=hint) from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        hint = "To make a new record of the project: dltemplates adopt"
        raise TargetError(f"cannot be read: {error}.", where=file, hint=hint) from error


def _refuse_unknown(values: Mapping[str, object], file: Path) -> None:
    """A record may lack what newer ones have; what a newer one says must not be lost."""
    unknown = [name for name in values if name not in {field.name for field in fields(Record)}]
    if unknown and "dltemplates" in values:
        message = f"was written by dltemplates {values['dltemplates']}: unknown {unknown[0]!r}."
        hint = f"This is dltemplates {dltemplates.__version__}; install the newer one."
        raise NewerRecordError(message, where=file, hint=hint)


def _check_types(values: Mapping[str, object]) -> None:
    """Raises `TypeError` if an answer or another value is of a kind that no record has."""
    answers, chosen, library = values["answers"], values["chosen"], values.get("library", [])
    if not isinstance(answers, dict) or not isinstance(chosen, list):
        raise TypeError("expected a table of answers, and a list of those that were chosen")
    reasons = values.get("reasons", {})
    if not isinstance(reasons, dict):
        raise TypeError(f"expected a table of reasons, received {reasons!r}")
    if not isinstance(library, list) or not isinstance(values.get("standalone", False), bool):
        raise TypeError("expected a list of modules, and whether the project stands alone")
    texts = (values.get(each.name, "") for each in fields(Record) if each.type is str)
    for text in (*texts, *chosen, *library, *reasons.values()):
        if not isinstance(text, str):
            raise TypeError(f"expected text, received {text!r}")
        text.encode()  # half of a surrogate pair is legal JSON, but no file could hold it
    _check_names(str(values["title"]), str(values["package"]))
    for name, value in answers.items():
        if not isinstance(value, str | bool | int | float):
            raise TypeError(f"{name}: expected a value, received {value!r}")


def _check_names(title: str, package: str) -> None:
    """Raises `ValueError` if no project was ever called so. What names are free may change."""
    if not title.strip() or not title.isprintable():
        raise ValueError(f"expected a title, received {title!r}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", package):
        raise ValueError(f"expected the name of a package, received {package!r}")


def read_pristine(project: Path) -> list[File]:
    """Returns the files of the project in the folder `project` as they were rendered."""
    file = project / PRISTINE
    try:
        files = unpack(file.read_bytes())
    except (OSError, EOFError, MemoryError, ValueError, tarfile.TarError, zlib.error) as error:
        hint = "To make a new record of the project: dltemplates adopt"
        raise TargetError(f"cannot be read: {error}.", where=file, hint=hint) from error
    for each in files:
        if set(PurePosixPath(each.path).parts) & {"/", "..", FOLDER, ".git"}:
            raise TargetError(f"has {each.path!r}, which no project has.", where=file)
    return files


def archive(files: Iterable[File]) -> bytes:
    """Returns a .tar.gz that is the same byte for byte whenever the files are the same."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for file in sorted(files, key=lambda file: file.path):
            entry = tarfile.TarInfo(file.path)
            entry.size = len(file.data)
            entry.mode = 0o755 if file.executable else 0o644
            tar.addfile(entry, io.BytesIO(file.data))
    return packed.getvalue()


def unpack(packed: bytes) -> list[File]:
    """Returns the files in an `archive`."""
    files = []
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        for entry in tar:
            if not entry.isreg():
                continue  # `archive` writes nothing else
            if content := tar.extractfile(entry):
                files.append(File(entry.name, content.read(), bool(entry.mode & 0o100)))
    return files
