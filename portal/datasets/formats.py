"""The formats a dataset can be had in, and why one cannot."""

import re
from typing import Literal, TypeVar, get_args

from portal.publication.catalogue import Dataset
from portal.publication.manifest import PublishedFile
from portal.publication.store import Store
from portal.texts.errors import BilingualError

Format = Literal["csv", "xlsx", "parquet", "json", "geojson", "zip"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "geojson": "application/geo+json",
    "zip": "application/zip",
}
# First characters that make a spreadsheet run a text cell as a formula (OWASP "CSV Injection"), the full-width ones included.
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
# What starts like one and is none in any spreadsheet: dashes for "nothing", and a number with its sign, such as -5 %.
# Of both Python's and DuckDB's regular expressions.
HARMLESS = r"[-－+＋]+|[-－+＋] ?[0-9]+([,.][0-9]+)* ?[%％‰]?"


_HARMLESS = re.compile(HARMLESS)
Cell = TypeVar("Cell")


class ExportError(BilingualError):
    """The rows cannot be had in this format; the sentence says why and what to do instead."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run a text cell."""
    return text[:1] in tuple(FORMULA_STARTS) and not _HARMLESS.fullmatch(text)


def without_formulas(cell: Cell) -> Cell | str:
    """A cell as CSV may hold it: what a spreadsheet might run comes after an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and is_formula(cell) else cell


def formats(dataset: Dataset) -> tuple[Format, ...]:
    """The formats a dataset can be had in; GeoJSON only where rows have a place."""
    return tuple(f for f in FORMATS if f != "geojson" or dataset.has_geometry)


def published_file(store: Store, dataset: Dataset) -> PublishedFile:
    """What a dataset was published as; in partitions it is no one file to hand out."""
    return next(f for f in store.manifest.files if f.table == dataset.table)
