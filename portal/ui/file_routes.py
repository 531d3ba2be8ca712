"""What is taken away from the portal, each at an address of its own: charts, a target's frame for other pages, the report.

What draws them is loaded when it is first asked for.
"""

import threading
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from portal import services
from portal.datasets import profile
from portal.datasets.row_parameters import BadParameterError, parse
from portal.datasets.row_query import RowQuery
from portal.measures.comparison import Comparison, asked_of, compare
from portal.plan import progress
from portal.plan.report import UnknownSubjectError, report
from portal.plan.rows import ProgressRow
from portal.plan.years import span_of
from portal.publication.catalogue import Column
from portal.publication.manifest import PublicationError
from portal.publication.remote_tables import AwayError
from portal.publication.store import Store
from portal.publication.time_limit import TooSlowError
from portal.texts.interface import either, language, t, use
from portal.traffic.slots import BusyError
from portal.ui import figure_files, html_document, links, sentences, vega

Made = TypeVar("Made", str, bytes)

# A frame on any page may show an embed: it runs nothing and fetches nothing.
_EMBED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"
_PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
_FIGURES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "xlsx": figure_files.MEDIA_TYPES["xlsx"]}
_KEPT_MAX = 256
_kept: WeakKeyDictionary[Store, dict[tuple[str, ...], str | bytes]] = WeakKeyDictionary()
_keeping = threading.Lock()


def routes() -> list[Route]:
    """The addresses, to be put before the pages' own."""
    return [
        Route("/chart/{indicator}.{extension}", _answer(_chart), methods=["GET", "HEAD"]),
        Route("/chart/{dataset}/{column}.{extension}", _answer(_spread), methods=["GET", "HEAD"]),
        Route("/comparison/{measure}.{extension}", _answer(_comparison_file), methods=["GET", "HEAD"]),
        Route("/comparison/{measure}/embed", _answer(_comparison), methods=["GET", "HEAD"]),
        Route("/embed/{indicator}", _answer(_embed), methods=["GET", "HEAD"]),
        Route("/report.pdf", _answer(_report), methods=["GET", "HEAD"]),
    ]


def kind_of(scope: Scope) -> str | None:
    """The kind of work a request asks for (`portal.traffic`); None for what neither draws nor reads the desk's database."""
    first = scope["path"].lstrip("/").partition("/")[0]
    return {"chart": "chart", "comparison": "chart", "embed": "chart", "report.pdf": "report", "answer": "read"}.get(
        first
    )


def refuse(scope: Scope, busy: BusyError) -> ASGIApp:
    """A page that says when to come again."""
    use(Request(scope).query_params.get("lang"))
    page = html_document.refusal(busy.told(), busy.status)
    page.headers["Retry-After"] = str(busy.retry_after)
    return page


def _answer(make: Callable[[Request, Store], Response]) -> Callable[[Request], Response]:
    """An endpoint in the address' language, over the current version."""

    def endpoint(request: Request) -> Response:
        use(request.query_params.get("lang"))
        try:
            store = services.services().publications.current()
        except PublicationError:
            return html_document.refusal(t("error.unpublished"), 503)
        try:
            return make(request, store)
        except (AwayError, TooSlowError, vega.DrawingError) as error:
            page = html_document.refusal(error.told(), 503)
            page.headers["Retry-After"] = "10"
            return page

    return endpoint


def _chart(request: Request, store: Store) -> Response:
    from portal.ui import chart_image

    extension = request.path_params["extension"]
    row = progress.indicator(store, request.path_params["indicator"])
    if row is None:
        return html_document.refusal(t("indicator.unknown", id=request.path_params["indicator"]))
    if extension in figure_files.MEDIA_TYPES:
        figures = figure_files.of_target(row, progress.observations(store, row["id"]))
        return _figures(figure_files.written(figures, extension), row["id"], store, extension)
    if extension not in _PICTURES:
        return html_document.refusal(t("picture.formats_figures"), 404, *_back(row))
    svg = _keep(store, lambda: _svg(store, row), "svg", row["id"])
    if not svg:
        return html_document.refusal(sentences.no_chart(row), 404, *_back(row))
    body = svg if extension == "svg" else _keep(store, lambda: chart_image.png(svg), "png", row["id"])
    return _picture(body, row["id"], store, extension)


class _RefusedError(Exception):
    """There is no such file; `response` is the page that says so."""

    def __init__(self, sentence: str, status: int = 404, *back: str) -> None:
        super().__init__(sentence)
        self.response = html_document.refusal(sentence, status, *back)


def _spread(request: Request, store: Store) -> Response:
    """The numbers of a column over the rows of a query, which the address holds in the API's own words; `version` names another."""
    try:
        store = _store_asked(request, store)
        column, unit, query, bars = _numbers(request, store)
    except _RefusedError as error:
        return error.response
    from portal.ui import chart_image

    dataset, extension = query.dataset, request.path_params["extension"]
    key = (dataset.id, column.name, query.urlencoded())
    svg = _keep(store, lambda: chart_image.spread_svg(bars, query, column, unit, store.manifest), "spread-svg", *key)
    body = svg if extension == "svg" else _keep(store, lambda: chart_image.png(svg), "spread-png", *key)
    return _picture(body, f"{dataset.id}-{column.name}", store, extension)


def _store_asked(request: Request, store: Store) -> Store:
    """The version the address names, or the current one."""
    version = request.query_params.get("version")
    if not version:
        return store
    try:
        return services.services().publications.version(version)
    except (KeyError, PublicationError):
        raise _RefusedError(t("data.no_version", version=version)) from None


def _numbers(request: Request, store: Store) -> tuple[Column, str, RowQuery, list[profile.Bar]]:
    """The column an address asks for, its unit, the rows, and how their numbers spread.

    Raises:
        _RefusedError: what the address asks for has no chart.
    """
    wanted = request.path_params["column"]
    dataset = next((d for d in store.manifest.datasets if d.id == request.path_params["dataset"]), None)
    if dataset is None:
        raise _RefusedError(t("data.unknown", id=request.path_params["dataset"]), 404, links.page("data"))
    back = links.page("data", dataset=dataset.id), either(dataset, "title")
    columns = {c.name: c for c in profile.numeric(dataset)}
    if wanted not in columns:
        known = t("list.separator").join(columns)
        raise _RefusedError(t("picture.no_column", dataset=dataset.id, column=wanted, known=known), 404, *back)
    if request.path_params["extension"] not in _PICTURES:
        raise _RefusedError(t("picture.formats"), 404, *back)
    pairs = [(n, v) for n, v in request.query_params.multi_items() if n not in {"lang", "version"}]
    try:
        query = parse(dataset, pairs, limit_max=0, limit_default=None)
    except BadParameterError as error:
        raise _RefusedError(error.told(), 400, *back) from None
    column, units = columns[wanted], profile.units(store, query)
    if len(units) > 1 and not column.unit:
        raise _RefusedError(t("data.chart_units", units=t("list.separator").join(units)), 404, *back)
    bars = profile.spread(store, query, column)
    if not bars:
        raise _RefusedError(t("data.chart_none"), 404, *back)
    return column, column.unit or "".join(units), query, bars


def _figures(body: str | bytes, name: str, store: Store, extension: str) -> Response:
    shown = f'attachment; filename="{name}-{store.version}.{extension}"'
    return Response(body, media_type=_FIGURES[extension], headers={"Content-Disposition": shown, **html_document.FRESH})


def _picture(body: str | bytes, name: str, store: Store, extension: str) -> Response:
    shown = f'inline; filename="{name}-{store.version}.{extension}"'
    return Response(
        body, media_type=_PICTURES[extension], headers={"Content-Disposition": shown, **html_document.FRESH}
    )


def _embed(request: Request, store: Store) -> Response:
    from portal.ui import embed

    wanted = request.path_params["indicator"]
    row = progress.indicator(store, wanted)
    if row is None:
        return html_document.refusal(t("indicator.unknown", id=wanted))
    seen = progress.observations(store, row["id"])
    page = _keep(store, lambda: embed.page(row, seen, store.manifest), "embed", row["id"])
    return HTMLResponse(page, headers={"Content-Security-Policy": _EMBED_POLICY, **html_document.FRESH})


def _compared(request: Request, store: Store) -> Comparison | Response:
    """The comparison an address names, or the page that says why there is none."""
    pairs = [("measure", request.path_params["measure"]), *request.query_params.multi_items()]
    try:
        return compare(store, asked_of(pairs))
    except BadParameterError:
        wanted = request.path_params["measure"]
        return html_document.refusal(t("compare.unknown", id=wanted), 404, links.page("compare"), t("nav.compare"))


def _comparison_file(request: Request, store: Store) -> Response:
    """A comparison as figures or as a picture; the address holds it as the page's own does."""
    from portal.ui import chart_image, comparison_embed

    extension = request.path_params["extension"]
    found = _compared(request, store)
    if isinstance(found, Response):
        return found
    back = links.page("compare", *found.asked.pairs()), t("compare.more")
    key = (found.asked.measure, str(found.asked.pairs()))
    if extension in _FIGURES:
        body: str | bytes = comparison_embed.figures(found, extension)
        return _figures(body, f"{found.measure.dataset}-comparison", store, extension)
    if extension not in _PICTURES:
        return html_document.refusal(t("compare.files"), 404, *back)
    svg = _keep(store, lambda: comparison_embed.svg(found, store.manifest), "comparison-svg", *key)
    if not svg:
        return html_document.refusal(t("compare.no_chart"), 404, *back)
    body = svg if extension == "svg" else _keep(store, lambda: chart_image.png(svg), "comparison-png", *key)
    return _picture(body, f"{found.measure.dataset}-comparison", store, extension)


def _comparison(request: Request, store: Store) -> Response:
    from portal.ui import comparison_embed

    found = _compared(request, store)
    if isinstance(found, Response):
        return found
    page = _keep(store, lambda: comparison_embed.page(found, store.manifest), "comparison", str(found.asked.pairs()))
    return HTMLResponse(page, headers={"Content-Security-Policy": _EMBED_POLICY, **html_document.FRESH})


def _report(request: Request, store: Store) -> Response:
    from portal.ui import report_pdf

    theme, district = (request.query_params.get(name) or None for name in ("theme", "district"))
    try:
        body = _keep(
            store, lambda: report_pdf.pdf(report(store, theme, district)), "report", theme or "", district or ""
        )
    except UnknownSubjectError as error:
        return html_document.refusal(error.told())
    name = f'inline; filename="progress-report-{store.version}.pdf"'
    return Response(body, media_type="application/pdf", headers={"Content-Disposition": name, **html_document.FRESH})


def _svg(store: Store, row: ProgressRow) -> str:
    from portal.ui import chart_image

    seen = progress.observations(store, row["id"])
    words = chart_image.standing_words(row, seen, store.manifest)
    return chart_image.svg(row, seen, span_of(store.manifest.site), words) or ""


def _back(row: ProgressRow) -> tuple[str, str]:
    return links.page("indicator", id=row["id"]), t("embed.more")


def _keep(store: Store, make: Callable[[], Made], *key: str) -> Made:
    """What `make` returns, made once a version and language; of each kind of work one is made at a time (`portal.traffic`)."""
    kept = _kept.setdefault(store, {})
    key = (language(), *key)
    found = kept.get(key)
    if found is None:
        found = make()
        with _keeping:
            kept[key] = found
            if len(kept) > _KEPT_MAX:
                del kept[next(iter(kept))]
    return found  # type: ignore[return-value]
