"""政策原文: the document to read, each clause with its targets; a quoted span is highlighted and scrolled to."""

import streamlit as st
from markupsafe import Markup

from portal.plan.clauses import parse_span, pieces, targets
from portal.publication.store import Row
from portal.texts.interface import either, language, t
from portal.ui import conversation, links, page_data, sentences
from portal.ui.html import badge, draw, empty, join, link


def page() -> None:
    """Draw the document; `clause` in the address opens there, `span` is highlighted, `document` names another document."""
    store = page_data.store()
    site = store.manifest.site
    documents = {d["id"]: d for d in store.manifest.documents}
    document = documents.get(st.query_params.get("document") or site.plan)
    if document is None:
        draw(Markup('<h1 id="p-main">{}</h1>').format(t("nav.policy")))
        draw(empty(t("policy.unknown_document"), links.page("policy"), t("nav.policy")))
        return
    clauses = page_data.clauses(store.version, store, document["id"])
    stated = targets([r for r in page_data.targets(store.version, store) if r["document"] == document["id"]])
    wanted = st.query_params.get("clause")
    opened = next((c for c in clauses if c["clause"] == wanted), None)
    draw(_lead(document, documents, len(clauses)))
    if wanted and opened is None:
        draw(empty(t("policy.unknown_clause", clause=wanted)))
    body = join(_clause(c, stated.get(c["clause"], []), c is opened) for c in clauses)
    draw(
        Markup('<div class="reader">{}<div class="reading" lang="zh-CN">{}</div></div>').format(
            _contents(clauses, document["id"], site.plan, wanted), body
        )
    )


def _lead(document: dict[str, str], documents: dict[str, dict[str, str]], count: int) -> Markup:
    title = Markup('<h1 lang="zh-CN">{}</h1>').format(document["title"])
    if language() == "en" and document.get("title_en"):
        title += Markup("<p>{}</p>").format(document["title_en"])
    facts = [document[k] for k in ("issuer", "number", "date") if document.get(k)]
    note = t("list.separator").join(facts) if facts else document.get("note", "")
    others = join(
        (link(links.page("policy", document=d["id"]), d["title"]) for d in documents.values() if d is not document),
        t("list.separator"),
    )
    return Markup('<div class="lead" id="p-main">{}<p class="section-note">{} {}</p>{}</div>').format(
        title,
        t("policy.lead", count=count),
        note,
        Markup("<p>{}{}</p>").format(t("policy.others"), others) if others else Markup(""),
    )


def _contents(clauses: list[Row], document: str, plan: str, wanted: str | None) -> Markup:
    named = None if document == plan else document
    items = join(
        Markup('<li class="depth-{}">{}</li>').format(
            c["depth"],
            link(
                links.clause(c["clause"], document=named),
                f"{c['clause']} {sentences.clause_title(c)}",
                "",
                c["clause"] == wanted,
            ),
        )
        for c in clauses
    )
    return Markup(
        '<nav class="contents" aria-label="{label}"><ol>{items}</ol>'
        "<details><summary>{label}</summary><ol>{items}</ol></details></nav>"
    ).format(label=t("policy.contents"), items=items)


def _clause(clause: Row, stated: list[Row], opened: bool) -> Markup:
    span = parse_span(st.query_params.get("span"), len(clause["text"])) if opened else None
    focus = f"{clause['clause']}:{st.query_params.get('span', '')}" if opened else None
    text = join(_piece(p, marked, focus) for p, marked in pieces(clause["text"], span))
    attributes = Markup(' data-focus="{}"').format(focus) if opened and span is None else Markup("")
    named = None if clause["document"] == page_data.store().manifest.site.plan else clause["document"]
    address = link(links.clause(clause["clause"], document=named), clause["clause"], "number")
    english = Markup("")
    if language() == "en" and clause.get("title_en"):
        english = Markup('<p class="clause-title" lang="en">{}</p>').format(clause["title_en"])
    return Markup('<section class="clause depth-{}{}"{}>{}{}{}<div class="clause-text">{}</div>{}</section>').format(
        clause["depth"],
        Markup(" is-open") if opened else Markup(""),
        attributes,
        address,
        english,
        _cited() if opened else Markup(""),
        text,
        _stated(stated),
    )


def _cited() -> Markup:
    """From one passage an answer cites to the next."""
    place = {k: v for k, v in st.query_params.to_dict().items() if k != "lang"}
    around = conversation.citations_around(place)
    if around is None:
        return Markup("")
    at, addresses = around
    told = t("policy.cited", place=at + 1, count=len(addresses))
    steps = [(at - 1, "policy.previous_cited"), (at + 1, "policy.next_cited")]
    ways = [link(links.localized(addresses[i]), t(key)) for i, key in steps if 0 <= i < len(addresses)]
    return Markup('<nav class="cited" lang="{}" aria-label="{}">{} {}</nav>').format(
        "en" if language() == "en" else "zh-CN", told, told, join(ways, " ")
    )


def _piece(text: str, marked: bool, focus: str | None) -> Markup:
    if not marked:
        return Markup("{}").format(text)
    return Markup('<mark data-focus="{}">{}</mark>').format(focus, text)


def _stated(rows: list[Row]) -> Markup:
    if not rows:
        return Markup("")
    items = join(
        Markup("<li>{} {}</li>").format(
            link(links.page("indicator", id=r["id"]), either(r, "name")), badge(r["status"])
        )
        for r in rows
    )
    return Markup('<aside class="stated" lang="{}"><p>{}</p><ul>{}</ul></aside>').format(
        "en" if language() == "en" else "zh-CN", t("policy.stated", count=len(rows)), items
    )
