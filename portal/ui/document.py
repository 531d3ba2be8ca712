"""The HTML document pages start from: Streamlit's own, in the visitor's language, with a title and without needless requests."""

import html
import re
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from portal import services
from portal.publication import PublicationError
from portal.ui.texts import language, t, use

PATHS = ("", "indicator", "policy", "projects", "data")
_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_LANG = {"zh": "zh-CN", "en": "en"}
# Without it the browser asks for `/<page>/_stcore/health` first, and logs an error for each address of a page.
_BASE = "<script>window.__streamlit = {BACKEND_BASE_URL: location.origin};</script>"
_PRELOADED_FONT = re.compile(r'<link\s+rel="preload"[^>]*SourceSans[^>]*/>')


def routes() -> list[Route]:
    """A route for every page's address, to be put before Streamlit's own."""
    return [Route(f"/{path}", _serve, methods=["GET", "HEAD"]) for path in PATHS]


def document(path: str) -> str:
    """The document for a page's url path, in the language of this run."""
    name = t(f"nav.{path or 'overview'}")
    try:
        site = services.services().publications.current().manifest.site
    except PublicationError:
        title, summary = t("site.unnamed"), t("error.unpublished")
    else:
        title = site.title_en if language() == "en" else site.title
        plan = site.plan_short_en if language() == "en" else site.plan_short
        summary = t("site.summary", plan=plan)
    head = (
        f"<title>{html.escape(f'{name} · {title}')}</title>\n"
        f'    <meta name="description" content="{html.escape(summary)}" />\n    {_BASE}'
    )
    page = _index().replace('<html lang="en">', f'<html lang="{_LANG[language()]}">', 1)
    return page.replace("<title>Streamlit</title>", head, 1)


def _serve(request: Request) -> HTMLResponse:
    use(request.query_params.get("lang"))
    return HTMLResponse(document(request.url.path.strip("/")), headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=1)
def _index() -> str:
    """Streamlit's document without the font the portal does not use."""
    return _PRELOADED_FONT.sub("", _INDEX.read_text("utf-8"), count=1)
