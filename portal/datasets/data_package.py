"""The descriptor of the data (Data Package 2.0, datapackage.org): one CSV resource a dataset, its columns as a Table Schema."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from portal.datasets.row_query import RowQuery, whole_table
from portal.datasets.sources import SourceRow, sources
from portal.publication.catalogue import Column, Dataset
from portal.publication.json_object import JsonObject
from portal.publication.store import Store

_PROFILES = "https://datapackage.org/profiles/2.0"
PACKAGE = f"{_PROFILES}/datapackage.json"
"""What a package says it keeps."""
_RESOURCE, _SCHEMA = f"{_PROFILES}/dataresource.json", f"{_PROFILES}/tableschema.json"


def data_package(store: Store, urls: Mapping[str, str]) -> JsonObject:
    """The descriptor of the whole publication (Data Package, datapackage.org), one CSV resource a dataset.

    Args:
        store: the published version.
        urls: the address of each dataset's CSV, by dataset id.
    """
    site, manifest = store.manifest.site, store.manifest
    datasets = [d for d in manifest.datasets if d.id in urls]
    resources = [resource(store, whole_table(d), urls[d.id], {d.table: d.id for d in datasets}) for d in datasets]
    return {
        "$schema": PACKAGE,
        "name": f"{site.plan}-data",
        "title": site.title,
        "title_en": site.title_en,
        "version": store.version,
        "created": manifest.created.isoformat(),
        "contributors": [{"title": site.title, "roles": ["publisher"]}],
        "licenses": _unique(licence(d) for d in datasets),
        "resources": resources,
    }


def resource(
    store: Store, query: RowQuery, path: str, tables: Mapping[str, str], data: bytes | Path | None = None
) -> JsonObject:
    """The descriptor of one table as CSV, its columns as a Table Schema.

    Args:
        store: the published version.
        query: the rows and columns the file holds.
        path: where the CSV is, relative to the descriptor or as an address.
        tables: resource names by table; references to other tables are left out.
        data: the CSV itself, for its size and checksum.
    """
    dataset = query.dataset
    described: JsonObject = {
        "$schema": _RESOURCE,
        "type": "table",
        "name": dataset.id,
        "title": dataset.title_zh,
        "title_en": dataset.title_en,
        "description": dataset.summary_zh,
        "description_en": dataset.summary_en,
        "path": path,
        "scheme": "https" if "://" in path else "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "version": store.version,
        "licenses": [licence(dataset)],
        "sources": [_source(s) for s in sources(store, query)],
        "keywords": list(dataset.keywords),
        "caveats": dataset.caveats_zh,
        "schema": _schema(query, tables),
    }
    if "://" in path:
        described["scheme"] = path.partition("://")[0]
    if not described["keywords"]:
        del described["keywords"]
    if data is not None:
        described["bytes"], described["hash"] = _fingerprint(data)
    return described


def _schema(query: RowQuery, tables: Mapping[str, str]) -> JsonObject:
    names = [c.name for c in query.columns]
    schema: JsonObject = {
        "$schema": _SCHEMA,
        "fields": [_field(c) for c in query.columns],
        "missingValues": [""],
    }
    if set(query.dataset.primary_key) <= set(names):
        schema["primaryKey"] = list(query.dataset.primary_key)
    keys = []
    for column in query.columns:
        table, _, other = (column.references or "").partition(".")
        if table in tables and not column.separator:
            # A reference that names no resource is one to the table itself.
            named = {} if tables[table] == query.dataset.id else {"resource": tables[table]}
            keys.append({"fields": [column.name], "reference": {**named, "fields": [other]}})
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _field(column: Column) -> JsonObject:
    constraints: JsonObject = {}
    if column.required:
        constraints["required"] = True
    if column.unique:
        constraints["unique"] = True
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.allowed and not column.separator:
        constraints["enum"] = list(column.allowed)
    if column.pattern and not column.separator:
        constraints["pattern"] = column.pattern
    field = {
        "name": column.name,
        "type": column.type,
        "title": column.title_zh,
        "title_en": column.title_en,
        "description": column.description_zh,
        "description_en": column.description_en,
        "unit": column.unit,
        "example": column.example,
        "constraints": constraints,
    }
    if column.separator:
        field["separator"] = column.separator
    return {k: v for k, v in field.items() if v not in ("", {})}


def licence(dataset: Dataset) -> JsonObject:
    """The licence of a dataset, as a descriptor names one."""
    licence = {"name": dataset.license, "path": dataset.license_url}
    return {k: v for k, v in licence.items() if v}


def _source(source: SourceRow) -> JsonObject:
    described = {"title": source["title"], "path": source["url"], "publisher": source["publisher"]}
    return {k: v for k, v in described.items() if v}


def _unique(items: Iterable[JsonObject]) -> list[JsonObject]:
    return list({json.dumps(i, sort_keys=True): i for i in items}.values())


def _fingerprint(data: bytes | Path) -> tuple[int, str]:
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), f"sha256:{digest}"
