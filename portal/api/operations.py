"""For those who run the portal: health and metrics."""

import contextlib
import time
from collections.abc import Mapping
from typing import Literal, cast

import orjson
from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api.problems import Problem, language_of
from portal.api.shared import services_of
from portal.publication.manifest import PublicationError
from portal.settings import settings
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
    problem = _problem(request, state)
    body: dict[str, str | None] = {"status": "degraded" if problem else "ok", "encoder": state}
    if not _runs_it(request):
        return _told(body | {"problem": sentence("server.partly").told(language_of(request)) if problem else None})
    return _told(body | {"problem": problem, "version": store.version, "created": store.manifest.created.isoformat()})


def _problem(request: Request, encoder: str) -> str | None:
    services = services_of(request)
    if services.publications.problem:
        return services.publications.problem
    if encoder == "failed":
        return sentence("server.encoder", reason=services.encoder.error).told(language_of(request))
    return cast(QueryService, request.app.state.queries).problem


def _runs_it(request: Request) -> bool:
    """Whether a request comes from where the portal is run; what a proxy passed on does not."""
    scope = request.scope
    allowed = clients.networks(settings().metrics_from)
    return clients.within(clients.address_of(scope), allowed) and not clients.came_through_a_proxy(scope["headers"])


def _told(body: Mapping[str, str | None]) -> Response:
    return Response(orjson.dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get("/metrics", summary="Prometheus 指标", response_class=Response)
def metrics(request: Request) -> Response:
    """Requests by route and status, their duration, the process's memory and CPU, in Prometheus' text format; for `PORTAL_METRICS_FROM`."""
    if not _runs_it(request):
        raise Problem(404, sentence("missing.address"))
    meter: Metrics = request.app.state.metrics
    services = services_of(request)
    meter.encoder_ready.set(services.encoder.ready)
    admission: Admission = request.app.state.admission()
    for kind, slots in admission.slots.items():
        meter.running.labels(kind).set(slots.running)
        meter.waiting.labels(kind).set(slots.waiting)
        meter.shed.labels(kind).set(admission.shed[kind])
    # The version before is served no more.
    meter.serving.clear()
    with contextlib.suppress(PublicationError):
        meter.serving.labels(services.publications.current().version).set(1)
    return Response(generate_latest(meter.registry), media_type=CONTENT_TYPE_LATEST)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self.requests = Counter("portal_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "portal_request_seconds",
            "Time to the end of the answer",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )
        self.encoder_ready = Gauge(
            "portal_encoder_ready", "1 once the embedding model is loaded", registry=self.registry
        )
        self.running = Gauge("portal_running", "Costly work that runs", ("kind",), registry=self.registry)
        self.waiting = Gauge("portal_waiting", "Costly work that waits", ("kind",), registry=self.registry)
        self.shed = Gauge("portal_shed", "Requests there was no room for", ("kind",), registry=self.registry)
        self.serving = Gauge("portal_serving", "1 for the published version", ("version",), registry=self.registry)


class Measure:
    """ASGI middleware that counts requests by the route that answered, never by the address asked for."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
