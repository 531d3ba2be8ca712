"""The HTML document pages start from: Streamlit's own, in the visitor's language, with a title and without needless requests."""

import html
import json
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import streamlit
from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from portal import services
from portal.datasets import schema_org
from portal.datasets.formats import published_file
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.manifest import PublicationError
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.interface import HTML_LANG, LANGUAGES, language, preferred, speaking, t, use
from portal.traffic.own_address import own_address
from portal.ui import links, plain_html
from portal.ui.streamlit_assets import own_address as file_address

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
_STATIC = Path(__file__).parent / "static"
# What must be there before Streamlit is: its own scripts come with the document.
_FIRST = ("messages.js", "start.js")
_CONFIG = Path(__file__).parent.parent / "pages" / ".streamlit" / "config.toml"
# What a reader of a page may want to hear of again: the parameter of its address, and that of the feed.
_FOLLOWED = {("indicator", "id"): "indicator", ("data", "dataset"): "dataset"}
FRESH = {"Cache-Control": "no-cache"}
# Another site may show an embed, not a page: what is clicked there would be clicked here.
_OWN_FRAME = {"X-Frame-Options": "SAMEORIGIN"}
_BY_LANGUAGE = {"Vary": "Accept-Language"}
_STREAMLIT = {"_stcore", "component", "media", "static"}
# Of what Streamlit has at the root beside its document, what pages ask for: its list of scripts is for nobody.
_FILES = {"favicon.png"}
_MISSING = """<!DOCTYPE html>
<html lang="{0}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{1}</title>
<style>:root {{ color-scheme: light dark; background: Canvas; color: CanvasText }} body {{ font: 1.1rem/1.7 system-ui, sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 1.2em }}</style>
<h1>{1}</h1><p><a href="{2}">{3}</a></p></html>"""
_NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.S)
_PRELOADED_FONT = re.compile(r'<link\s+rel="preload"[^>]*SourceSans[^>]*/>')
_ICON = "./favicon.png"
_ROOT = '<div id="root"></div>'
# Parts of Streamlit's that every page begins with: asked for only when the page wants them, each would stand there as a grey bar first
# and push away what is below when it comes.
_EARLY = ("Html.*.js", "purify.es.*.js", "ChatInput.*.js")
# In this order: the last one uses the others.
_SCRIPTS = ("chat.js", "place.js", "reader.js", "shell.js")
_COMPRESSED = [Middleware(GZipMiddleware, minimum_size=1000)]


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
    pages = [Route(f"/{path}", _serve, methods=["GET", "HEAD"], middleware=_COMPRESSED) for path in PATHS]
    # Streamlit's own document under its file name would be the overview, but without language, title and headers.
    pages.append(Route("/index.html", _missing, methods=["GET", "HEAD"]))
    return [*pages, _NoPage("/{path:path}", _missing, methods=["GET", "HEAD"])]


def document(path: str, asked: Mapping[str, str] | None = None, base: str = "") -> str:
    """The document for a page's address, in the language of this run.

    It names and describes what the address shows, and holds its essential text for readers without scripts, search engines and
    the previews of links (`portal.ui.plain_html`).

    Args:
        path: the page's url path.
        asked: the parameters of the address.
        base: the portal's address, without a slash at the end.
    """
    asked = asked or {}
    try:
        store = services.services().publications.current()
    except PublicationError:
        head = _head(t(f"nav.{path or 'overview'}"), t("site.unnamed"), t("error.unpublished"))
        early = _early(t("site.unnamed"), t(f"nav.{path or 'overview'}"), t("error.unpublished"))
        text = Markup("<p>{}</p>").format(t("error.unpublished"))
    else:
        site = store.manifest.site
        shown = plain_html.plain(store, path, asked)
        title = site.title_en if language() == "en" else site.title
        head = _head(shown.title if shown.named else t(f"nav.{path or 'overview'}"), title, shown.summary) + _linked(
            path, shown, base, title, asked.get("lang")
        )
        dataset = next((d for d in store.manifest.datasets if path == "data" and d.id == asked.get("dataset")), None)
        if dataset is not None:
            head += _script(schema_org.dataset(store, dataset, base)) + _described(store, base, dataset)
        early = _early(title, shown.title, shown.summary)
        text = shown.body
    page = _index().replace('<html lang="en">', f'<html lang="{HTML_LANG[language()]}">', 1)
    page = page.replace("<title>Streamlit</title>", head + _start(), 1)
    page = page.replace(_ROOT, _ROOT + early, 1)
    page = page.replace("</body>", f"{_scripts()}</body>", 1)
    return _NO_SCRIPT.sub(lambda _: f"<noscript>{text}</noscript>", page, count=1)


def _early(site: str, title: str, summary: str) -> str:
    """What the page is about, to read before what draws it has been fetched (`static/early.css`); the page's script takes it away."""
    return str(Markup('<div id="early"><b>{}</b><h1>{}</h1><p>{}</p></div>').format(site, title, summary))


def _head(name: str, title: str, summary: str) -> str:
    return (
        f"<title>{html.escape(f'{name} · {title}')}</title>\n"
        f'    <meta name="description" content="{html.escape(summary)}" />\n    '
    )


def _linked(path: str, shown: plain_html.Plain, base: str, site: str, named: str | None) -> str:
    """Where the page is at home, the same page in the other language, and what a preview of a link to it shows.

    An address that names no language is at home where it is, in whatever language it is read.
    """
    addresses: dict[str, str] = {}
    for spoken in LANGUAGES:
        with speaking(spoken):
            addresses[spoken] = base + links.page(path, *shown.named)
    own = addresses[named if named in LANGUAGES else LANGUAGES[0]]
    told = {
        "og:type": "website",
        "og:site_name": site,
        "og:title": shown.title,
        "og:description": shown.summary,
        "og:url": own,
        "og:image": f"{base}{shown.picture}" if shown.picture else "",
    }
    links_ = [Markup('<link rel="canonical" href="{}" />').format(own)]
    links_ += [
        Markup('<link rel="alternate" hreflang="{}" href="{}" />').format(HTML_LANG[spoken], addresses[spoken])
        for spoken in LANGUAGES
    ]
    links_.append(Markup('<link rel="alternate" hreflang="x-default" href="{}" />').format(addresses[LANGUAGES[0]]))
    feed = {_FOLLOWED[path, name]: value for name, value in shown.named if (path, name) in _FOLLOWED}
    links_.append(
        Markup('<link rel="alternate" type="application/atom+xml" title="{}" href="{}" />').format(
            shown.title if feed else site, base + links.page("feed.atom", **feed)
        )
    )
    metas = [Markup('<meta property="{}" content="{}" />').format(k, v) for k, v in told.items() if v]
    return "\n    ".join([*links_, *metas]) + "\n    "


def speak(request: Request) -> None:
    """Speak the language the address names in this run, else the one the browser prefers."""
    use(request.query_params.get("lang") or preferred(request.headers.get("accept-language", "")))


def _serve(request: Request) -> HTMLResponse:
    speak(request)
    base = own_address(request.scope, settings().public_url)
    page = document(request.url.path.strip("/"), request.query_params, base)
    return HTMLResponse(page, headers=FRESH | _OWN_FRAME | _BY_LANGUAGE)


def _script(linked: JsonObject) -> str:
    """Linked data as an element of the head; no text of it can end the element."""
    words = json.dumps(linked, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{words}</script>\n    '


def _described(store: Store, base: str, dataset: Dataset) -> str:
    """Where programs that learn from data find a dataset described: one that is published as one file."""
    if published_file(store, dataset).parts:
        return ""
    at = f"{base}/api/v1/datasets/{dataset.id}/croissant.json"
    return str(Markup('<link rel="describedby" type="application/ld+json" href="{}" />\n    ').format(at))


def _missing(request: Request) -> HTMLResponse:
    speak(request)
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
    themes = {"theme": {name: theme[name] | fonts for name in ("light", "dark")}}
    scripts = "".join((_STATIC / name).read_text("utf-8") for name in _FIRST)
    style = (_STATIC / "early.css").read_text("utf-8")
    return f"<style>{style}</style>\n    <script>window.portalStart = {json.dumps(themes, ensure_ascii=False)};\n{scripts}</script>"


@lru_cache(maxsize=1)
def _index() -> str:
    """Streamlit's document without the font the portal does not use, with the portal's icon and style.

    The style stands last: of two rules as strong as each other it is the portal's that holds, not Streamlit's.
    """
    page = _PRELOADED_FONT.sub("", _INDEX.read_text("utf-8"), count=1)
    page = page.replace(_ICON, file_address("icon.png"), 1)
    early = [found for name in _EARLY for found in sorted((_INDEX.parent / "static" / "js").glob(name))]
    ahead = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{f.name}" />\n    ' for f in early)
    page = page.replace("</head>", f"{ahead}</head>", 1)
    return page.replace("</body>", f'<link rel="stylesheet" href="{file_address("style.css")}" />\n  </body>', 1)


def _scripts() -> str:
    """The portal's own scripts, with the words they need before a page is drawn."""
    words = Markup(' data-lost="{}" data-again="{}"').format(t("lost.sentence"), t("lost.again"))
    return "".join(
        Markup('<script src="{}"{} defer></script>\n  ').format(file_address(name), words if name == "place.js" else "")
        for name in _SCRIPTS
    )
