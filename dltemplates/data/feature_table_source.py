"""Feature tables from any source."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.machine_sample import machine_sample
from dltemplates.data.number_columns import number_columns
from dltemplates.data.row_labels import read_labels
from dltemplates.data.sample_settings import refuse_settings
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.series_table_file import read_table
from dltemplates.data.tfds_table import tfds_rows
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_SHOWN = 5


def load_feature_table(
    source: str,
    *,
    path: str = "",
    name: str = "",
    data_dir: str = "",
    features: Sequence[str] = (),
    label: str = "",
    ignore: Sequence[str] = (),
    missing_limit: float = 0.2,
) -> FeatureTable:
    """Reads a table of features.

    Args:
        source: `sample`, `path` or `tfds`.
        path: For `path`: a CSV or Parquet file.
        name: For `tfds`: the data set's name. Every example is a row.
        data_dir: For `tfds`: where prepared data sets lie; empty for the default.
        features: Columns of features; none: all that are nothing else. The sample has its own
            columns, so naming some of these three for it is refused.
        label: The column of labels; empty: there is none.
        ignore: Columns to leave out.
        missing_limit: Largest share of a feature that may be missing; 1: also features without any
            value, as suits a table that is only judged.

    Raises:
        DataError: The table is not there, or cannot be used.
    """
    if source == "path" and not path:
        raise DataError(
            "No path given.",
            where="data.path",
            hint="Point it at a CSV or Parquet file: --set data.path=rows.csv",
        )
    if path and source != "path":
        log.warning("data.path is not used: data.source is %r, not 'path'.", source)
    if source == "sample":
        found = machine_sample()
        refuse_settings(found.names, "data.features", features, label, ignore)
    else:
        table = (
            read_table(Path(os.path.expanduser(path)))
            if source == "path"
            else tfds_rows(name, data_dir, example="my_company_parts")
        )
        found = assemble_table(
            table, features=features, label=label, ignore=ignore, missing_limit=missing_limit
        )
    _tell(found)
    return found


def assemble_table(
    table: SeriesTable,
    *,
    features: Sequence[str] = (),
    label: str = "",
    ignore: Sequence[str] = (),
    missing_limit: float = 0.2,
) -> FeatureTable:
    """Reads features and labels from `table`; see `load_feature_table`.

    Raises:
        DataError: Something in the table, or in what is asked of it, is wrong.
    """
    others = {"data.label": [label] if label else [], "data.ignore": list(ignore)}
    names = number_columns(table, features, "data.features", others)
    labels: np.ndarray | None = None
    repairs: list[str] = []
    if label:
        labels, repairs = read_labels(table, label)
    values = np.empty((len(table), len(names)), "float32")
    for place, name in enumerate(names):
        values[:, place] = _numbers(table, name)
    repairs += _gaps(names, values, missing_limit, table.where)
    numbers = table.frame.index.to_numpy("int64") + 1
    return FeatureTable(names, values, labels, repairs, table.where, numbers)


def _numbers(table: SeriesTable, name: str) -> np.ndarray:
    """A column as numbers; one without any number in it is not to be corrected but left out."""
    if table.is_text(name):
        column = table.frame[name]
        table.refuse(
            column.notna(),
            f"without a number in column {name!r}",
            "Leave the column out with data.ignore, or write its categories as numbers.",
            column,
        )
    return table.numbers(name, "data.features")


def _gaps(names: list[str], values: np.ndarray, missing_limit: float, where: str) -> list[str]:
    """Refuses features with too few values; describes what is missing of others."""
    missing = np.isnan(values).mean(axis=0)
    if missing.max() > missing_limit or missing.min() == 1.0:
        worst = int(missing.argmax())
        crossed = int((missing > missing_limit).sum()) - 1
        more = f"; {crossed:,} more features likewise" if crossed > 0 else ""
        raise DataError(
            f"{_share(names, missing, worst)}{more}. At most {missing_limit:.0%} may be.",
            where=where,
            hint="Fill them in, leave the feature out with data.ignore, or raise "
            "data.missing_limit.",
        )
    order = [int(place) for place in np.argsort(-missing, kind="stable") if missing[place]]
    sentences = [f"{_share(names, missing, place)}." for place in order[:_SHOWN]]
    if len(order) > _SHOWN:
        sentences.append(f"Values of {len(order) - _SHOWN:,} more features are missing.")
    return sentences


def _share(names: list[str], missing: np.ndarray, place: int) -> str:
    return f"{missing[place]:.1%} of the values of {names[place]!r} are missing"


def _tell(found: FeatureTable) -> None:
    """Says what was read, and what was done to it."""
    names = ", ".join(found.names[:_SHOWN]) + (", …" if len(found.names) > _SHOWN else "")
    labels = "no labels"
    if found.labels is not None:
        labels = f"{int(found.labels.sum()):,} labelled as anomalies"
    log.info(
        "%s: %s features (%s), %s rows, %s",
        found.where,
        f"{len(found.names):,}",
        names,
        f"{len(found):,}",
        labels,
    )
    for repair in found.repairs[:_SHOWN]:
        log.info("  %s", repair)
