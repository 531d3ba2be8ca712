"""The CKAN Action API (v3), so that the clients written for CKAN portals read this one.

Replies have CKAN's own shape, errors included: `{"success": false, "error": {"__type", "message"}}`.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from portal.api.ckan_packages import is_kept, package, package_order, words_in
from portal.api.ckan_parameters import InvalidError, Parameters, filters, sorting, sought, whole_number, words_of
from portal.api.datasets import count
from portal.api.json_bodies import fault
from portal.api.problems import language_of
from portal.api.shared import base_url, store_of
from portal.datasets.formats import formats
from portal.datasets.row_parameters import BadParameterError, parse
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.manifest import PublicationError
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.errors import BilingualError, Sentence, sentence

PREFIX = "/api/3"
router = APIRouter(tags=["CKAN"])


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


def package_list(_: Request, store: Store, given: Parameters) -> Any:
    """The ids of the datasets."""
    names = sorted(d.id for d in store.manifest.datasets)
    start = whole_number(given, "offset", 0, len(names))
    return names[start:][: whole_number(given, "limit", len(names), 1000)]


def package_show(request: Request, store: Store, given: Parameters) -> Any:
    """A dataset with its resources."""
    return package(request, store, _dataset(store, given, "id"))


def package_search(request: Request, store: Store, given: Parameters) -> Any:
    """Datasets that hold every word of `q`; `fq` narrows by name, tags, license_id or res_format."""
    words = [w for w in words_of("q", str(given.get("q") or "")) if w != "*:*"]
    texts = [(d, words_in(d)) for d in store.manifest.datasets]
    found = [d for d, text in texts if all(w.lower() in text for w in words)]
    for part in words_of("fq", str(given.get("fq") or "").replace("+", " ")):
        found = [d for d in found if is_kept(d, part)]
    key, descending = package_order(str(given.get("sort") or "title asc"))
    found.sort(key=key, reverse=descending)
    start, rows = whole_number(given, "start", 0, 10**9), whole_number(given, "rows", 10, 1000)
    return {
        "count": len(found),
        "sort": str(given.get("sort") or "title asc"),
        "facets": {},
        "search_facets": {},
        "results": [package(request, store, d) for d in found[start : start + rows]],
    }


def resource_show(request: Request, store: Store, given: Parameters) -> Any:
    """One format of a dataset."""
    wanted = str(given.get("id") or "")
    for dataset in store.manifest.datasets:
        for resource in package(request, store, dataset)["resources"]:
            if wanted == resource["id"]:
                return resource
    raise _NotFoundError(sentence("ckan.resource", name=wanted[:80]))


def datastore_search(request: Request, store: Store, given: Parameters) -> Any:
    """Rows of a dataset, with `filters`, `q`, `sort`, `limit`, `offset` and `fields`."""
    dataset = _dataset(store, given, "resource_id")
    pairs = [*filters(given), *sorting(given), *sought(given)]
    limit, offset = given.get("limit", _LIMIT_DEFAULT), given.get("offset", 0)
    pairs += [("limit", str(limit)), ("offset", str(offset))]
    try:
        query = parse(dataset, pairs, settings().query_rows_max)
    except BadParameterError as error:
        raise InvalidError(error.parameter.partition(".")[0], error.sentence) from None
    shape = str(given.get("records_format") or "objects")
    if shape not in {"objects", "lists"}:
        raise InvalidError("records_format", sentence("ckan.shape"))
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
                raise InvalidError(name, sentence("ckan.parameter", action=action, known=sorted(known)))
        result = function(request, store_of(request), given)
    except _NotFoundError as error:
        return _failed(request, 404, "Not Found Error", error.sentence)
    except InvalidError as error:
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
        raise InvalidError(name, sentence("rule.missing"))
    for dataset in store.manifest.datasets:
        if wanted == dataset.id or wanted in {f"{dataset.id}.{kind}" for kind in formats(dataset)}:
            return dataset
    known = [d.id for d in store.manifest.datasets]
    raise _NotFoundError(sentence("ckan.dataset", name=wanted[:80], known=known))
