"""What stands around every page: header, footer, and the sentence in place of a page that fails."""

import json
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from portal.publication.manifest import PublicationError
from portal.publication.site import Site
from portal.settings import settings
from portal.texts.errors import BilingualError
from portal.texts.interface import HTML_LANG, Language, language, t, use
from portal.ui import links
from portal.ui.html import draw, failure, join, link
from portal.ui.page_data import is_anything_compared, store
from portal.ui.sentences import site_title

_NAVIGATION = (
    ("", "overview"),
    ("policy", "policy"),
    ("documents", "documents"),
    ("projects", "projects"),
    ("nearby", "nearby"),
    ("compare", "compare"),
    ("data", "data"),
    ("gaps", "gaps"),
)
# What a page shows, and from how many rows on there is something to show.
_NEEDS = {
    "documents": ("documents", 2),
    "projects": ("projects", 1),
    "nearby": ("places", 1),
    "gaps": ("indicators", 1),
}
_DISPLAY = (("theme", ("system", "light", "dark", "contrast")), ("text", ("normal", "large")))
# Streamlit's own names of its tools beside charts and texts, and what they are called here.
_TOOLS = {
    "Fullscreen": "tools.fullscreen",
    "Close fullscreen": "tools.close_fullscreen",
    "Download as PNG": "tools.png",
    "Copy to clipboard": "tools.copy",
    "Copied": "tools.copied",
}

_log = logging.getLogger(__name__)


def start(title: str, path: str, site: Site | None) -> None:
    """Set the page's title, and draw the header, from which the page's script takes language and words (`static/shell.js`).

    Args:
        title: the page's own title.
        path: its url path, empty for the overview.
        site: the published site; None where nothing is published.
    """
    st.set_page_config(page_title=f"{title} · {site_title(site)}", layout="wide")
    items = join(link(links.page(p), t(f"nav.{name}"), "nav-link", p == path) for p, name in _shown(site, path))
    draw(
        Markup(
            '<header class="top" data-lang="{lang}" data-messages="{messages}" data-lost="{lost}" data-again="{again}" data-tools="{tools}"><a class="skip" href="#p-main">{skip}</a>'
            '<a class="skip" href="#chat" data-chat-skip>{to_chat}</a>{home}'
            '<nav class="nav" aria-label="{nav}">{items}</nav>{display}{switch}</header>'
        ).format(
            lang=HTML_LANG[language()],
            messages=t("chat.messages"),
            lost=t("lost.sentence"),
            again=t("lost.again"),
            tools=json.dumps({own: t(key) for own, key in _TOOLS.items()}, ensure_ascii=False),
            skip=t("nav.skip"),
            to_chat=t("nav.skip_to_chat"),
            home=link(links.page(), site_title(site), "home"),
            nav=t("nav.label"),
            items=items,
            display=_display(),
            switch=_language_link(path),
        )
    )


def _shown(site: Site | None, path: str) -> list[tuple[str, str]]:
    """The pages to lead to: those without data are left out, but for the one being looked at."""
    if site is None:
        return list(_NAVIGATION)
    published = store()
    rows = {f.table: f.rows for f in published.manifest.files}
    empty = {p for p, (needed, least) in _NEEDS.items() if rows and rows.get(needed, 0) < least}
    if not is_anything_compared(published.version, published):
        empty.add("compare")
    return [(p, name) for p, name in _NAVIGATION if p == path or p not in empty]


def name_page(name: str, site: Site) -> None:
    """Give the page the title of what it shows."""
    st.set_page_config(page_title=f"{name} · {site_title(site)}")


def address(path: str) -> str:
    """The portal's address as the visitor's browser knows it, without a slash at the end; empty where it is not known.

    Args:
        path: of the page being drawn.
    """
    if settings().public_url:
        return settings().public_url.rstrip("/")
    return str(st.context.url or "").partition("?")[0].removesuffix(f"/{path}").rstrip("/")


def origin() -> str:
    """The portal's address as the visitor's browser knows it, whatever page is drawn; empty where it is not known."""
    if settings().public_url:
        return settings().public_url.rstrip("/")
    parts = urlsplit(str(st.context.url or ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def footer(site: Site | None) -> None:
    """The version shown, where to ask, and the machine's entrance."""
    if site is None:
        return
    published = store()
    updated = max(d.updated for d in published.manifest.datasets)
    lines = [
        t("footer.version", version=published.version, updated=updated.isoformat()),
        t("footer.hotline", hotline=site.hotline),
    ]
    machine = Markup('<a href="/api/v1/docs" target="_self">{}</a>').format(t("footer.api"))
    draw(
        Markup('<footer class="bottom"><p>{}</p><p>{} · {}</p></footer>').format(
            lines[0],
            lines[1],
            join(
                [
                    machine,
                    link(links.page("data"), t("nav.data")),
                    link(links.page("contributions"), t("nav.contributions")),
                    link(links.page("about"), t("nav.about")),
                ],
                " · ",
            ),
        )
    )


def guarded(draw_page: Callable[[], None]) -> bool:
    """Draw a page; where it fails, a sentence stands in its place and the cause goes to the log. Whether nothing unforeseen happened."""
    spoken = language()
    try:
        draw_page()
    except PublicationError:
        use(spoken)
        draw(failure(t("error.unpublished")))
    except BilingualError as told:
        use(spoken)
        draw(failure(told.told(spoken)))
    except Exception:
        _log.exception("a page failed")
        use(spoken)
        draw(failure(t("error.page")))
        return False
    return True


def _display() -> Markup:
    """How pages look: chosen and remembered in the browser (`static/start.js`)."""
    groups = join(
        Markup('<div role="group" aria-label="{label}"><p>{label}</p>{choices}</div>').format(
            label=t(f"display.{name}"),
            choices=join(
                Markup('<button type="button" data-display="{}" data-value="{}">{}</button>').format(
                    name, value, t(f"display.{value}")
                )
                for value in values
            ),
        )
        for name, values in _DISPLAY
    )
    return Markup('<details class="display"><summary>{}</summary><div>{}</div></details>').format(
        t("display.label"), groups
    )


def _language_link(path: str) -> Markup:
    """The same address in the other language."""
    other: Language = "en" if language() == "zh" else "zh"
    kept = [(k, v) for k in st.query_params if k != "lang" for v in st.query_params.get_all(k)]
    spoken = language()
    use(other)
    href = links.page(path, *kept)
    use(spoken)
    return Markup('<a class="lang" href="{}" target="_self" hreflang="{}" lang="{}">{}</a>').format(
        href, HTML_LANG[other], HTML_LANG[other], t("nav.other_language")
    )
