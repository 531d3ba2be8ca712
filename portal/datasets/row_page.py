"""One page of a dataset's rows, and how many rows there are on all pages together."""

from portal.datasets.row_query import COUNT, RowQuery
from portal.publication.store import Row, Store


def page(store: Store, query: RowQuery) -> tuple[list[Row], int]:
    """The rows of a query, no more than its limit, and the rows of all pages together.

    Raises:
        TooSlowError: it took longer than a query may.
    """
    if query.limit and not query.offset and query.order and query.is_narrowed and not query.distinct:
        found = store.rows(*query.counted_sql())
        shown: list[Row] = [{name: cell for name, cell in row.items() if name != COUNT} for row in found]
        return shown, found[0][COUNT] if found else 0
    return store.rows(*query.sql()) if query.limit != 0 else [], count(store, query)


def count(store: Store, query: RowQuery) -> int:
    """The rows a query finds on all pages together.

    Raises:
        TooSlowError: it took longer than a query may.
    """
    if not query.is_narrowed:
        return next(f.rows for f in store.manifest.files if f.table == query.dataset.table)
    sql, parameters = query.count_sql()
    # The same on every page of a view.
    return int(store.remembered(sql, *parameters)[0]["count_star()"])
