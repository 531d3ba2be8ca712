"""Rows as CSV."""

from pathlib import Path

from portal.datasets.file_writing import copy_to
from portal.datasets.formats import FORMULA_STARTS, HARMLESS
from portal.datasets.row_query import RowQuery
from portal.publication.catalogue import Column
from portal.publication.sql_text import literal, quoted
from portal.publication.store import Store


def write_csv(store: Store, query: RowQuery, path: Path, bom: bool = False) -> None:
    """Write rows as CSV, after a byte order mark where `bom` asks for one."""
    # DuckDB writes no byte order mark of its own: it goes before the first column's name.
    names = [c.name for c in query.columns]
    names[0] = "\ufeff" * bom + names[0]
    cells = ", ".join(f"{_csv_cell(c)} AS {quoted(n)}" for c, n in zip(query.columns, names, strict=True))
    source, parameters = query.source()
    copy_to(store, f"SELECT {cells}{source}", parameters, path, "FORMAT csv, HEADER true")


def _csv_cell(column: Column) -> str:
    name = quoted(column.name)
    if column.type == "string":
        codes = ", ".join(str(ord(c)) for c in FORMULA_STARTS)
        starts = f"ascii({name}) IN ({codes}) AND NOT regexp_full_match({name}, {literal(HARMLESS)})"
        return f"CASE WHEN {starts} THEN '''' || {name} ELSE {name} END"
    if column.type == "number":
        # 45000, not 45000.0: a count is a count.
        whole = f"abs({name}) < 1e15 AND {name} = trunc({name})"
        return f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
    return name
