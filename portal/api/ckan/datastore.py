"""Rows as CKAN's DataStore gives them."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from portal.api.ckan.found import table_named
from portal.api.ckan.parameters import InvalidError, Parameters, filters, flag, selected, sorting, sought, whole_number
from portal.datasets.formats import without_formulas
from portal.datasets.row_page import count, page
from portal.datasets.row_parameters import BadParameterError, parse
from portal.datasets.row_query import RowQuery, whole_table
from portal.publication.catalogue import Column
from portal.publication.json_object import JsonObject
from portal.publication.store import Row, Store
from portal.settings import settings
from portal.texts.errors import sentence

_TYPES = {
    "string": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "bool",
    "date": "date",
    "geojson": "json",
}
_LIMIT_DEFAULT = 100
_OFFSET_MAX = 2**63 - 1


def search(store: Store, given: Parameters, base: str) -> JsonObject:
    """Rows of a dataset; the links keep everything that was asked for.

    Raises:
        InvalidError: a parameter cannot be used.
        NotFoundError: there is no such resource.
    """
    query = _query(store, given)
    shape = str(given.get("records_format") or "objects")
    if shape not in _SHAPES:
        raise InvalidError("records_format", sentence("ckan.shape"))
    counted = flag(given, "include_total", True)
    rows, total = page(store, query) if counted else (store.rows(*query.sql()) if query.limit else [], None)
    told: JsonObject = {
        "resource_id": str(given.get("resource_id") or given.get("id")),
        "fields": [_field(c) for c in query.columns],
        "records_format": shape,
        "records": _SHAPES[shape](rows),
        "limit": query.limit,
        "offset": query.offset,
        "include_total": counted,
        "_links": _links(given, query, base),
    }
    if counted:
        told |= {"total": total, "total_was_estimated": False}
    return told


def info(store: Store, given: Parameters) -> JsonObject:
    """What a dataset's table holds: rows, bytes, columns with their types.

    Raises:
        NotFoundError: there is no such resource.
    """
    dataset = table_named(store, given)
    size = next(f.bytes for f in store.manifest.files if f.table == dataset.table)
    key = dataset.primary_key
    return {
        "meta": {
            "id": str(given.get("resource_id") or given.get("id")),
            "count": count(store, whole_table(dataset)),
            "table_type": "BASE TABLE",
            "size": size,
            "db_size": sum(f.bytes for f in store.manifest.files),
            "idx_size": 0,
            "aliases": [],
        },
        "fields": [
            _field(c)
            | {
                "schema": {
                    "native_type": _TYPES[c.type],
                    "notnull": c.required,
                    "uniquekey": c.unique or key == (c.name,),
                    "is_index": False,
                    "index_name": None,
                }
            }
            for c in dataset.columns
        ],
        "schema": {c.name: _TYPES[c.type] for c in dataset.columns},
    }


def _query(store: Store, given: Parameters) -> RowQuery:
    dataset = table_named(store, given)
    most = settings().query_rows_max
    pairs = [*filters(given), *sorting(given), *selected(given)]
    pairs.append(("limit", str(whole_number(given, "limit", _LIMIT_DEFAULT, most))))
    pairs.append(("offset", str(whole_number(given, "offset", 0, _OFFSET_MAX))))
    try:
        query = parse(dataset, pairs, most)
    except BadParameterError as error:
        raise InvalidError(error.parameter.partition(".")[0], error.sentence) from None
    return replace(query, sought=sought(given, dataset.columns), distinct=flag(given, "distinct", False))


def _field(column: Column) -> JsonObject:
    info = {"label": column.title_zh, "notes": column.description_zh, "unit": column.unit}
    return {"id": column.name, "type": _TYPES[column.type], "info": info}


def _links(given: Parameters, query: RowQuery, base: str) -> JsonObject:
    """The first page, the next one, the one before: with every parameter of this one."""
    same = {k: v for k, v in given.items() if k not in {"limit", "offset"} and v not in (None, "")}
    limit = query.limit or 0

    def link(offset: int) -> str:
        page = {**same, "limit": limit, **({"offset": offset} if offset else {})}
        return f"{base}/api/3/action/datastore_search?{urlencode({k: _told(v) for k, v in page.items()})}"

    links = {"start": link(0), "next": link(min(query.offset + limit, _OFFSET_MAX))}
    return links | ({"prev": link(max(query.offset - limit, 0))} if query.offset else {})


def _told(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _delimited(rows: Sequence[Row], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([without_formulas(v) if isinstance(v, str) else v for v in row.values()] for row in rows)
    return text.getvalue()


_SHAPES: dict[str, Callable[[Sequence[Row]], Any]] = {
    "objects": lambda rows: rows,
    "lists": lambda rows: [list(r.values()) for r in rows],
    "csv": lambda rows: _delimited(rows, ","),
    "tsv": lambda rows: _delimited(rows, "\t"),
}
