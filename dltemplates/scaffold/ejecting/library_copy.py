"""The files of a copy of the library, to lie within a project."""

import contextlib
from importlib import metadata

import dltemplates
from dltemplates.errors import TargetError
from dltemplates.scaffold.ejecting.library import NAME, Library
from dltemplates.scaffold.ejecting.library_closure import Closure
from dltemplates.scaffold.ejecting.library_renaming import Copy, kept_exports, renamed_library_file
from dltemplates.scaffold.ejecting.python_source import PythonSource
from dltemplates.scaffold.files import File

LICENSE = "LICENSE"
# The copy keeps the rules that it was written by, whatever those of the project are.
_RUFF = """\
line-length = 100
target-version = "py311"

[lint]
select = ["E", "F", "W", "I", "N", "UP", "B", "A", "C4", "SIM", "RET", "RUF"]
ignore = ["A005", "SIM905", "RUF001", "RUF002", "RUF003"]
"""
_HEAD = '''"""What this project uses of dltemplates {version}, under the license beside this file.

It is the project's own code now. `dltemplates update` brings newer code into it.
"""

__version__ = "{version}"
# What is installed: its metadata say what this code needs.
DISTRIBUTION = "{distribution}"
'''


def library_files(found: Closure, library: Library, copy: Copy, distribution: str) -> list[File]:
    """Returns the copied modules, the files that they read, and the license.

    Args:
        found: What to copy.
        library: Where it is.
        copy: Where it goes.
        distribution: What the project is called where it is installed.
    """
    head = _HEAD.format(version=dltemplates.__version__, distribution=distribution)
    files = [
        File(f"{copy.folder}/__init__.py", head.encode()),
        File(f"{copy.folder}/{LICENSE}", license_text(library).encode()),
        File(f"{copy.folder}/ruff.toml", _RUFF.encode()),
    ]
    for module in sorted(found.modules - {NAME}):
        source = library.source(module)
        path = f"{copy.folder}/{source.path.partition('/')[2]}"
        if library.is_package(module):
            kept = kept_exports(source, found.modules)
            source = PythonSource(source.path, kept)
        files.append(File(path, renamed_library_file(source, copy)))
    for place in found.data:
        inside = place.relative_to(library.folder).as_posix()
        files.append(File(f"{copy.folder}/{inside}", place.read_bytes()))
    return files


def package_data(files: list[File], copy: Copy) -> dict[str, list[str]]:
    """By package of the copy, its files that are no modules, a folder of them as `web/*`."""
    packages = {
        file.path.removesuffix("/__init__.py")
        for file in files
        if file.path.endswith("/__init__.py")
    }
    found: dict[str, list[str]] = {package: [] for package in sorted(packages)}
    for file in files:
        if file.path.endswith((".py", "/ruff.toml")):
            continue
        folder, _, name = file.path.rpartition("/")
        while folder not in packages:
            folder, _, inner = folder.rpartition("/")
            name = f"{inner}/*"
        if name not in found[folder]:
            found[folder].append(name)
    start = copy.folder.removesuffix(copy.module.replace(".", "/"))
    return {
        package.removeprefix(start).replace("/", "."): names for package, names in found.items()
    }


def license_text(library: Library) -> str:
    """Returns the license that the library is under."""
    beside = library.folder.parent / LICENSE
    if beside.is_file() and (library.folder.parent / "setup.cfg").is_file():
        return beside.read_text("utf-8")
    with contextlib.suppress(metadata.PackageNotFoundError):
        installed = metadata.distribution(NAME)
        for place in (f"licenses/{LICENSE}", LICENSE):
            if text := installed.read_text(place):
                return text
    raise TargetError("has no license to copy.", where=NAME, hint="Install it anew.")
