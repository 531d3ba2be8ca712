"""What is in a table before anyone opens it elsewhere: where words occur, a profile of each column, how numbers are spread."""

import datetime
from dataclasses import dataclass

from portal.datasets.row_parameters import words as searched
from portal.datasets.row_query import RowQuery
from portal.publication.catalogue import Column, Dataset
from portal.publication.sql_text import quoted
from portal.publication.store import Store

BARS = 20
_ORDERED = {"integer", "number", "date"}


@dataclass(frozen=True)
class Found:
    """A dataset that holds the words of a search: in its own description, in columns' names, in so many rows."""

    dataset: Dataset
    described: bool
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True)
class Profile:
    """A column over the rows of a query; `least` and `most` only for numbers and dates, `distinct` not for shapes."""

    column: Column
    missing: int
    distinct: int | None
    least: float | datetime.date | None
    most: float | datetime.date | None


@dataclass(frozen=True)
class Bar:
    """So many rows whose number is from `low` up to `high` (without it, but in the last bar); one number where they are equal."""

    low: float
    high: float
    count: int


def find(store: Store, words: str) -> list[Found]:
    """The datasets where every word occurs: in the description, in a column's name or meaning, or in a row.

    Rows of a table in object storage are not looked through (`only_described`): it would be read whole for every search.

    Raises:
        BadParameterError: there are too many words.
    """
    terms = searched(words)
    if not terms:
        return []
    left_out = only_described(store)
    found = []
    for dataset in store.manifest.datasets:
        query = RowQuery(dataset, dataset.columns, terms=terms)
        sql, parameters = query.count_sql()
        has_text = any(c.type == "string" for c in dataset.columns) and dataset not in left_out
        rows = int(store.rows(sql, parameters)[0]["count_star()"]) if has_text else 0
        about = (dataset.id, dataset.title_zh, dataset.title_en, dataset.summary_zh, dataset.summary_en)
        described = _holds(terms, *about, *dataset.keywords)
        columns = tuple(
            c
            for c in dataset.columns
            if _holds(terms, c.name, c.title_zh, c.title_en, c.description_zh, c.description_en)
        )
        if rows or described or columns:
            found.append(Found(dataset, described, columns, rows))
    return found


def only_described(store: Store) -> list[Dataset]:
    """The datasets whose rows a search over all of them does not look through."""
    remote = {f.table for f in store.manifest.files if store.is_remote(f)}
    return [d for d in store.manifest.datasets if d.table in remote]


def profile(store: Store, query: RowQuery) -> tuple[int, list[Profile]]:
    """The number of rows a query finds on all pages, and a profile of each of its columns over them."""
    where, parameters = query.where()
    cells = ["count(*) AS n"]
    for index, column in enumerate(query.columns):
        name = quoted(column.name)
        cells.append(f"count(*) - count({name}) AS missing{index}")
        if column.type != "geojson":
            cells.append(f"count(DISTINCT {name}) AS distinct{index}")
        if column.type in _ORDERED:
            cells.append(f"min({name}) AS least{index}, max({name}) AS most{index}")
    (row,) = store.rows(f"SELECT {', '.join(cells)} FROM {quoted(query.dataset.table)}{where}", parameters)
    profiles = [
        Profile(c, row[f"missing{i}"], row.get(f"distinct{i}"), row.get(f"least{i}"), row.get(f"most{i}"))
        for i, c in enumerate(query.columns)
    ]
    return row["n"], profiles


def units(store: Store, query: RowQuery) -> list[str]:
    """The units the rows of a query name, where the table has a column of units; numbers of several cannot share an axis."""
    if "unit" not in {c.name for c in query.dataset.columns}:
        return []
    where, parameters = query.where()
    sql = f"SELECT DISTINCT unit FROM {quoted(query.dataset.table)}{where} ORDER BY unit"
    return [r["unit"] for r in store.rows(sql, parameters) if r["unit"]]


def numeric(dataset: Dataset) -> list[Column]:
    """The columns that can be drawn: numbers that are not a place on the map."""
    return [c for c in dataset.columns if c.type in {"integer", "number"} and c.name not in {"lon", "lat"}]


def spread(store: Store, query: RowQuery, column: Column) -> list[Bar]:
    """How the numbers of a column are spread over the rows of a query: a bar a number where there are few, else equal ranges.

    Args:
        store: the published version.
        query: which rows; its page and columns do not matter.
        column: an integer or number column of the dataset.
    """
    where, parameters = query.where()
    name = quoted(column.name)
    numbers = f"SELECT CAST({name} AS DOUBLE) AS v FROM {quoted(query.dataset.table)}{where}"
    few = store.rows(
        f"SELECT v, count(*) AS n FROM ({numbers}) WHERE isfinite(v) GROUP BY v ORDER BY v LIMIT {BARS + 1}", parameters
    )
    if len(few) <= BARS:
        return [Bar(r["v"], r["v"], r["n"]) for r in few]
    binned = store.rows(
        f"""
        WITH numbers AS (SELECT v FROM ({numbers}) WHERE isfinite(v)),
             ends AS (SELECT min(v) AS low, max(v) AS high FROM numbers)
        SELECT low, high, least({BARS - 1}, CAST(floor((v - low) / (high - low) * {BARS}) AS INTEGER)) AS bar, count(*) AS n
        FROM numbers, ends GROUP BY ALL
        """,
        parameters,
    )
    low, width = binned[0]["low"], (binned[0]["high"] - binned[0]["low"]) / BARS
    counts = {r["bar"]: r["n"] for r in binned}
    return [Bar(low + i * width, low + (i + 1) * width, counts.get(i, 0)) for i in range(BARS)]


def _holds(terms: tuple[str, ...], *texts: str) -> bool:
    text = " ".join(texts).lower()
    return all(term.lower() in text for term in terms)
