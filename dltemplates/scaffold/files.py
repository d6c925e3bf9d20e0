"""A file of a project, before it is on disk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file's place in the project, with slashes, and what is in it."""

    path: str
    data: bytes
    executable: bool = False
