"""Datasets: catalogue entries, rows page by page, downloads."""

import datetime
from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from portal.api.downloads import Downloads, cache_key, download
from portal.api.http import json_response
from portal.api.problems import not_found
from portal.api.shared import PREFIX, Version, base_url, dataset_of, known_parameters_only, pinned, store_of
from portal.datasets.formats import FORMATS, MEDIA_TYPES, Format, formats, published_file
from portal.datasets.row_page import count, page
from portal.datasets.row_parameters import LIMIT_DEFAULT, OPERATORS, BadParameterError, parse
from portal.datasets.row_query import whole_table
from portal.datasets.sources import sources
from portal.publication.catalogue import Change, Column, Dataset
from portal.publication.json_object import JsonObject
from portal.publication.store import Row, Store
from portal.settings import settings
from portal.texts.errors import sentence

router = APIRouter(prefix=PREFIX, tags=["数据集"])

DatasetId = Annotated[str, Path(description="dataset id", examples=["indicators"])]


class Distribution(BaseModel):
    """A format the whole table can be fetched in; `bytes` is null until somebody has asked for it."""

    format: Format
    media_type: str
    url: str
    bytes: int | None


class DatasetSummary(BaseModel):
    """A catalogue entry without its columns; dates are days, `rows` the rows of the whole table."""

    id: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    keywords: list[str]
    provider: str
    theme: str
    openness: str
    update_frequency: str
    first_published: datetime.date
    updated: datetime.date
    license: str
    license_url: str
    contact: str
    caveats_zh: str
    caveats_en: str
    derived: bool
    primary_key: list[str]
    changelog: list[Change]
    version: str
    rows: int
    url: str
    rows_url: str
    page_url: str
    distributions: list[Distribution]


class DatasetEntry(DatasetSummary):
    """A catalogue entry with its column dictionary; `sources` are those its rows name, each with its licence."""

    columns: list[Column]
    sources: list[Row]


class DatasetList(BaseModel):
    """Every dataset of the published version."""

    version: str
    datasets: list[DatasetSummary]


class Rows(BaseModel):
    """One page of rows; `total` counts the rows of all pages, `next` is the next page's address or null."""

    dataset: str
    version: str
    total: int
    limit: int
    offset: int
    rows: list[Row]
    next: str | None = Field(description="address of the next page")


def _query_parameters(limit_default: int | None) -> JsonObject:
    """The OpenAPI description of a row query's parameters; FastAPI cannot know them, as columns differ by dataset."""
    limit = {"type": "integer", "minimum": 0, "maximum": settings().query_rows_max}
    if limit_default is not None:
        limit["default"] = limit_default
    described = [
        ("select", "columns, comma separated; all where absent", {"type": "string", "example": "id"}),
        ("q", "words that must all occur in the text columns", {"type": "string"}),
        ("order", "columns to sort by, comma separated; `-` before a name for descending", {"type": "string"}),
        ("limit", "most rows", limit),
        ("offset", "rows to skip", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1, "default": 0}),
        ("version", "published version; the current one where absent", {"type": "string"}),
    ]
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, text, schema in described
        ]
    }


_FILTERS = f"""
`filter.<column>=value` keeps the rows whose cell equals the value; repeated, any of the values; an empty value means an empty
cell. In a column whose cells are lists one part is enough. `filter.<column>__<operator>=value` with
{", ".join(f"`{o}`" for o in OPERATORS[1:])}: `ne` none of the values, the comparisons all of them, `contains` any of them in
any case. Dates are written 2023-12-31, booleans `true` and `false`.
"""


@router.get(
    "/datasets", summary="所有数据集", response_model=DatasetList, dependencies=[Depends(known_parameters_only)]
)
def list_datasets(request: Request, version: Version = None) -> Response:
    """Every dataset of the published version, without the column dictionaries."""
    store = store_of(request, version)
    entries = [_summary(request, store, d, version) for d in store.manifest.datasets]
    return json_response(request, {"version": store.version, "datasets": entries}, store)


@router.get(
    "/datasets/{dataset}.{extension}",
    summary="下载",
    description="The whole table, or with the filters of `/rows` the filtered one, as a file." + _FILTERS,
    response_class=Response,
    responses={200: {"content": {m: {} for m in MEDIA_TYPES.values()}, "description": "the file"}},
    openapi_extra=_query_parameters(None),
)
def download_dataset(
    request: Request,
    dataset: DatasetId,
    extension: Annotated[str, Path(description=", ".join(FORMATS), examples=["csv"])],
) -> Response:
    """Whole or filtered, with ETag, Last-Modified, ranges and compression."""
    pairs = request.query_params.multi_items()
    store = store_of(request, request.query_params.get("version"))
    entry = dataset_of(store, dataset)
    if extension not in formats(entry):
        raise not_found(sentence("missing.format", dataset=entry.id, name=extension[:20]), formats(entry))
    bom = _flag(request, "bom")
    own = ("version", "bom") if extension == "csv" else ("version",)
    query = parse(entry, ((n, v) for n, v in pairs if n not in own), settings().query_rows_max, None)
    return download(request, _downloads(request), store, query, cast(Format, extension), bom)


@router.get(
    "/datasets/{dataset}",
    summary="一个数据集",
    response_model=DatasetEntry,
    dependencies=[Depends(known_parameters_only)],
)
def show_dataset(request: Request, dataset: DatasetId, version: Version = None) -> Response:
    """The catalogue entry: description, licence, version, column dictionary, sources and formats."""
    store = store_of(request, version)
    entry = dataset_of(store, dataset)
    content = {
        **_summary(request, store, entry, version),
        "columns": [c.model_dump(mode="json") for c in entry.columns],
        "sources": sources(store, whole_table(entry)),
    }
    return json_response(request, content, store)


@router.get(
    "/datasets/{dataset}/rows",
    summary="数据行",
    description="One page of rows as JSON." + _FILTERS,
    response_model=Rows,
    openapi_extra=_query_parameters(LIMIT_DEFAULT),
)
def list_rows(request: Request, dataset: DatasetId) -> Response:
    """Rows page by page, in the order of the file where no order is asked for."""
    store = store_of(request, request.query_params.get("version"))
    entry = dataset_of(store, dataset)
    pairs = ((n, v) for n, v in request.query_params.multi_items() if n != "version")
    query = parse(entry, pairs, settings().query_rows_max)
    limit = cast(int, query.limit)
    found, total = page(store, query)
    following = query.offset + len(found)
    link = None
    if found and following < total:
        # Pinned: the pages of a table that is published anew meanwhile would not fit together.
        address = [*(p for p in query.page(following).pairs() if p[0] != "limit"), ("limit", str(limit))]
        address.append(("version", store.version))
        link = f"{base_url(request)}{PREFIX}/datasets/{entry.id}/rows?{urlencode(address)}"
    content = {
        "dataset": entry.id,
        "version": store.version,
        "total": total,
        "limit": limit,
        "offset": query.offset,
        "rows": found,
        "next": link,
    }
    return json_response(request, content, store, {"Link": f'<{link}>; rel="next"'} if link else None)


def _summary(request: Request, store: Store, dataset: Dataset, version: str | None) -> JsonObject:
    base = base_url(request)
    here = f"{base}{PREFIX}/datasets/{dataset.id}"
    kept = pinned(store, version)
    same = f"?{urlencode(kept)}" if kept else ""
    return {
        **dataset.model_dump(mode="json", exclude={"columns"}),
        "version": store.version,
        "rows": count(store, whole_table(dataset)),
        "url": f"{here}{same}",
        "rows_url": f"{here}/rows{same}",
        "page_url": f"{base}/data?{urlencode({'dataset': dataset.id, **kept})}",
        "distributions": [
            {
                "format": kind,
                "media_type": MEDIA_TYPES[kind],
                "url": f"{here}.{kind}{same}",
                "bytes": _bytes(request, store, dataset, kind),
            }
            for kind in formats(dataset)
        ],
    }


def _bytes(request: Request, store: Store, dataset: Dataset, kind: Format) -> int | None:
    published = published_file(store, dataset)
    if kind == "parquet" and not published.parts:
        return published.bytes
    return _downloads(request).size(cache_key(store, whole_table(dataset), kind))


def _downloads(request: Request) -> Downloads:
    return cast(Downloads, request.app.state.downloads)


def _flag(request: Request, name: str) -> bool:
    value = request.query_params.get(name, "0")
    if value not in {"0", "1", "true", "false"}:
        raise BadParameterError(name, value, sentence("parameter.flag"), ("1", "0"))
    return value in {"1", "true"}
