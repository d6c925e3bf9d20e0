"""Texts of a file that has one a line."""

import os
from pathlib import Path

from dltemplates.data.text_encoding import decode
from dltemplates.errors import DataError


def read_text_lines(path: str | Path) -> list[str]:
    """The texts of a file in UTF-8 or cp949, one a line; lines without any are left out.

    Args:
        path: The file.

    Raises:
        DataError: It is not there, cannot be read, is no text, or has none in it.
    """
    place = Path(os.path.expanduser(path))
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise DataError("There is no such file.", where=place, hint="Check the path.") from None
    except OSError as error:
        raise DataError(
            f"Cannot read it: {error.strerror}.",
            where=place,
            hint="Name a file of text, one text a line, that may be read.",
        ) from None
    lines = [line.strip() for line in decode(content, str(place)).split("\n")]
    texts = [line for line in lines if line]
    if not texts:
        raise DataError("There is no text in it.", where=place, hint="Write one text a line.")
    return texts
