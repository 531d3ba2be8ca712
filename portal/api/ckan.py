"""The CKAN Action API (v3), so that the clients written for CKAN portals read this one.

Replies have CKAN's own shape, errors included: `{"success": false, "error": {"__type", "message"}}`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, cast

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from portal.api.datasets import count
from portal.api.json_bodies import fault
from portal.api.problems import language_of
from portal.api.shared import base_url, store_of
from portal.datasets import row_query
from portal.datasets.formats import MEDIA_TYPES, formats, published_parquet
from portal.datasets.row_query import BadParameterError, parse, whole_table
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.manifest import PublicationError
from portal.publication.statuses import Openness
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.errors import BilingualError, Sentence, sentence

PREFIX = "/api/3"
router = APIRouter(tags=["CKAN"])

Parameters = Mapping[str, Any]

_TYPES = {
    "string": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "bool",
    "date": "date",
    "geojson": "json",
}
_LIMIT_DEFAULT = 100
_OK: dict[int | str, JsonObject] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "`success` and `result`"}
}


class _NotFoundError(BilingualError):
    """What was asked for by name is not there."""


class _InvalidError(BilingualError):
    """A parameter cannot be used.

    Args:
        field: its name.
        why: what is wrong with it.
    """

    def __init__(self, field: str, why: Sentence) -> None:
        super().__init__(why)
        self.field = field


def package_list(_: Request, store: Store, given: Parameters) -> Any:
    """The ids of the datasets."""
    names = sorted(d.id for d in store.manifest.datasets)
    start = _whole(given, "offset", 0, len(names))
    return names[start:][: _whole(given, "limit", len(names), 1000)]


def package_show(request: Request, store: Store, given: Parameters) -> Any:
    """A dataset with its resources."""
    return _package(request, store, _dataset(store, given, "id"))


def package_search(request: Request, store: Store, given: Parameters) -> Any:
    """Datasets that hold every word of `q`; `fq` narrows by name, tags, license_id or res_format."""
    words = [w for w in _bounded("q", str(given.get("q") or "")) if w != "*:*"]
    texts = [(d, _words(d)) for d in store.manifest.datasets]
    found = [d for d, text in texts if all(w.lower() in text for w in words)]
    for part in _bounded("fq", str(given.get("fq") or "").replace("+", " ")):
        found = [d for d in found if _narrowed(d, part)]
    key, descending = _package_order(str(given.get("sort") or "title asc"))
    found.sort(key=key, reverse=descending)
    start, rows = _whole(given, "start", 0, 10**9), _whole(given, "rows", 10, 1000)
    return {
        "count": len(found),
        "sort": str(given.get("sort") or "title asc"),
        "facets": {},
        "search_facets": {},
        "results": [_package(request, store, d) for d in found[start : start + rows]],
    }


def resource_show(request: Request, store: Store, given: Parameters) -> Any:
    """One format of a dataset."""
    wanted = str(given.get("id") or "")
    for dataset in store.manifest.datasets:
        for resource in _package(request, store, dataset)["resources"]:
            if wanted == resource["id"]:
                return resource
    raise _NotFoundError(sentence("ckan.resource", name=wanted[:80]))


def datastore_search(request: Request, store: Store, given: Parameters) -> Any:
    """Rows of a dataset, with `filters`, `q`, `sort`, `limit`, `offset` and `fields`."""
    dataset = _dataset(store, given, "resource_id")
    pairs = [*_filters(given), *_sorting(given), *_sought(given)]
    limit, offset = given.get("limit", _LIMIT_DEFAULT), given.get("offset", 0)
    pairs += [("limit", str(limit)), ("offset", str(offset))]
    try:
        query = parse(dataset, pairs, settings().query_rows_max)
    except BadParameterError as error:
        raise _InvalidError(error.parameter.partition(".")[0], error.sentence) from None
    shape = str(given.get("records_format") or "objects")
    if shape not in {"objects", "lists"}:
        raise _InvalidError("records_format", sentence("ckan.shape"))
    records = store.rows(*query.sql())
    here = f"{base_url(request)}/api/3/action/datastore_search?resource_id={dataset.id}"
    following = query.offset + len(records)
    return {
        "resource_id": str(given["resource_id"]),
        "fields": [
            {
                "id": c.name,
                "type": _TYPES[c.type],
                "info": {"label": c.title_zh, "notes": c.description_zh, "unit": c.unit},
            }
            for c in query.columns
        ],
        "records_format": shape,
        "records": records if shape == "objects" else [list(r.values()) for r in records],
        "limit": query.limit,
        "offset": query.offset,
        "total": count(store, query),
        "total_was_estimated": False,
        "include_total": True,
        "_links": {"start": here, "next": f"{here}&limit={query.limit}&offset={following}"},
    }


def status_show(request: Request, store: Store, _: Parameters) -> Any:
    """What this portal is."""
    site = store.manifest.site
    return {
        "ckan_version": "2.11 (Action API subset)",
        "site_title": site.title,
        "site_url": base_url(request),
        "version": store.version,
    }


_ACTIONS: dict[str, tuple[Callable[[Request, Store, Parameters], Any], frozenset[str]]] = {
    "package_list": (package_list, frozenset({"limit", "offset"})),
    "package_show": (package_show, frozenset({"id", "name_or_id"})),
    "package_search": (package_search, frozenset({"q", "fq", "sort", "start", "rows"})),
    "resource_show": (resource_show, frozenset({"id"})),
    "datastore_search": (
        datastore_search,
        frozenset(
            {"resource_id", "filters", "q", "sort", "limit", "offset", "fields", "records_format", "include_total"}
        ),
    ),
    "status_show": (status_show, frozenset()),
    "site_read": (lambda *_: True, frozenset()),
}


Action = Annotated[str, Path(description="what to do", json_schema_extra={"enum": list(_ACTIONS)})]


# Clients that name no version, ckanapi among them, leave out the 3.
def _sought(given: Parameters) -> Iterator[tuple[str, str]]:
    """What `q` and `fields` ask for, in the API's own words."""
    q, fields = _decoded(given.get("q")), given.get("fields")
    if isinstance(q, dict):
        yield from ((f"filter.{column}__contains", str(value)) for column, value in q.items())
    elif q:
        yield "q", str(q)
    if fields:
        yield "select", fields if isinstance(fields, str) else ",".join(map(str, fields))


@router.get("/api/action/{action}", include_in_schema=False)
@router.get(
    f"{PREFIX}/action/{{action}}",
    summary="CKAN 接口",
    response_class=Response,
    responses=_OK,
    operation_id="ckan_action_get",
)
def action_get(request: Request, action: Action) -> Response:
    """`package_list`, `package_show`, `package_search`, `resource_show`, `datastore_search`, `status_show`, parameters in the URL."""
    return _act(request, action, dict(request.query_params))


@router.post("/api/action/{action}", include_in_schema=False)
@router.post(
    f"{PREFIX}/action/{{action}}",
    summary="CKAN 接口（POST）",
    response_class=Response,
    responses=_OK,
    operation_id="ckan_action_post",
)
async def action_post(request: Request, action: Action) -> Response:
    """The same with the parameters as a JSON object in the body."""
    from starlette.concurrency import run_in_threadpool

    body = await request.body()
    if told := fault(body):
        return _failed(request, 400, "Bad Request", told)
    try:
        given = json.loads(body) if body.strip() else {}
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return _failed(request, 400, "Bad Request", sentence("ckan.body"))
    return await run_in_threadpool(_act, request, action, given)


def _act(request: Request, action: str, given: Parameters) -> Response:
    if action not in _ACTIONS:
        return _failed(request, 400, "Bad Request", sentence("ckan.action", name=action[:80], known=list(_ACTIONS)))
    function, known = _ACTIONS[action]
    try:
        for name in given:
            if name not in known:
                raise _InvalidError(name, sentence("ckan.parameter", action=action, known=sorted(known)))
        result = function(request, store_of(request), given)
    except _NotFoundError as error:
        return _failed(request, 404, "Not Found Error", error.sentence)
    except _InvalidError as error:
        return _failed(request, 409, "Validation Error", error.sentence, error.field)
    except PublicationError:
        return _failed(request, 503, "Internal Server Error", sentence("server.unpublished"))
    return _reply(request, 200, {"success": True, "result": result})


def _failed(request: Request, status: int, kind: str, why: Sentence, field: str = "") -> Response:
    """What CKAN's clients read of a failure; `field` is the parameter that cannot be used."""
    told = why.told(language_of(request))
    error: JsonObject = {"__type": kind, "message": told}
    if field:
        named = sentence("ckan.field", field=field, why=why).told(language_of(request))
        error = {"__type": kind, field: [told], "message": named}
    return _reply(request, status, {"success": False, "error": error})


def _reply(request: Request, status: int, content: JsonObject) -> Response:
    body = {"help": f"{base_url(request)}/api/v1/docs#/CKAN", **content}
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-cache"}, "application/json")


def _dataset(store: Store, given: Parameters, name: str) -> Dataset:
    wanted = str(given.get(name) or given.get("name_or_id") or "")
    if not wanted:
        raise _InvalidError(name, sentence("rule.missing"))
    for dataset in store.manifest.datasets:
        if wanted == dataset.id or wanted in {f"{dataset.id}.{kind}" for kind in formats(dataset)}:
            return dataset
    known = [d.id for d in store.manifest.datasets]
    raise _NotFoundError(sentence("ckan.dataset", name=wanted[:80], known=known))


def _package(request: Request, store: Store, dataset: Dataset) -> JsonObject:
    base = base_url(request)
    return {
        "id": dataset.id,
        "name": dataset.id,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": dataset.openness == Openness.OPEN,
        "title": dataset.title_zh,
        "notes": "\n\n".join(t for t in (dataset.summary_zh, dataset.caveats_zh) if t),
        "url": f"{base}/data?dataset={dataset.id}",
        "version": store.version,
        "author": dataset.provider,
        "maintainer": dataset.contact,
        "license_id": dataset.license,
        "license_title": dataset.license,
        "license_url": dataset.license_url,
        "metadata_created": f"{dataset.first_published.isoformat()}T00:00:00",
        "metadata_modified": f"{dataset.updated.isoformat()}T00:00:00",
        "organization": {"name": "provider", "title": dataset.provider, "type": "organization", "state": "active"},
        "groups": [{"name": dataset.theme, "title": dataset.theme, "display_name": dataset.theme}],
        "tags": [{"name": k, "display_name": k, "state": "active"} for k in dataset.keywords],
        "num_tags": len(dataset.keywords),
        "extras": [
            {"key": "title_en", "value": dataset.title_en},
            {"key": "summary_en", "value": dataset.summary_en},
            {"key": "openness", "value": dataset.openness},
            {"key": "update_frequency", "value": dataset.update_frequency},
            {"key": "rows", "value": str(count(store, whole_table(dataset)))},
        ],
        "num_resources": len(formats(dataset)),
        "resources": [_resource(store, dataset, kind, base) for kind in formats(dataset)],
    }


def _resource(store: Store, dataset: Dataset, kind: str, base: str) -> JsonObject:
    file = None
    if kind == "parquet":
        name = published_parquet(store, dataset).name
        file = next(f for f in store.manifest.files if f.path == name)
    return {
        "id": f"{dataset.id}.{kind}",
        "package_id": dataset.id,
        "name": f"{dataset.title_zh}（{kind.upper()}）",
        "description": dataset.summary_zh,
        "format": kind.upper(),
        "mimetype": MEDIA_TYPES[kind].partition(";")[0],
        "url": f"{base}/api/v1/datasets/{dataset.id}.{kind}",
        "size": file.bytes if file else None,
        "hash": file.sha256 if file else "",
        "created": f"{dataset.first_published.isoformat()}T00:00:00",
        "last_modified": f"{dataset.updated.isoformat()}T00:00:00",
        "datastore_active": kind == "csv",
        "state": "active",
    }


def _bounded(field: str, text: str) -> tuple[str, ...]:
    """The words of a parameter, so many at most."""
    try:
        return row_query.words(text)
    except BadParameterError as error:
        raise _InvalidError(field, error.sentence) from None


def _words(dataset: Dataset) -> str:
    texts = (dataset.id, dataset.title_zh, dataset.title_en, dataset.summary_zh, dataset.summary_en, dataset.theme)
    return " ".join((*texts, *dataset.keywords, *(c.title_zh for c in dataset.columns))).lower()


def _narrowed(dataset: Dataset, part: str) -> bool:
    name, colon, value = part.partition(":")
    value = value.strip("\"'()")
    fields: dict[str, Callable[[], bool]] = {
        "name": lambda: dataset.id == value,
        "id": lambda: dataset.id == value,
        "tags": lambda: value in dataset.keywords,
        "license_id": lambda: dataset.license == value,
        "groups": lambda: dataset.theme == value,
        "res_format": lambda: value.lower() in formats(dataset),
    }
    if not colon or name not in fields:
        raise _InvalidError("fq", sentence("ckan.filter", part=part[:80], known=list(fields)))
    return fields[name]()


def _package_order(text: str) -> tuple[Callable[[Dataset], Any], bool]:
    name, _, direction = text.partition(",")[0].strip().partition(" ")
    keys: dict[str, Callable[[Dataset], Any]] = {
        "title": lambda d: d.title_zh,
        "name": lambda d: d.id,
        "id": lambda d: d.id,
        "metadata_modified": lambda d: d.updated,
        "metadata_created": lambda d: d.first_published,
        # Every word must occur: all that is found fits alike.
        "score": lambda _: 0,
        "relevance": lambda _: 0,
    }
    if name not in keys or direction.strip().lower() not in {"", "asc", "desc"}:
        raise _InvalidError("sort", sentence("ckan.package_order", part=text[:80], known=list(keys)))
    return keys[name], direction.strip().lower() == "desc"


def _filters(given: Parameters) -> list[tuple[str, str]]:
    filters = _decoded(given.get("filters"))
    if filters in (None, ""):
        return []
    if not isinstance(filters, dict):
        raise _InvalidError("filters", sentence("ckan.filters", example='{"kind": ["park", "library"]}'))
    pairs = []
    for column, wanted in filters.items():
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if isinstance(value, dict | list):
                raise _InvalidError("filters", sentence("ckan.filter_value", column=column))
            pairs.append((f"filter.{column}", _plain(value)))
    return pairs


def _sorting(given: Parameters) -> list[tuple[str, str]]:
    sort = given.get("sort")
    if not sort:
        return []
    keys = []
    for part in str(sort).split(",") if isinstance(sort, str) else [str(s) for s in cast(list[Any], sort)]:
        name, *rest = part.split()[:2] or [""]
        direction = rest[0].lower() if rest else "asc"
        if direction not in {"asc", "desc"}:
            raise _InvalidError("sort", sentence("ckan.order", part=part.strip()[:80]))
        keys.append(("-" if direction == "desc" else "") + name.strip('"'))
    return [("order", ",".join(keys))]


def _decoded(value: Any) -> Any:
    """A parameter that may be an object, as JSON text where it came in a URL."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        if told := fault(value.encode()):
            raise _InvalidError("filters", told)
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _whole(given: Parameters, name: str, default: int, most: int) -> int:
    value = given.get(name, default)
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise _InvalidError(name, sentence("ckan.whole"))
    return min(int(text), most)
