"""A project's title and package name, from the folder that the user wants it in."""

import keyword
import os
import re
import sys
import unicodedata

from dltemplates.errors import ProjectNameError
from dltemplates.scaffold.romanization import is_hangul, romanize

MAX_PACKAGE_LENGTH = 40

# What a generated project imports, by import name: a package called so would hide it.
DEPENDENCIES = frozenset(
    """absl click dltemplates google grpc h5py importlib_resources jinja2 joblib keras markupsafe
    matplotlib mlflow numpy optree optuna packaging pandas pil pip pyarrow pydantic pytest rich
    scipy setuptools sklearn sqlalchemy tensorboard tensorflow tensorflow_datasets""".split()
)  # fmt: skip
# Folders that stand beside the package in a project.
_BESIDE = frozenset({"export", "lr-find", "mlruns", "runs", "test", "tests", "tune"})
_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_NOT_IN_FILE_NAMES = '<>:"/\\|?*'


def title_of(dest: str) -> str:
    """Returns the project's title: the last part of its folder as typed, Hangul composed."""
    if not dest.strip():
        raise ProjectNameError("a project needs a folder to be in.", hint="Such as: my-app")
    name = os.path.basename(os.path.abspath(dest))
    title = unicodedata.normalize("NFC", name)
    if problem := problem_of_file_name(title):
        raise ProjectNameError(problem, where=f"folder {title!r}", hint="Choose another name.")
    return title


def package_of(title: str) -> str:
    """Returns the package name that `title` stands for, or raises `ProjectNameError`."""
    name = _derive(title)
    if not name:
        hint = "Pass one: --package NAME"
        raise ProjectNameError("no package name follows from it.", where=repr(title), hint=hint)
    return check_package(name)


def check_package(name: str) -> str:
    """Returns `name` if it can be a project's package, else raises `ProjectNameError`."""
    if problem := _problem_of_package(name):
        other = suggest_package(name)
        hint = f"Pass another: --package {other or 'NAME'}"
        raise ProjectNameError(problem, where=f"package {name!r}", hint=hint)
    return name


def suggest_package(name: str) -> str:
    """Returns a valid package name near `name`; empty if there is none."""
    derived = _derive(name)
    if not derived:
        return ""
    for candidate in (derived, f"app_{derived}", derived[:MAX_PACKAGE_LENGTH].rstrip("_")):
        if not _problem_of_package(candidate):
            return candidate
    return ""


def problem_of_file_name(name: str) -> str | None:
    """Returns why `name` cannot be a file or folder on every system; None if it can."""
    if not name:
        return "is empty."
    if not name.isprintable():
        return "has a character that cannot be printed."
    if found := sorted(set(name) & set(_NOT_IN_FILE_NAMES)):
        return f"has {' '.join(found)}, which Windows does not allow."
    if name != name.strip() or name.endswith("."):
        return "begins or ends with a space or ends with a dot, which Windows drops."
    if name.startswith("-"):
        return "begins with a hyphen, which commands take for an option."
    if _WINDOWS.fullmatch(name):
        return "is a device on Windows."
    return None


def _problem_of_package(name: str) -> str | None:
    if not name:
        return "is empty."
    if "/" in name or "\\" in name:
        return "has a path separator."
    if name[0].isdigit():
        return "begins with a digit."
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return "expected lower-case Latin letters, digits and underscores."
    if keyword.iskeyword(name):
        return "is a Python keyword."
    if name in DEPENDENCIES:
        return f"would hide the package {name}, which the project imports."
    if name in sys.stdlib_module_names:
        return f"would hide Python's own module {name}."
    if name in _BESIDE:
        return "is a folder that the project has beside its package."
    if _WINDOWS.fullmatch(name):
        return "is a device on Windows."
    if len(name) > MAX_PACKAGE_LENGTH:
        return f"has {len(name)} characters; at most {MAX_PACKAGE_LENGTH} are allowed."
    return None


def _derive(title: str) -> str:
    """Returns lower-case words joined by underscores; empty if a letter has no Latin form."""
    text = unicodedata.normalize("NFC", title).lower()
    latin = "".join(_latin(character) for character in text)
    if not latin.isascii():
        return ""
    return re.sub(r"[^a-z0-9]+", "_", latin).strip("_")


def _latin(character: str) -> str:
    if character.isascii():
        return character
    if is_hangul(character):
        return romanize(character)
    if not character.isalnum():
        return "" if unicodedata.combining(character) else " "
    plain = unicodedata.normalize("NFKD", character)
    return "".join(c for c in plain if not unicodedata.combining(c))
