"""关于: the articles the portal tells of itself, one below the other, each with an anchor to link to."""

from urllib.parse import parse_qs, urlsplit

import streamlit as st
from markupsafe import Markup

from portal.publication.guide import Article, articles
from portal.texts.interface import language, t
from portal.ui import links, page_data
from portal.ui.html import actions, draw, empty, join, link, outside


def page() -> None:
    """Draw the list of articles, then each; `article` in the address opens one at its place."""
    found = articles(page_data.store())
    draw(Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(t("nav.about"), t("guide.lead")))
    wanted = st.query_params.get("article")
    if not found:
        draw(empty(t("guide.none"), links.page(), t("nav.overview")))
        return
    chosen = [a for a in found if a.id == wanted]
    if wanted and not chosen:
        draw(empty(t("guide.unknown", id=wanted)))
    if chosen:
        draw(_article(chosen[0]))
    draw(_contents(found), *(_article(a) for a in found if a not in chosen))


def _contents(found: list[Article]) -> Markup:
    items = join(
        Markup("<li>{}</li>").format(link(links.page("about", article=a.id), a.title[language()])) for a in found
    )
    return Markup('<nav class="about-contents" aria-label="{}"><ul>{}</ul></nav>').format(t("guide.contents"), items)


def _article(article: Article) -> Markup:
    spoken = language()
    paragraphs = join(Markup("<p>{}</p>").format(p) for p in article.paragraphs[spoken])
    further = [_link(url, words[spoken]) for url, words in article.links]
    return Markup('<section class="article" id="{}"><h2>{}</h2>{}{}</section>').format(
        article.id, article.title[spoken], paragraphs, actions(further) if further else Markup("")
    )


def _link(url: str, words: str) -> Markup:
    if url.startswith("tel:"):
        return Markup('<a href="{}" class="action">{}</a>').format(url, words)
    if not url.startswith("/"):
        return outside(url, words)
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    path = parts.path.lstrip("/")
    # A page speaks the visitor's language unless the link names one; a file is what it is.
    if "lang" in asked or "." in path or path.startswith("api/"):
        return link(url, words, "action")
    return link(links.page(path, *((k, v[0]) for k, v in asked.items())), words, "action")
