"""The server and its tools. Each tool calls the API as any program would, so answers, limits and errors are the API's own."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Literal, NoReturn
from urllib.parse import quote, urlencode

import orjson
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.mcp.calls import Api, CallError, Parameters
from portal.mcp.provenance import Provenance
from portal.measures.query import MeasureQuery
from portal.publication.json_object import JsonObject
from portal.settings import Settings
from portal.traffic.own_address import own_address

PATH = "/mcp"
_V1 = "/api/v1"
_BODY_MAX = 64 * 1024
_INSTRUCTIONS = (
    "Read-only tools over one city plan: what it promised, what is known to have happened, what nobody has published. "
    "Answers come from published documents and data only. Say `not published` where a value is null; never guess one. "
    "Ask `measures` or `datasets` for the names that `measure_query` and `dataset_rows` take."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
# What a tool gives: an object, and the same as text for assistants that read no objects.
Result = Annotated[CallToolResult, JsonObject]
_Limit = Annotated[int, Field(ge=1, le=200, description="most rows")]


class _ToolsOnly(MCPServer):
    """A server that offers tools and nothing else: what is asked of prompts is refused, and not taken for a fault worth a log's line."""

    async def get_prompt(self, *_: object, **__: object) -> NoReturn:
        """Refuse.

        Raises:
            MCPError: always.
        """
        raise MCPError(INVALID_PARAMS, "there are no prompts here")


async def _short(answer: Awaitable[JsonObject], whole: bool) -> JsonObject:
    told = await answer
    rows = [{k: v for k, v in row.items() if v is not None} for row in told["progress"]]
    short = {**told, "progress": rows}
    if not whole:
        del short["related"]
        named = {v for row in rows for k, v in row.items() if k.endswith("_source")}
        short["sources"] = {k: v for k, v in told["sources"].items() if k in named}
    return short


class _Asked:
    """One call of a tool: the API for whoever asks, and links of the portal they reached."""

    def __init__(self, app: ASGIApp, settings: Settings, provenance: Provenance, context: Context) -> None:
        request = context.request_context.request
        # Standard input and output belong to whoever runs this machine.
        own: Scope = {"client": ("127.0.0.1", 0), "server": (settings.host, settings.port), "scheme": "http"}
        scope = own if request is None else request.scope
        self.api, self._provenance = Api(app, scope), provenance
        self._base = own_address(scope, settings.public_url)

    def link(self, path: str, **parameters: str) -> str:
        given = {k: v for k, v in parameters.items() if v}
        return self._base + path + (f"?{urlencode(given)}" if given else "")

    async def get(self, path: str, parameters: Parameters, link: str, dataset: str = "") -> Result:
        return await self._told(self.api.get(path, parameters), link, dataset)

    async def post(self, path: str, body: JsonObject, link: str) -> Result:
        return await self._told(self.api.post(path, body), link)

    async def targets(self, parameters: Parameters, link: str, whole: bool) -> Result:
        """Targets without their empty cells, and where not `whole` without the background figures of each: a list is to be read at once."""
        return await self._told(_short(self.api.get(f"{_V1}/progress", parameters), whole), link)

    async def _told(self, answer: Awaitable[JsonObject], link: str, dataset: str = "") -> Result:
        try:
            told = await self._provenance.told(self.api, await answer, link, dataset)
        except CallError as error:
            raise ToolError(str(error)) from None
        text = TextContent(type="text", text=orjson.dumps(told).decode())
        return CallToolResult(content=[text], structured_content=told)


def create_server(api: ASGIApp, settings: Settings) -> MCPServer:
    """The server with its tools.

    Args:
        api: the portal's API as an ASGI application.
        settings: its own address.
    """
    server = _ToolsOnly("plan-portal", instructions=_INSTRUCTIONS, version="1", log_level="WARNING")

    provenance = Provenance()

    def asked(context: Context) -> _Asked:
        return _Asked(api, settings, provenance, context)

    _add_questions(server, asked)
    _add_plan(server, asked)
    _add_data(server, asked)
    return server


def _add_questions(server: MCPServer, asked: Callable[[Context], _Asked]) -> None:
    @server.tool(annotations=_READS)
    async def search(
        context: Context, query: Annotated[str, Field(min_length=1, max_length=200)], limit: _Limit = 5
    ) -> Result:
        """Find targets, clauses, places, projects and datasets by words, best first."""
        call = asked(context)
        pairs = [("q", query), ("limit", str(min(limit, 50)))]
        return await call.get(f"{_V1}/search", pairs, call.link(f"{_V1}/search", q=query))

    @server.tool(annotations=_READS)
    async def ask(
        context: Context,
        question: Annotated[str, Field(min_length=1, max_length=300)],
        language: Literal["zh", "en"] | None = None,
    ) -> Result:
        """Answer a question in Chinese or English with citations and figures, or refuse and say what is covered."""
        call = asked(context)
        link = call.link("/", q=question)
        return await call.post(f"{_V1}/ask", {"question": question, "language": language}, link)


def _add_plan(server: MCPServer, asked: Callable[[Context], _Asked]) -> None:
    @server.tool(annotations=_READS)
    async def progress(
        context: Context,
        indicator: Annotated[str | None, Field(description="indicator id")] = None,
        theme: Annotated[str | None, Field(description="section of the plan")] = None,
        status: Annotated[str | None, Field(description="met, not_met, not_comparable or not_published")] = None,
        words: Annotated[str | None, Field(description="words in names, section or quote")] = None,
    ) -> Result:
        """Targets of the plan: what was promised, what is known, and the status computed from it.

        A cell that is missing has no published value. With `indicator` also the background figures that concern it.
        """
        call = asked(context)
        given = {"indicator": indicator, "theme": theme, "status": status, "q": words}
        pairs = [(k, v) for k, v in given.items() if v]
        link = call.link("/indicator", id=indicator) if indicator else call.link("/")
        return await call.targets(pairs, link, whole=indicator is not None)

    @server.tool(annotations=_READS)
    async def clause(
        context: Context,
        clause: Annotated[str, Field(max_length=100, description="clause id such as 3.4.1")],
        document: Annotated[str, Field(max_length=200, description="document id; the plan where empty")] = "",
    ) -> Result:
        """A clause's own words, its sentences with offsets, and the targets it states."""
        call = asked(context)
        pairs = [("document", document)] if document else []
        link = call.link("/policy", clause=clause, document=document)
        return await call.get(f"{_V1}/clauses/{quote(clause, safe='')}", pairs, link)

    @server.tool(annotations=_READS)
    async def places_near(
        context: Context,
        lon: Annotated[float, Field(description="longitude, WGS84 degrees")],
        lat: Annotated[float, Field(description="latitude, WGS84 degrees")],
        kinds: Annotated[list[str] | None, Field(description="kinds of place, any of them")] = None,
        radius_m: Annotated[float, Field(description="metres")] = 1000,
        limit: _Limit = 20,
    ) -> Result:
        """Places by distance in metres from a point, and how many of these kinds have no published position."""
        call = asked(context)
        pairs = [("lon", str(lon)), ("lat", str(lat)), ("radius_m", str(radius_m)), ("limit", str(limit))]
        pairs += [("kind", k) for k in kinds or ()]
        link = call.link("/nearby", lon=str(lon), lat=str(lat))
        return await call.get(f"{_V1}/places/near", pairs, link, "places")


def _add_data(server: MCPServer, asked: Callable[[Context], _Asked]) -> None:
    @server.tool(annotations=_READS)
    async def datasets(context: Context) -> Result:
        """The datasets, each with summary, licence, rows and download addresses."""
        call = asked(context)
        return await call.get(f"{_V1}/datasets", [], call.link("/data"), "*")

    @server.tool(annotations=_READS)
    async def dataset_rows(
        context: Context,
        dataset: Annotated[str, Field(max_length=100, description="dataset id")],
        filters: Annotated[
            dict[str, str | list[str]] | None,
            Field(description="column to value or values; column__ge, __gt, __le, __lt, __ne, __contains compare"),
        ] = None,
        columns: Annotated[list[str] | None, Field(description="columns to give; all where absent")] = None,
        words: Annotated[str, Field(description="words that must all occur in the text columns")] = "",
        order: Annotated[
            str, Field(description="columns to sort by, comma separated; - before a name for descending")
        ] = "",
        limit: _Limit = 20,
        offset: Annotated[int, Field(ge=0)] = 0,
    ) -> Result:
        """Rows of a dataset, filtered, sorted and paged; `total` counts the rows of all pages."""
        call = asked(context)
        pairs = [("limit", str(limit)), ("offset", str(offset))]
        for column, value in (filters or {}).items():
            pairs += [(f"filter.{column}", v) for v in (value if isinstance(value, list) else [value])]
        pairs += [("select", ",".join(columns))] if columns else []
        pairs += [(n, v) for n, v in (("q", words), ("order", order)) if v]
        at = f"{_V1}/datasets/{quote(dataset, safe='')}/rows"
        return await call.get(at, pairs, call.link("/data", dataset=dataset))

    @server.tool(annotations=_READS)
    async def measures(
        context: Context, dataset: Annotated[str, Field(description="only those of this dataset")] = ""
    ) -> Result:
        """What can be asked of by `measure_query`: measures with names, units, places and years."""
        call = asked(context)
        pairs = [("dataset", dataset)] if dataset else []
        return await call.get(f"{_V1}/measures", pairs, call.link(f"{_V1}/measures", dataset=dataset))

    @server.tool(annotations=_READS)
    async def measure_query(context: Context, query: MeasureQuery) -> Result:
        """The rows of a typed query with their sources, numbers derived from them, and what is missing."""
        call = asked(context)
        link = call.link("/compare", measure=query.measure)
        body = query.model_dump(mode="json", exclude_none=True, exclude_defaults=True, by_alias=True)
        return await call.post(f"{_V1}/measures/query", body, link)


class Endpoint:
    """The server at one address over streamable HTTP, each request by itself: no session is kept for anybody.

    Args:
        api: the portal's API as an ASGI application.
        settings: its own address.
    """

    def __init__(self, api: ASGIApp, settings: Settings) -> None:
        self._api, self._settings = api, settings
        self._running: ASGIApp | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts; a server can be run but once, so each time is a new one."""
        app = create_server(self._api, self._settings).streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=_BODY_MAX,
            # Anybody may read what is here, from any page: there is nothing a page of somebody else's could misuse.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        async with app.router.lifespan_context(app):
            self._running = app
            try:
                yield
            finally:
                self._running = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            # No session is kept, so nothing would ever come over a stream that a GET opens, and it would be held for good.
            await PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})(scope, receive, send)
            return
        if self._running is None:
            await PlainTextResponse("Service Unavailable", 503, {"Retry-After": "5"})(scope, receive, send)
            return
        await self._running(scope, receive, send)
