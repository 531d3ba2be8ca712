"""The sources that rows name."""

import datetime
from typing import TypedDict, cast

from portal.datasets.row_query import RowQuery
from portal.publication.sql_text import quoted
from portal.publication.store import Store


class SourceRow(TypedDict):
    """Where data come from: a row of `sources`; None where it is not known."""

    id: str
    publisher: str | None
    title: str | None
    url: str | None
    published: str | None
    accessed: datetime.date | None
    reliability: str
    licence: str | None


def sources(store: Store, query: RowQuery) -> list[SourceRow]:
    """The sources a query's rows name, in the order of their table; none where rows name no source."""
    column = next((c for c in query.dataset.columns if c.references == "sources.id"), None)
    if column is None or "sources" not in {f.table for f in store.manifest.files}:
        return []
    where, parameters = query.where()
    name, separator = quoted(column.name), column.separator
    cell = f"unnest(string_split({name}, '{separator}'))" if separator else name
    named = f"SELECT {cell} FROM {quoted(query.dataset.table)}{where}"
    return cast("list[SourceRow]", store.rows(f"SELECT * FROM sources WHERE id IN ({named})", parameters))
