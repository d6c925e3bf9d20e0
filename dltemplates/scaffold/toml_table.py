"""A TOML table that is read key by key, with errors that name the file and the key."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dltemplates.errors import TemplateError, did_you_mean


class TomlTable:
    """Part of a template's TOML file.

    Args:
        values: The table as `tomllib` read it.
        file: The file, for errors.
        key: The table's own dotted key; empty at the top.
    """

    def __init__(self, values: Mapping[str, Any], file: Path, key: str = "") -> None:
        self._values = values
        self._file = file
        self._key = key

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def get(self, key: str, *kinds: type, default: object = None) -> Any:
        """Returns a value of one of `kinds`. Without a default, the key must be there."""
        value = self._values.get(key, default)
        if value is None:
            raise self.error(key, "is missing.")
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            raise self.error(key, f"expected {expected}, received {value!r}.")
        return value

    def table(self, key: str) -> "TomlTable":
        """Returns the table under `key`, empty if there is none."""
        return TomlTable(self.get(key, dict, default={}), self._file, self._path(key))

    def texts(self, key: str) -> dict[str, str]:
        """Returns a text in several languages, English among them."""
        texts = self.table(key)
        texts.get("en", str)
        return {language: texts.get(language, str) for language in texts}

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Raises an error about the first key that is not in `known`."""
        for key in self._values:
            if key not in known:
                raise self.error(key, f"unknown key. {did_you_mean(key, known)}")

    def error(self, key: str, message: str) -> TemplateError:
        """Returns the error to raise about `key`."""
        return TemplateError(f"{self._path(key)}: {message}", where=self._file)

    def _path(self, key: str) -> str:
        return f"{self._key}.{key}" if self._key else key
