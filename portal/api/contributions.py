"""Contributions over HTTP: bring something in, follow it, read what was decided."""

import datetime
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from portal.api.problems import Problem
from portal.api.shared import PREFIX, base_url, known_parameters_only, services_of
from portal.desk.contributions import State, grouped
from portal.desk.offers import ContributionError, Kind, Offer
from portal.desk.subjects import ContributionSubject
from portal.texts.errors import sentence

router = APIRouter(prefix=f"{PREFIX}/contributions", tags=["大家知道的"], dependencies=[Depends(known_parameters_only)])


class Received(BaseModel):
    """The code a contribution is followed by, and the page that shows it."""

    code: str
    url: str


class Concerned(BaseModel):
    """What a contribution is about."""

    kind: ContributionSubject
    id: str
    name: str


class Entry(BaseModel):
    """A contribution and what became of it; never how to reach its author."""

    about: Concerned
    kind: Kind
    text: str
    value: str
    unit: str
    period: str
    source_url: str
    state: State
    received: datetime.datetime
    decided: datetime.datetime | None
    reason: str = Field(description="why it was accepted or refused")
    version: str = Field(description="the published version it became part of")


class Log(BaseModel):
    """What was decided, newest first; the words of what was refused are left out."""

    total: int
    contributions: list[Entry]


@router.post("", summary="送来一条", status_code=201, response_model=Received)
def receive(request: Request, offer: Offer) -> Response:
    """Take in a figure, a place, a correction; it is shown once an editor has accepted it."""
    services = services_of(request)
    now = datetime.datetime.now(datetime.UTC)
    code = services.contributions.receive(offer, services.publications.current(), now)
    shown = grouped(code)
    found = Received(code=shown, url=f"{base_url(request)}/contributions?code={shown}")
    return _told(found, 201, {"Location": f"{PREFIX}/contributions/{shown}"})


@router.get("", summary="处理过的", response_model=Log)
def log(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """What was accepted or refused, and why."""
    page = services_of(request).contributions.log(limit, offset)
    return _told(Log(total=page.total, contributions=[_entry(asdict(e)) for e in page.entries]))


@router.get("/{code}", summary="按编号查一条", response_model=Entry)
def follow(request: Request, code: Annotated[str, Path(max_length=80)]) -> Response:
    """What became of a contribution."""
    try:
        found = services_of(request).contributions.find(code)
    except ContributionError:
        raise Problem(404, sentence("contribution.unknown")) from None
    return _told(_entry(asdict(found)))


def _entry(row: dict[str, object]) -> Entry:
    about = {name: row.pop(f"about_{name}") for name in ("kind", "id", "name")}
    return Entry.model_validate({**row, "about": about})


def _told(body: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body.model_dump_json(), status, kept, "application/json")
