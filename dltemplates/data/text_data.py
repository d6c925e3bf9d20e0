"""A text data set ready for training: read, divided and described."""

import logging
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from dltemplates.data.labelled_texts import (
    FoundTexts,
    LabelledTexts,
    as_one_of_several,
    same_texts,
)
from dltemplates.data.review_sample import review_sample
from dltemplates.data.text_source import read_texts
from dltemplates.data.text_splits import divide_texts
from dltemplates.data.tfds_texts import read_tfds_texts
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_SHOWN = 5


@dataclass
class TextData:
    """Texts of known classes, divided.

    Attributes:
        class_names: In label order.
        splits: The texts of each split; `train` is always there.
        multi_label: Whether a text may have several classes.
        skipped: One sentence on each source that had rows of no use.
        rehearsed: Texts of old classes in each split, see `dltemplates.data.text_rehearsal`.
    """

    class_names: list[str]
    splits: dict[str, LabelledTexts]
    multi_label: bool = False
    skipped: list[str] = field(default_factory=list)
    rehearsed: dict[str, int] = field(default_factory=dict)

    @property
    def train(self) -> LabelledTexts:
        return self.splits["train"]

    @property
    def validation(self) -> LabelledTexts | None:
        return self.splits.get("validation")

    @property
    def test(self) -> LabelledTexts | None:
        return self.splits.get("test")

    def held_out_texts(self, count: int = 16) -> list[str]:
        """Up to `count` texts, of those held out from training if there are any."""
        return (self.validation or self.train).spread(count)

    @cached_property
    def duplicates(self) -> dict[str, int]:
        """Texts that a split has again (`train`), or an earlier split too (`train, test`).

        Texts are the same if they are after composing their Unicode and stripping space around.
        """
        rows = {name: same_texts(texts.texts) for name, texts in self.splits.items()}
        known = {name: set(texts) for name, texts in rows.items()}
        names = list(rows)
        found = {name: len(rows[name]) - len(known[name]) for name in names}
        for place, later in enumerate(names):
            for earlier in names[:place]:
                again = sum(text in known[earlier] for text in rows[later])
                found[f"{earlier}, {later}"] = again
        return found

    def with_classes(self, names: list[str]) -> "TextData":
        """The same texts, labelled by the place of their class in other names.

        Raises:
            DataError: A class of the texts is not among them.
        """
        if names == self.class_names:
            return self
        unknown = [name for name in self.class_names if name not in names]
        if unknown:
            raise DataError(
                f"The data have classes that the network does not know: {', '.join(unknown)}. "
                f"It knows {', '.join(names)}.",
                hint="Use the data that it was trained for, or fine-tune it to these.",
            )
        places = np.array([names.index(name) for name in self.class_names])
        splits = {
            split: texts.with_places(places, len(names)) for split, texts in self.splits.items()
        }
        return replace(self, class_names=list(names), splits=splits)

    def describe(self) -> dict:
        """What a run records of its data."""
        return {
            "class_names": self.class_names,
            "multi_label": self.multi_label,
            "splits": {name: self._describe(texts) for name, texts in self.splits.items()},
            "fingerprints": {
                name: texts.fingerprint(self.class_names) for name, texts in self.splits.items()
            },
            "duplicates": self.duplicates,
            "skipped": self.skipped,
            **({"rehearsed": self.rehearsed} if self.rehearsed else {}),
        }

    def _describe(self, texts: LabelledTexts) -> dict:
        counts = texts.class_counts(len(self.class_names)).tolist()
        lengths = np.array([len(text) for text in texts.texts])
        median, p95, p99 = np.percentile(lengths, [50, 95, 99]).round().astype(int).tolist()
        return {
            "where": texts.where,
            "texts": len(texts),
            "classes": dict(zip(self.class_names, counts, strict=True)),
            "characters": {"p50": median, "p95": p95, "p99": p99, "max": int(lengths.max())},
        }


def load_texts(
    source: str,
    *,
    path: str = "",
    test_path: str = "",
    validation_path: str = "",
    name: str = "",
    data_dir: str = "",
    text_column: str = "text",
    label_column: str = "label",
    label_separator: str = "",
    quotes: str = "auto",
    validation_fraction: float = 0.1,
    test_fraction: float = 0.1,
    seed: int = 0,
    broken_limit: float = 0.01,
) -> TextData:
    """Reads texts from any source and divides them.

    Args:
        source: `sample`, `path` or `tfds`.
        path: For `path`: a table, a folder of tables for the splits, or of class folders; see
            `dltemplates.data.text_source.read_texts`.
        test_path: For `path`: a table or folder to test on.
        validation_path: For `path`: likewise for validation.
        name: For `tfds`: the data set's name.
        data_dir: For `tfds`: where prepared data sets lie; empty for the default.
        text_column: The column of texts.
        label_column: The column of labels.
        label_separator: What stands between the labels of one text; empty: each text has one. Other
            sources than `path` have one a text, and with a separator it is one of several.
        quotes: `auto`, `literal` or `csv`; see `dltemplates.data.text_table.read_text_table`.
        validation_fraction: Share of the training texts to hold out where there is no such split.
        test_fraction: Likewise for the test split.
        seed: Decides the division.
        broken_limit: Largest share of rows that is skipped rather than refused.

    Raises:
        DataError: The texts are not there, or cannot be used.
    """
    if source == "path" and not path:
        raise DataError(
            "No path given.",
            where="data.path",
            hint="Point it at a table or a folder: --set data.path=reviews.csv",
        )
    if source == "sample":
        found = review_sample()
    elif source == "tfds":
        found = read_tfds_texts(
            name,
            data_dir or None,
            text_column=text_column,
            label_column=label_column,
            broken_limit=broken_limit,
        )
    else:
        found = read_texts(
            path,
            test_path=test_path,
            validation_path=validation_path,
            text_column=text_column,
            label_column=label_column,
            label_separator=label_separator,
            quotes=quotes,
            broken_limit=broken_limit,
        )
    if label_separator and source != "path":
        found = as_one_of_several(found)
    unused = {"path": path, "test_path": test_path, "validation_path": validation_path}
    for setting in unused if source != "path" else ():
        if unused[setting]:
            log.warning("data.%s is not used: data.source is %r, not 'path'.", setting, source)
    splits = divide_texts(found, validation_fraction, test_fraction, seed)
    data = TextData(found.class_names, splits, found.splits["train"].multi_label, found.skipped)
    _tell(found, data)
    return data


def _tell(found: FoundTexts, data: TextData) -> None:
    """Says what was read, and what was left out."""
    names = ", ".join(found.class_names[:_SHOWN])
    log.info(
        "%s: %s classes (%s), %s",
        found.splits["train"].where,
        f"{len(found.class_names):,}",
        names + (", …" if len(found.class_names) > _SHOWN else ""),
        ", ".join(f"{len(texts):,} {name}" for name, texts in data.splits.items()),
    )
    for line in found.skipped:
        log.warning("Skipped: %s", line)
    for pair, count in data.duplicates.items():
        if count and "," in pair:
            log.warning("%s texts are in two splits (%s).", f"{count:,}", pair)
