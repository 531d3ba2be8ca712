"""The plan and what is known of it: progress, clauses, search, places near a point."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from portal.api.http import json_response
from portal.api.problems import not_found
from portal.api.shared import PREFIX, Version, base_url, known_parameters_only, services_of, store_of
from portal.places import nearby
from portal.plan import clauses as plan_clauses
from portal.plan import progress
from portal.publication.statuses import TargetStatus
from portal.publication.store import Row, Store
from portal.search.ranked import GROUPS, search
from portal.texts.errors import sentence

router = APIRouter(prefix=PREFIX, dependencies=[Depends(known_parameters_only)])


class ProgressList(BaseModel):
    """Targets with their status, in the plan's order; `sources` holds the sources the rows name, by id."""

    version: str
    total: int
    counts: dict[str, int] = Field(description="rows by status")
    progress: list[Row]
    sources: dict[str, Row]
    related: list[Row] = Field(description="background figures that concern the rows, with why none is a result")


class ClauseEntry(BaseModel):
    """A clause: its text as the plan writes it, its sentences with offsets, and the targets it states."""

    version: str
    document: str
    document_title: str
    clause: str
    label: str = Field(description="how people cite it: 三、（四）1., 第十九条第二款第（三）项")
    parent: str | None
    title: str
    path: str
    text: str = Field(description="the clause's own words, up to the first one below it")
    whole: str = Field(description="the same with everything below it: an article with its paragraphs and items")
    page_url: str
    children: list[Row]
    sentences: list[Row]
    indicators: list[Row]


class NearbyList(BaseModel):
    """Places by distance; `without_position` counts places of these kinds whose position nobody has published."""

    version: str
    lon: float
    lat: float
    radius_m: float
    total: int
    without_position: int
    places: list[Row]


class SearchResult(BaseModel):
    """What was found, by group, best first; `mode` is `lexical` while the embedding model is loading."""

    version: str
    query: str
    mode: Literal["hybrid", "lexical"]
    indicators: list[Row]
    clauses: list[Row]
    places: list[Row]
    projects: list[Row]
    datasets: list[Row]


@router.get("/progress", summary="指标进展", tags=["方案"], response_model=ProgressList)
def list_progress(
    request: Request,
    indicator: Annotated[str | None, Query(description="indicator id")] = None,
    theme: Annotated[str | None, Query(description="section of the plan")] = None,
    status: Annotated[
        Literal[TargetStatus.MET, TargetStatus.NOT_MET, TargetStatus.NOT_COMPARABLE, TargetStatus.NOT_PUBLISHED] | None,
        Query(),
    ] = None,
    q: Annotated[str | None, Query(description="words in names, aliases, section or quote")] = None,
    version: Version = None,
) -> Response:
    """Every target with its names, target value, status, reason, and the observations the status was computed from."""
    store = store_of(request, version)
    rows = [r for r in progress.progress(store, theme=theme, status=status, query=q) if indicator in (None, r["id"])]
    if not rows and indicator is not None:
        known = [r["id"] for r in progress.progress(store)]
        if indicator not in known:
            raise not_found(sentence("missing.indicator", name=indicator[:80]), known)
    related = [b for r in rows if r["related_count"] for b in progress.related(store, r["id"])]
    named = {cell for r in rows for column, cell in r.items() if column.endswith("_source")} | {
        b["source"] for b in related
    }
    sources = {k: v for k, v in progress.sources(store).items() if k in named}
    base = base_url(request)
    content = {
        "version": store.version,
        "total": len(rows),
        "counts": progress.counts(rows),
        "progress": [{**r, "page_url": f"{base}/indicator?id={r['id']}"} for r in rows],
        "sources": sources,
        "related": related,
    }
    return json_response(request, content, store)


@router.get("/clauses/{clause}", summary="一条条款", tags=["方案"], response_model=ClauseEntry)
def show_clause(
    request: Request,
    clause: Annotated[str, Path(description="clause id", examples=["3.4.1"])],
    document: Annotated[str | None, Query(description="document id; the plan where absent")] = None,
    version: Version = None,
) -> Response:
    """A clause of the plan, or of another document, with its sentences and the targets it states."""
    return _clause(request, document, clause, version)


@router.get("/clauses/{document}/{clause}", summary="一份文件的一条条款", tags=["方案"], response_model=ClauseEntry)
def show_clause_of(
    request: Request,
    document: Annotated[str, Path(description="document id")],
    clause: Annotated[str, Path(description="clause id", examples=["19.2.3"])],
    version: Version = None,
) -> Response:
    """A clause of a document by both their names, with its sentences and the targets it states."""
    return _clause(request, document, clause, version)


def _clause(request: Request, document: str | None, clause: str, version: str | None) -> Response:
    store = store_of(request, version)
    plan = store.manifest.site.plan
    document = document or plan
    title = _document_title(store, document)
    row = plan_clauses.clause(store, document, clause)
    if row is None:
        known = store.rows('SELECT clause FROM clauses WHERE document = ? ORDER BY "order"', [document])
        raise not_found(sentence("missing.clause", document=document, name=clause[:40]), (r["clause"] for r in known))
    at = "" if document == plan else f"&document={quote(document)}"
    content = {
        "version": store.version,
        **{k: v for k, v in row.items() if k != "order"},
        "document_title": title,
        "page_url": f"{base_url(request)}/policy?clause={quote(row['clause'])}{at}",
        "children": plan_clauses.children(store, document, row["clause"]),
        "sentences": store.rows(
            'SELECT sentence, text, start, "end", heading FROM sentences WHERE document = ? AND clause = ? ORDER BY sentence',
            [document, row["clause"]],
        ),
        "indicators": _stated(store, document, row["clause"]),
    }
    return json_response(request, content, store)


def _document_title(store: Store, document: str) -> str:
    titles = {d["id"]: d["title"] for d in store.manifest.documents}
    if document not in titles:
        raise not_found(sentence("missing.document", name=document[:80]), titles)
    return titles[document]


def _stated(store: Store, document: str, clause: str) -> list[Row]:
    """The targets a clause states, first or again."""
    rows = [r for r in progress.progress(store) if r["document"] == document]
    return [r for r in rows if clause == r["clause"] or clause in (r["also_in"] or "").split("|")]


def _bounded(description: str, **bounds: float) -> Any:
    """A parameter whose bounds are described here and checked, with a sentence, by `places.near`."""
    return Query(description=description, json_schema_extra=dict(bounds))


@router.get("/places/near", summary="附近的场所", tags=["场所"], response_model=NearbyList)
def list_near(
    request: Request,
    lon: Annotated[float, _bounded("longitude, WGS84 degrees", minimum=-180, maximum=180)],
    lat: Annotated[float, _bounded("latitude, WGS84 degrees", minimum=-90, maximum=90)],
    kind: Annotated[list[str] | None, Query(description="kind of place; repeated, any of them")] = None,
    radius_m: Annotated[
        float, _bounded("metres", exclusiveMinimum=0, maximum=nearby.RADIUS_MAX_M)
    ] = nearby.RADIUS_DEFAULT_M,
    limit: Annotated[int, _bounded("most places", minimum=1, maximum=nearby.LIMIT_MAX)] = 100,
    version: Version = None,
) -> Response:
    """Places by distance from a point, each with `distance_m` (on the WGS84 ellipsoid) and what its position is based on."""
    store = store_of(request, version)
    found = nearby.near(store, lon, lat, radius_m, kind or (), limit)
    content = {
        "version": store.version,
        "lon": lon,
        "lat": lat,
        "radius_m": radius_m,
        "total": found.total,
        "without_position": found.without_position,
        "places": found.places,
    }
    return json_response(request, content, store)


@router.get("/search", summary="搜索", tags=["方案"], response_model=SearchResult)
def search_everything(
    request: Request,
    q: Annotated[str, Query(description="what to look for", min_length=1, max_length=200, examples=["停车位"])],
    limit: Annotated[int, Query(description="most results a group", ge=1, le=50)] = 10,
    version: Version = None,
) -> Response:
    """Targets, clauses, places, projects and datasets that fit the words, by group, best first."""
    store = store_of(request, version)
    found = search(store, services_of(request), q, limit)
    content = {"version": store.version, "query": q, "mode": found.mode, **{g: found.groups[g] for g in GROUPS}}
    return json_response(request, content, store)
