"""Texts of known classes: in a table, in tables of splits, or in class folders."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dltemplates.data.labelled_texts import FoundTexts, same_texts
from dltemplates.data.text_encoding import encoding_of
from dltemplates.data.text_rows import PARQUET_SUFFIXES
from dltemplates.data.text_source import read_texts, split_tables
from dltemplates.errors import DataError
from dltemplates.inspection.file_head import LARGEST, file_head
from dltemplates.inspection.finding import Finding
from dltemplates.inspection.scripts import languages_of, scripts_of
from dltemplates.inspection.text_columns import TextColumns, find_text_columns
from dltemplates.inspection.words import few, share

_READ = 5_000  # texts whose letters are counted
_UNEQUAL = 10.0
_HELD_OUT = 0.2  # of the texts where there are no such splits: the template's defaults


@dataclass(frozen=True, kw_only=True)
class TextFinding(Finding):
    """Labelled texts.

    Attributes:
        layout: `table`, `tables of splits` or `class folders`.
        columns: Which columns of a table they were read from; None of class folders.
        encoding: Of the table, or the first of them; empty where files differ.
        texts: How many of each split.
        classes: How many texts of each class, over all splits.
        characters: What half, 95 %, 98 % and all of the texts have at most.
        words: The same of words.
        scripts: Share of the letters.
        languages: What they speak for.
        duplicate_texts: How many read the same as another in their split.
        shared_texts: How many of later splits are in an earlier one.
    """

    layout: str
    columns: TextColumns | None
    encoding: str
    texts: dict[str, int]
    classes: dict[str, int]
    characters: tuple[int, int, int, int]
    words: tuple[int, int, int, int]
    scripts: dict[str, float]
    languages: list[str]
    duplicate_texts: int
    shared_texts: int

    @property
    def training(self) -> int:
        """Texts that training will see."""
        held_out = (2 - sum(split in self.texts for split in ("validation", "test"))) / 2
        return round(self.texts["train"] * (1 - _HELD_OUT * held_out) / self.part)

    def title(self) -> str:
        several = " (several a text)" if self.columns and self.columns.several else ""
        places = {"table": "a table", "tables of splits": "a table for each split"}
        return (
            f"{sum(self.texts.values()):,} texts of {len(self.classes):,} classes{several}, in "
            f"{places.get(self.layout, self.layout)}"
        )

    def rows(self) -> list[tuple[str, str]]:
        counts = sorted(self.classes.items(), key=lambda item: -item[1])
        columns = self.columns
        read = []
        if columns:
            read = [("columns", f"texts in {columns.text!r}, classes in {columns.label!r}")]
        half, most, _, longest = self.characters
        return [
            *read,
            ("classes", few([f"{name} {count:,}" for name, count in counts], 6)),
            ("splits", ", ".join(f"{name} {count:,}" for name, count in self.texts.items())),
            ("languages", ", ".join(self.languages) or "not clear"),
            ("scripts", ", ".join(f"{n} {share(part)}" for n, part in self.scripts.items())),
            ("length", f"half have {half:,} characters at most, 95 % {most:,}, all {longest:,}"),
            *([("encoding", self.encoding)] if self.encoding else []),
        ]


def read_text_data(path: Path, columns: TextColumns | None) -> TextFinding:
    """Reads the texts at `path` as training would, or the beginning of a large table.

    Args:
        path: A table, a folder of tables for the splits, or a folder of class folders.
        columns: The columns of tables.

    Raises:
        DataError: Training would refuse them.
    """
    with ExitStack() as stack:
        head = stack.enter_context(file_head(path, LARGEST)) if path.is_file() else None
        found = _read(head.path if head else path, columns)
    return _describe(path, columns, found, head.share if head else 1.0)


def columns_of(path: Path) -> TextColumns:
    """The columns of texts and classes of a table, or of the training table in a folder.

    Raises:
        DataError: No columns look like it.
    """
    table = path if path.is_file() else split_tables(path).get("train", path)
    columns = find_text_columns(table)
    if columns is None:
        raise DataError(
            "No column holds texts of several words that differ from each other.",
            where=table,
            hint="A table of texts has a column of texts and one of their classes.",
        )
    if not columns.label:
        raise DataError(
            f"The column {columns.text!r} holds texts, but no column looks like their classes.",
            where=table,
            hint="Add a column that says which class each text has, such as label; the same few "
            "names come again in it.",
        )
    return columns


def _read(path: Path, columns: TextColumns | None) -> FoundTexts:
    if columns is None:
        return read_texts(str(path))
    return read_texts(
        str(path),
        text_column=columns.text,
        label_column=columns.label,
        label_separator="," if columns.several else "",
    )


def _describe(
    path: Path, columns: TextColumns | None, found: FoundTexts, part: float
) -> TextFinding:
    splits = {name: same_texts(texts.texts) for name, texts in found.splits.items()}
    every = [text for texts in splits.values() for text in texts]
    sample = every[:: max(1, len(every) // _READ)]
    scripts = scripts_of(sample)
    again = sum(len(texts) - len(set(texts)) for texts in splits.values())
    shared = _shared(splits)
    every_class = [texts.class_counts(len(found.class_names)) for texts in found.splits.values()]
    counts = np.sum(every_class, axis=0)
    classes = {n: int(count) for n, count in zip(found.class_names, counts, strict=True)}
    layout = "table" if path.is_file() else "tables of splits" if columns else "class folders"
    return TextFinding(
        kind="texts",
        path=path,
        layout=layout,
        columns=columns,
        encoding=_encoding(path) if layout == "table" else "",
        texts={name: len(texts) for name, texts in splits.items()},
        classes=classes,
        characters=_lengths([len(text) for text in every]),
        words=_lengths([len(text.split()) for text in sample]),
        scripts=scripts,
        languages=languages_of(sample, scripts),
        duplicate_texts=again,
        shared_texts=shared,
        part=part,
        concerns=(*found.skipped, *_concerns(classes, again, shared)),
    )


def _encoding(path: Path) -> str:
    if path.suffix.lower() in PARQUET_SUFFIXES:
        return "UTF-8"
    with file_head(path, LARGEST) as head:
        return {"utf-8-sig": "UTF-8"}.get(encoding := encoding_of(head.path), encoding)


def _shared(splits: dict[str, list[str]]) -> int:
    known: set[str] = set()
    shared = 0
    for texts in splits.values():
        shared += sum(text in known for text in texts)
        known.update(texts)
    return shared


def _lengths(values: Sequence[int]) -> tuple[int, int, int, int]:
    half, most, nearly, longest = np.percentile(values, (50, 95, 98, 100)).astype(int).tolist()
    return half, most, nearly, longest


def _concerns(classes: dict[str, int], again: int, shared: int) -> list[str]:
    largest, smallest = max(classes, key=classes.__getitem__), min(classes, key=classes.__getitem__)
    sentences = []
    if classes[largest] > _UNEQUAL * classes[smallest]:
        sentences.append(
            f"Classes are unequal: {classes[largest]:,} texts of {largest!r}, "
            f"{classes[smallest]:,} of {smallest!r}."
        )
    if again:
        sentences.append(f"{again:,} texts read the same as another of their split.")
    if shared:
        sentences.append(f"{shared:,} texts are in two splits: the test is too easy by them.")
    return sentences
