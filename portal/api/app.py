"""The API application: routes, errors, headers, OpenAPI and its documentation page, all served from this machine."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from portal.api import (
    contributions,
    datasets,
    documents,
    faces,
    feeds,
    kinds,
    measures,
    operations,
    plan,
    problems,
    questions,
    sitemap,
    sql,
    versions,
)
from portal.api.ckan import routes as ckan
from portal.api.downloads import Downloads
from portal.api.http import Manners
from portal.api.problems import MEDIA_TYPE, ProblemBody
from portal.api.shared import PREFIX
from portal.datasets.formats import MEDIA_TYPES
from portal.publication.json_object import JsonObject
from portal.traffic.admission import Admission, shared
from portal.traffic.gate import Gate
from portal.visitor_sql import service

if TYPE_CHECKING:
    from portal.services import Services

# Formats that are compressed already, or that the downloads compress themselves.
_NOT_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, MEDIA_TYPES["parquet"], MEDIA_TYPES["xlsx"])
_DOCS = f"{PREFIX}/docs"
_ROUTERS = (
    datasets.router,
    documents.router,
    plan.router,
    questions.router,
    contributions.router,
    measures.router,
    sql.router,
    versions.router,
    faces.router,
    feeds.router,
    sitemap.router,
    ckan.router,
    operations.router,
)


def _services() -> "Services":
    from portal.services import services

    return services()


def create_api(services: "Callable[[], Services]" = _services, admission: Callable[[], Admission] = shared) -> FastAPI:
    """The API as an ASGI application.

    Args:
        services: gives the process's services; called at each request, so nothing heavy is loaded before the first.
        admission: gives the process's rates and slots.
    """
    app = FastAPI(
        title="开放数据与问答接口",
        summary="方案的指标、进展、条款、项目、场所：查询、下载、搜索、提问。",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.downloads = Downloads()
    app.state.queries = service.shared()
    app.state.admission = admission
    problems.install(app)
    # The innermost: what it refuses is compressed, counted and described like any other answer.
    app.add_middleware(Gate, admission=lambda: app.state.admission(), kind_of=kinds.kind_of, refuse=kinds.refuse)
    for router in _ROUTERS:
        app.include_router(router)
    _serve_docs(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5, exclude_content_types=_NOT_COMPRESSED)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=["ETag", "Link", "Content-Disposition", "Content-Range", "Retry-After"],
    )
    app.add_middleware(Manners)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def own_paths() -> frozenset[str]:
    """The API's addresses outside `/api/`; everything else outside it belongs to the pages."""
    paths = {getattr(route, "path", "") for router in _ROUTERS for route in router.routes}
    return frozenset(p for p in paths if p and not p.startswith("/api/"))


def _serve_docs(app: FastAPI) -> None:
    """Swagger UI from the files of a package: the page asks no other host for anything."""
    spec = importlib.util.find_spec("fastapi_offline")
    assert spec is not None
    assert spec.origin is not None
    app.mount(f"{_DOCS}/assets", StaticFiles(directory=Path(spec.origin).parent / "static"), name="docs-assets")

    @app.get(_DOCS, include_in_schema=False)
    def docs(_: Request) -> Response:
        return get_swagger_ui_html(
            openapi_url=f"{PREFIX}/openapi.json",
            title=app.title,
            swagger_js_url=f"{_DOCS}/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{_DOCS}/assets/swagger-ui.css",
            swagger_favicon_url="data:,",
            swagger_ui_parameters={"validatorUrl": None, "defaultModelsExpandDepth": 0},
        )


def _openapi(app: FastAPI) -> JsonObject:
    """FastAPI's description with the errors as they are: any operation may answer with a problem, none with FastAPI's 422."""
    if app.openapi_schema:
        return app.openapi_schema
    schema = get_openapi(
        title=app.title,
        summary=app.summary,
        version=app.version,
        routes=app.routes,
        openapi_version=app.openapi_version,
    )
    schema["components"]["schemas"]["ProblemBody"] = ProblemBody.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
    problem = {
        "description": "Problem (RFC 9457): a sentence a person can act on",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    }
    failure = {
        "description": "CKAN's own shape of an error",
        "content": {"application/json": {"schema": {"type": "object", "required": ["help", "success", "error"]}}},
    }
    for path, operations_of_path in schema["paths"].items():
        for operation in operations_of_path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = failure if path.startswith(ckan.PREFIX) else problem
    app.openapi_schema = schema
    return schema
