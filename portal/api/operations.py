"""For those who run the portal: health and metrics."""

import time
from typing import Literal

import orjson
from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api.shared import services_of
from portal.publication.manifest import PublicationError

router = APIRouter(tags=["运行"])


class Health(BaseModel):
    """`degraded` means the portal serves, with less than it should: `problem` says what and what to do."""

    status: Literal["ok", "degraded"]
    version: str
    created: str = Field(description="when the version was published")
    encoder: Literal["ready", "loading", "failed"] = Field(description="answers are lexical until it is ready")
    problem: str | None


@router.get("/healthz", summary="健康检查", response_model=Health)
def healthz(request: Request) -> Response:
    """200 while the portal can serve; 503 with a sentence where nothing is published."""
    services = services_of(request)
    store = services.publications.current()
    encoder = services.encoder
    state = "ready" if encoder.ready else "failed" if encoder.error else "loading"
    problem = services.publications.problem
    if problem is None and state == "failed":
        problem = f"嵌入模型没有加载成功（{encoder.error}）；问答只按字词检索。"
    body = {
        "status": "ok" if problem is None else "degraded",
        "version": store.version,
        "created": store.manifest.created.isoformat(),
        "encoder": state,
        "problem": problem,
    }
    return Response(orjson.dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get("/metrics", summary="Prometheus 指标", response_class=Response)
def metrics(request: Request) -> Response:
    """Requests by route and status, their duration, the process's memory and CPU, in Prometheus' text format."""
    meter: Metrics = request.app.state.metrics
    services = services_of(request)
    meter.encoder_ready.set(services.encoder.ready)
    try:
        meter.serving.labels(services.publications.current().version).set(1)
    except PublicationError:
        meter.serving.clear()
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
