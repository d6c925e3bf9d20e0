"""Files that are no table, told from their names and first bytes."""

from pathlib import Path

from dltemplates.data.class_folders import IMAGE_SUFFIXES
from dltemplates.data.text_rows import SUFFIXES as TABLE_SUFFIXES
from dltemplates.errors import DataError

_WHAT_TO_DO = {
    (".xlsx", ".xlsm", ".xls", ".ods"): (
        "It is a workbook of a spreadsheet.",
        "Save the sheet as CSV in UTF-8 (in Excel: 'CSV UTF-8').",
    ),
    (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"): (
        "It is an archive.",
        "Unpack it first, and give the folder or file in it.",
    ),
    (".npz", ".npy", ".mat", ".pkl", ".h5", ".hdf5", ".feather", ".arff", ".sqlite", ".db"): (
        "Arrays and databases of this kind are not read.",
        "Write the rows to CSV or Parquet, with a line of names.",
    ),
    (".pdf", ".doc", ".docx", ".hwp", ".hwpx"): (
        "It is a document, not data.",
        "Write its texts to a table: CSV with the columns text and label.",
    ),
    (".xml", ".yaml", ".yml", ".toml"): (
        "It is no table; annotations of boxes or outlines have no template yet.",
        "For classes of whole images, give class folders or a CSV of file and label.",
    ),
}


def refuse_other_kinds(path: Path) -> None:
    """Raises an error about a file that cannot be a table, with what to do instead."""
    suffix = path.suffix.lower()
    if not path.is_file():
        raise DataError("It is neither a file nor a folder.", where=path, hint="Check the path.")
    if suffix in IMAGE_SUFFIXES:
        raise DataError(
            "It is a single image.",
            where=path,
            hint="Give the folder above the class folders, or a CSV of file and label.",
        )
    for suffixes, (what, hint) in _WHAT_TO_DO.items():
        if suffix in suffixes:
            raise DataError(what, where=path, hint=hint)
    if suffix not in TABLE_SUFFIXES:
        raise DataError(
            f"Files that end in {suffix!r} are not read." if suffix else "It has no known suffix.",
            where=path,
            hint=f"Known: {', '.join(TABLE_SUFFIXES)}; and folders.",
        )
    try:
        if not path.stat().st_size:
            raise DataError("It is empty.", where=path, hint="Give a file with data in it.")
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise DataError(
            f"Cannot read it: {error.strerror}.", where=path, hint="Check its permissions."
        ) from None
    _refuse_binary(path, head)


def _refuse_binary(path: Path, head: bytes) -> None:
    """A file of separated fields or of JSON has no NUL in it, unless it is UTF-16."""
    if path.suffix.lower() in (".parquet", ".pq") or b"\0" not in head:
        return
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_wide(head):
        raise DataError("It is UTF-16 text.", where=path, hint="Save it as UTF-8.")
    if head.startswith(b"PK\x03\x04"):
        raise DataError(
            "It is an Excel workbook or a ZIP archive, whatever its name says.",
            where=path,
            hint="Save it as CSV, or unpack it.",
        )
    raise DataError(
        "It is a binary file, not text.", where=path, hint="Give a table in CSV, JSON or Parquet."
    )


def _is_wide(head: bytes) -> bool:
    """Whether every other byte is NUL, and those between are letters: UTF-16 without its mark."""
    first, second = head[::2], head[1::2]
    if second.count(0) < first.count(0):
        first, second = second, first
    return second.count(0) > len(second) // 2 and not first.count(0)
