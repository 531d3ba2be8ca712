"""The sources that rows name."""

from portal.datasets.row_query import RowQuery
from portal.publication.sql_text import quoted
from portal.publication.store import Row, Store


def sources(store: Store, query: RowQuery) -> list[Row]:
    """The sources a query's rows name, in the order of their table; none where rows name no source."""
    column = next((c for c in query.dataset.columns if c.references == "sources.id"), None)
    if column is None or "sources" not in {f.table for f in store.manifest.files}:
        return []
    where, parameters = query.where()
    name, separator = quoted(column.name), column.separator
    cell = f"unnest(string_split({name}, '{separator}'))" if separator else name
    named = f"SELECT {cell} FROM {quoted(query.dataset.table)}{where}"
    return store.rows(f"SELECT * FROM sources WHERE id IN ({named})", parameters)
