"""The HTML document pages start from: Streamlit's own, in the visitor's language, with a title and without needless requests."""

import html
import json
import re
import tomllib
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from portal import services
from portal.datasets import schema_org
from portal.publication.json_object import JsonObject
from portal.publication.manifest import PublicationError
from portal.settings import settings
from portal.texts.interface import HTML_LANG, either, language, t, use
from portal.traffic.own_address import own_address
from portal.ui import links

PATHS = (
    "",
    "indicator",
    "policy",
    "documents",
    "projects",
    "nearby",
    "compare",
    "data",
    "gaps",
    "sql",
    "versions",
    "years",
    "about",
    "contribute",
    "contributions",
)
_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_START = Path(__file__).parent / "static" / "start.js"
_CONFIG = Path(__file__).parent.parent / "pages" / ".streamlit" / "config.toml"
FRESH = {"Cache-Control": "no-cache"}
# Another site may show an embed, not a page: what is clicked there would be clicked here.
_OWN_FRAME = {"X-Frame-Options": "SAMEORIGIN"}
_STREAMLIT = {"_stcore", "component", "media", "static"}
# What Streamlit has at the root beside its document: a name with a dot that is none of these is no address either.
_FILES = {p.name for p in _INDEX.parent.iterdir() if p.is_file()} - {_INDEX.name}
_MISSING = """<!DOCTYPE html>
<html lang="{0}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{1}</title>
<style>:root {{ color-scheme: light dark }} body {{ font: 1.1rem/1.7 system-ui, sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 1.2em }}</style>
<h1>{1}</h1><p><a href="{2}">{3}</a></p></html>"""
_PRELOADED_FONT = re.compile(r'<link\s+rel="preload"[^>]*SourceSans[^>]*/>')


class _NoPage(Route):
    """Matches what is neither a page nor Streamlit's own: Streamlit would answer it with a page and an English dialogue."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        first, _, rest = scope["path"].lstrip("/").partition("/")
        own = first in _STREAMLIT or (not rest and first in _FILES)
        if scope["type"] != "http" or own or (first in PATHS and not rest):
            return Match.NONE, {}
        return Match.FULL, {"endpoint": self.endpoint, "path_params": {}}


def routes() -> list[Route]:
    """A route for every page's address and one for those that are none, to be put before Streamlit's own."""
    pages = [Route(f"/{path}", _serve, methods=["GET", "HEAD"]) for path in PATHS]
    # Streamlit's own document under its file name would be the overview, but without language, title and headers.
    pages.append(Route("/index.html", _missing, methods=["GET", "HEAD"]))
    return [*pages, _NoPage("/{path:path}", _missing, methods=["GET", "HEAD"])]


def document(path: str, dataset: str | None = None, base: str = "") -> str:
    """The document for a page's url path, in the language of this run.

    Args:
        path: the page's url path.
        dataset: the dataset the page shows, which then names and describes it (schema.org).
        base: the portal's address, without a slash at the end.
    """
    linked = ""
    name = t(f"nav.{path or 'overview'}")
    try:
        store = services.services().publications.current()
        site = store.manifest.site
    except PublicationError:
        title, summary = t("site.unnamed"), t("error.unpublished")
    else:
        title = site.title_en if language() == "en" else site.title
        plan = site.plan_short_en if language() == "en" else site.plan_short
        summary = t("site.summary", plan=plan)
        shown = next((d for d in store.manifest.datasets if path == "data" and d.id == dataset), None)
        if shown is not None:
            name, summary = either(shown, "title"), either(shown, "summary")
            linked = _script(schema_org.dataset(store, shown, base))
    head = (
        f"<title>{html.escape(f'{name} · {title}')}</title>\n"
        f'    <meta name="description" content="{html.escape(summary)}" />\n    {linked}{_start()}'
    )
    page = _index().replace('<html lang="en">', f'<html lang="{HTML_LANG[language()]}">', 1)
    return page.replace("<title>Streamlit</title>", head, 1)


def _serve(request: Request) -> HTMLResponse:
    use(request.query_params.get("lang"))
    base = own_address(request.scope, settings().public_url)
    page = document(request.url.path.strip("/"), request.query_params.get("dataset"), base)
    return HTMLResponse(page, headers=FRESH | _OWN_FRAME)


def _script(linked: JsonObject) -> str:
    """Linked data as an element of the head; no text of it can end the element."""
    words = json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{words}</script>\n    '


def _missing(request: Request) -> HTMLResponse:
    use(request.query_params.get("lang"))
    return refusal(t("error.no_page"))


def refusal(sentence: str, status: int = 404, href: str | None = None, action: str | None = None) -> HTMLResponse:
    """A page that says in one sentence why there is none, in the language of this run, with a way on (the overview)."""
    words = [html.escape(w) for w in (sentence, href or links.page(), action or t("nav.home"))]
    return HTMLResponse(_MISSING.format(HTML_LANG[language()], *words), status_code=status)


@lru_cache(maxsize=1)
def _start() -> str:
    """What runs before Streamlit, with the themes of its configuration as its browser side names them."""
    theme = tomllib.loads(_CONFIG.read_text("utf-8"))["theme"]
    fonts = {"bodyFont": theme["font"], "headingFont": theme["headingFont"], "codeFont": theme["codeFont"]}
    themes = json.dumps({"theme": {name: theme[name] | fonts for name in ("light", "dark")}}, ensure_ascii=False)
    return f"<script>window.portalStart = {themes};\n{_START.read_text('utf-8')}</script>"


@lru_cache(maxsize=1)
def _index() -> str:
    """Streamlit's document without the font the portal does not use."""
    return _PRELOADED_FONT.sub("", _INDEX.read_text("utf-8"), count=1)
