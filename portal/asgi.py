"""The whole portal as one ASGI application: the API's addresses to FastAPI, everything else to the pages.

Run with `portal serve`, or `uvicorn portal.asgi:app`.
"""

import asyncio
import contextlib
import datetime
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from anyio import to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portal.api.app import create_api, own_paths
from portal.api.downloads import write_ahead
from portal.api.http import Manners
from portal.desk.database import DatabaseUnavailableError
from portal.mcp import server as mcp
from portal.publication.manifest import PublicationError
from portal.settings import settings
from portal.staff import app as staff
from portal.telemetry.jobs import job
from portal.telemetry.requests import Recorded
from portal.texts import interface as texts
from portal.traffic import admission, clients
from portal.traffic.connections import TimedReplies
from portal.traffic.doors import Doors
from portal.traffic.gate import Gate
from portal.traffic.headers import SafeHeaders
from portal.traffic.well_formed import WellFormed
from portal.ui import file_routes, html_document, kept_answer, streamlit_assets, vega, visitor
from portal.visitor_sql import service
from portal.visitor_sql.confinement import described

if TYPE_CHECKING:
    from portal.services import Services

_log = logging.getLogger(__name__)
_THREADS = 24
_SCRIPT = Path(__file__).parent / "pages" / "app.py"


class Portal:
    """Sends each request to the application it belongs to; the pages' application also keeps the lifespan.

    A plain switch instead of a mount: the pages answer every unknown address with their shell, so the API must have seen its own
    first, wrong methods included, and neither's middleware may touch the other's replies.

    Args:
        api: serves `/api/…` and `paths`.
        paths: the API's addresses outside `/api/`.
        assistants: serves the tools for assistants.
        scripts: serves the scripts and styles of the pages.
        pages: serves everything else, WebSockets too.
        desk: serves `/desk` to staff; None where it is switched off, and there is no such page.
    """

    def __init__(
        self,
        api: ASGIApp,
        paths: frozenset[str],
        assistants: ASGIApp,
        scripts: ASGIApp,
        pages: ASGIApp,
        desk: ASGIApp | None = None,
    ) -> None:
        self._desk = desk
        self._api, self._paths, self._assistants, self._scripts, self._pages = api, paths, assistants, scripts, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._of(scope)(scope, receive, send)

    def _of(self, scope: Scope) -> ASGIApp:
        path = scope.get("path", "")
        if scope["type"] != "http":
            return self._pages
        if path == "/api" or path.startswith("/api/") or path in self._paths:
            return self._api
        if path == mcp.PATH:
            return self._assistants
        if self._desk is not None and staff.is_desk(path):
            return self._desk
        return self._scripts if path.startswith(f"{streamlit_assets.PATH}/") else self._pages


@asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    """Make the question pipeline ready before anybody can ask; the model comes in the background, answers go by words meanwhile."""
    from portal.services import services

    # Of threads for requests: the costly kinds can hold a dozen, and what is short must find one.
    to_thread.current_default_thread_limiter().total_tokens = _THREADS
    shared = await asyncio.to_thread(services)
    shared.publications.follow()
    await asyncio.to_thread(_prepare, shared)
    threading.Thread(target=_warm_up, args=(shared,), name="warm-up", daemon=True).start()
    async with _assistants.running():
        yield
    # uvicorn ends the process by the signal it was sent: nothing that is left for the exit is tidied up then.
    service.shared().close()
    vega.shared().close()
    shared.publications.close()
    _api.state.downloads.close()


def _prepare(shared: "Services") -> None:
    """Read what questions are answered from; where that fails the pages are served all the same."""
    try:
        _finish_publishing(shared)
        with contextlib.suppress(PublicationError):
            shared.answers.prepare()
    except Exception:
        _log.exception("The question pipeline is not ready")


def _warm_up(shared: "Services") -> None:
    """Load the model, start the process for SQL, then write the files most ask for."""
    shared.encoder.start()
    with job("warm_up") as running:
        try:
            _start_queries(shared)
            write_ahead(_api.state.downloads, shared.publications.current())
        except PublicationError as missing:
            running.failed(missing)


def _finish_publishing(shared: "Services") -> None:
    """Finish what a desk that was killed had begun to publish."""
    if settings().desk:
        with contextlib.suppress(DatabaseUnavailableError):
            shared.publishing.recover(datetime.datetime.now(datetime.UTC))


def _start_queries(shared: "Services") -> None:
    """Have a process ready for visitors' SQL, and say in the log what the operating system keeps it from."""
    try:
        fences = service.shared().fences(shared.publications.current())
    except service.QueryError as error:
        _log.error("%s", error)
        return
    level = logging.INFO if all(f.in_force for f in fences) else logging.WARNING
    _log.log(level, "%s", described(fences))


def _full(scope: Scope) -> ASGIApp:
    """The page a visitor gets for whom there is no room."""
    html_document.speak(Request(scope))
    page = html_document.refusal(texts.t("error.full"), 503)
    page.headers["Retry-After"] = "30"
    return page


def _pages() -> ASGIApp:
    """The pages and what is drawn for taking away, behind Streamlit's doors and a gate."""
    streamlit = st.App(
        _SCRIPT, lifespan=_lifespan, routes=[*file_routes.routes(), *kept_answer.routes(), *html_document.routes()]
    )
    gated = Gate(streamlit, admission.shared, file_routes.kind_of, file_routes.refuse)
    return Doors(
        gated,
        settings().public_url,
        lambda scope: admission.shared().client(scope),
        visitor.HEADER,
        settings().pages_per_client,
        _full,
    )


def _protected(app: ASGIApp) -> ASGIApp:
    """An application that knows who asks, says what browsers need to be told, and gives up who does not take its answers."""
    told = SafeHeaders(TimedReplies(WellFormed(app)), settings().hsts_seconds)
    proxies = [p.strip() for p in settings().trusted_proxies.split(",") if p.strip()]
    trusted = clients.networks(settings().trusted_proxies)
    # The outermost: whether a request's id is believed depends on who really connected.
    return Recorded(ProxyHeadersMiddleware(told, proxies), lambda peer: clients.within(peer, trusted))  # type: ignore[arg-type]


_api = create_api()
_assistants = mcp.Endpoint(_api, settings())
_desk = staff.create_desk(settings().public_url.startswith("https:")) if settings().desk else None
app = _protected(Portal(_api, own_paths(), Manners(_assistants), streamlit_assets.create_frontend(), _pages(), _desk))
