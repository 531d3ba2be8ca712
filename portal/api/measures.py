"""Measures over HTTP: what can be asked for, and the answer to a typed query."""

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from portal.api.http import json_response
from portal.api.shared import PREFIX, Version, dataset_of, known_parameters_only, store_of
from portal.measures.query import MeasureQuery
from portal.measures.registry import measures
from portal.measures.result import MeasureResult
from portal.measures.run import run
from portal.publication.json_object import JsonObject

router = APIRouter(prefix=f"{PREFIX}/measures", tags=["统计项"], dependencies=[Depends(known_parameters_only)])


class MeasureEntry(BaseModel):
    """A measure of a dataset; the same `id` in two datasets is the same measure, the preferred dataset first."""

    id: str
    dataset: str
    name: dict[str, str] = Field(description="in Chinese (zh) and English (en)")
    aliases: dict[str, list[str]]
    unit: str = Field(description="of most rows")
    units: list[str]
    places: list[str]
    place_kind: str
    periods: list[int] = Field(description="years with rows; none where rows are not of a year")
    rows: int
    thing: dict[str, str] | None = Field(description="what it measures, such as an indicator of the plan")


class MeasureList(BaseModel):
    """Every measure of a published version."""

    version: str
    total: int
    measures: list[MeasureEntry]


@router.get("", summary="可以问的统计项", response_model=MeasureList)
def list_measures(request: Request, dataset: str | None = None, version: Version = None) -> Response:
    """Every measure the datasets say they hold, with names, unit, places and years."""
    store = store_of(request, version)
    if dataset is not None:
        dataset_of(store, dataset)
    listed = [m.described() for m in measures(store).measures if dataset in (None, m.dataset)]
    content: JsonObject = {"version": store.version, "total": len(listed), "measures": listed}
    return json_response(request, content, store)


@router.post("/query", summary="查询统计项", response_model=MeasureResult)
def query_measure(request: Request, asked: MeasureQuery, version: Version = None) -> Response:
    """The rows of a typed query with their sources, numbers derived from them, what is missing, and the SQL that gives the rows.

    Doubtful rows are in no rank and no mean and named in `notes`; a place or year that is not held is told in `missing`.
    """
    store = store_of(request, version)
    return json_response(request, run(store, asked).model_dump(mode="json"), store)
