"""For those who run the portal: health and metrics."""

import contextlib
import time
from collections.abc import Mapping
from typing import Literal, cast

import orjson
from fastapi import APIRouter, Request
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field
from starlette.responses import Response

from portal.api.problems import Problem, language_of
from portal.api.shared import services_of
from portal.publication.manifest import PublicationError
from portal.publication.publications import Publications
from portal.settings import settings
from portal.telemetry import meters
from portal.texts.errors import Sentence, sentence
from portal.traffic import clients
from portal.traffic.admission import Admission
from portal.visitor_sql.service import QueryService

router = APIRouter(tags=["运行"])


class Alive(BaseModel):
    """The process answers; nothing else is said."""

    status: Literal["ok"]


class Ready(BaseModel):
    """`degraded` means the portal serves, with less than it should: `problem` says what and what to do.

    Version, time and the particulars of a problem are for those who run the portal (`PORTAL_METRICS_FROM`).
    """

    status: Literal["ok", "degraded"]
    encoder: Literal["ready", "loading", "failed"] = Field(description="answers are lexical until it is ready")
    problem: str | None
    version: str | None = None
    created: str | None = Field(None, description="when the version was published")


@router.get("/healthz", summary="是否活着", response_model=Alive)
async def healthz() -> Response:
    """200 while the process answers. Waits for nothing: not for a thread, not for data."""
    return _told({"status": "ok"})


@router.get("/readyz", summary="能否服务", response_model=Ready)
def readyz(request: Request) -> Response:
    """200 while the portal can serve; 503 with the reason where nothing is published."""
    services = services_of(request)
    encoder = services.encoder
    state = "ready" if encoder.ready else "failed" if encoder.error else "loading"
    try:
        store = services.publications.current()
    except PublicationError as error:
        if not _runs_it(request):
            raise
        why = Sentence(str(error), sentence("server.unpublished").en)
        raise Problem(503, why, {"Retry-After": "30"}) from None
    problem = next(filter(None, _problems(request).values()), None)
    body: dict[str, str | None] = {"status": "degraded" if problem else "ok", "encoder": state}
    if not _runs_it(request):
        return _told(body | {"problem": sentence("server.partly").told(language_of(request)) if problem else None})
    return _told(body | {"problem": problem, "version": store.version, "created": store.manifest.created.isoformat()})


def _problems(request: Request) -> dict[str, str | None]:
    """What keeps each part from working as it should, what matters most first."""
    services = services_of(request)
    failed = not services.encoder.ready and services.encoder.error
    return {
        "publication": services.publications.problem,
        "encoder": sentence("server.encoder", reason=failed).told(language_of(request)) if failed else None,
        "sql": cast(QueryService, request.app.state.queries).problem,
    }


def _runs_it(request: Request) -> bool:
    """Whether a request comes from where the portal is run; what a proxy passed on does not."""
    scope = request.scope
    allowed = clients.networks(settings().metrics_from)
    return clients.within(clients.address_of(scope), allowed) and not clients.came_through_a_proxy(scope["headers"])


def _told(body: Mapping[str, str | None]) -> Response:
    return Response(orjson.dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get("/metrics", summary="Prometheus 指标", response_class=Response)
def metrics(request: Request) -> Response:
    """Counters of what is asked and what became of it (docs/operations.md), in Prometheus' text format; for `PORTAL_METRICS_FROM`."""
    if not _runs_it(request):
        raise Problem(404, sentence("missing.address"))
    services = services_of(request)
    meters.encoder_ready.set(services.encoder.ready)
    admission: Admission = request.app.state.admission()
    for kind, slots in admission.slots.items():
        meters.running.labels(kind).set(slots.running)
        meters.waiting.labels(kind).set(slots.waiting)
    _publication(services.publications)
    for part, wrong in _problems(request).items():
        meters.problem.labels(part).set(bool(wrong))
    return Response(generate_latest(meters.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _publication(publications: Publications) -> None:
    """Say which version is served and how old it is; the version before is served no more."""
    meters.serving.clear()
    meters.publication_age.set(float("nan"))
    meters.versions.set(len(publications.versions()))
    with contextlib.suppress(PublicationError):
        store = publications.current()
        meters.serving.labels(store.version).set(1)
        meters.publication_age.set(time.time() - store.manifest.created.timestamp())
