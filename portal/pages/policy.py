"""政策原文: the document to read, each clause with its targets; a quoted span is highlighted and scrolled to."""

import streamlit as st
from markupsafe import Markup

from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.plan.clauses import parse_span, targets
from portal.plan.documents import find
from portal.plan.rows import PlacedClauseRow, ProgressRow
from portal.publication.statuses import DocumentStatus
from portal.publication.store import Row, Store
from portal.texts.interface import either, language, t
from portal.texts.marks import BELOW_ARTICLE, BRACKETED
from portal.ui import clause_text, contributing, conversation, links, page_data, sentences
from portal.ui.html import actions, badge, draw, empty, join, link, named_link

DAYS = ("issued", "adopted", "approved", "effective")
# Paragraphs and items of an article are read with it; the contents lead to articles.
_OPENING = 12


def page() -> None:
    """Draw the document; `clause` in the address opens there, `span` is highlighted, `document` names another document, `q` looks
    for words in it."""
    store = page_data.store()
    site = store.manifest.site
    documents = {d["id"]: d for d in page_data.documents(store.version, store) if d["full_text"]}
    document = documents.get(st.query_params.get("document") or site.plan)
    if document is None:
        draw(Markup('<h1 id="p-main">{}</h1>').format(t("nav.policy")))
        draw(empty(t("policy.unknown_document"), links.page("policy"), t("nav.policy")))
        return
    clauses = page_data.clauses(store.version, store, document["id"])
    stated = targets([r for r in page_data.targets(store.version, store) if r["document"] == document["id"]])
    wanted = st.query_params.get("clause")
    opened = next((c for c in clauses if c["clause"] == wanted), None)
    draw(_lead(document, documents, clauses), _citations(store, document["id"]))
    if document["id"] != site.plan:
        _search(store, document["id"])
    if wanted and opened is None:
        draw(empty(t("policy.unknown_clause", clause=wanted)))
    fines = page_data.penalties(store.version, store, document["id"])
    said = page_data.sentences_of(store.version, store, document["id"])
    body = join(
        _clause(c, said.get(c["clause"], []), stated.get(c["clause"], []), document["title"], c is opened)
        + _fines(store, c, fines)
        for c in clauses
    )
    translated = language() == "en" and any(s.get("text_en") for rows in said.values() for s in rows)
    draw(
        Markup('<p class="section-note">{}</p>').format(t("policy.translated")) if translated else Markup(""),
        Markup('<div class="reader">{}<div class="reading" lang="zh-CN">{}</div></div>').format(
            _contents(clauses, document["id"], site.plan, wanted), body
        ),
    )


def _lead(document: Row, documents: dict[str, Row], clauses: list[PlacedClauseRow]) -> Markup:
    title = Markup('<h1 lang="zh-CN">{}</h1>').format(document["title"])
    if language() == "en" and document.get("title_en"):
        title += Markup("<p>{}</p>").format(document["title_en"])
    facts = [document[k] for k in ("issuer", "number") if document.get(k)]
    facts += [t(f"documents.day_{k}", day=document[k]) for k in DAYS if document.get(k)]
    facts += [t("documents.day_amended", day=d) for d in (document.get("amended") or "").split("|") if d]
    if document["status"] in {DocumentStatus.REPEALED, DocumentStatus.AMENDED}:
        facts.append(t(f"document_status.{document['status']}"))
    note = t("list.separator").join(facts) if facts else document.get("note") or ""
    more = Markup("<p>{}</p>").format(link(links.page("documents"), t("documents.back"))) if len(documents) > 1 else ""
    articles = document.get("articles") or 0
    count = t("policy.lead_articles", count=articles) if articles else t("policy.lead", count=len(clauses))
    return Markup('<div class="lead" id="p-main">{}<p class="section-note">{} {}</p>{}</div>').format(
        title, count, note, more
    )


def _citations(store: Store, document: str) -> Markup:
    """Who cites whom, linked where the text is held."""
    cites, cited_by = page_data.citations(store.version, store, document)
    parts = []
    if cites:
        items = join(
            Markup("<li>{} {} {}</li>").format(
                t(f"documents.kind_{r['kind']}"),
                link(links.page("policy", document=r["target_document"]), r["target_title"])
                if r["target_document"]
                else Markup('<span lang="zh-CN">{}</span>').format(r["target_title"]),
                link(links.clause_of(store, document, r["clause"], r["start"], r["end"]), r["label"]),
            )
            for r in cites
        )
        parts.append((t("documents.cites"), items, len(cites)))
    if cited_by:
        items = join(
            Markup("<li>{} {} {}</li>").format(
                r["title"],
                t(f"documents.kind_{r['kind']}"),
                link(links.clause_of(store, r["document"], r["clause"], r["start"], r["end"]), r["label"]),
            )
            for r in cited_by
        )
        parts.append((t("documents.cited_by"), items, len(cited_by)))
    return join(
        Markup('<details class="citations"><summary>{} ({})</summary><ul>{}</ul></details>').format(told, count, items)
        for told, items, count in parts
    )


def _search(store: Store, document: str) -> None:
    """Words to look for in this document, and where they stand."""
    typed = st.text_input(t("documents.find_here"), st.query_params.get("q", ""), max_chars=100, key="policy_q").strip()
    if not typed:
        return
    found = find(store, typed, document)
    items = join(
        Markup('<li>{}<span class="excerpt" lang="zh-CN">…{}…</span></li>').format(
            link(links.clause_of(store, p.document, p.clause, p.start, p.end), p.label), p.excerpt
        )
        for p in found
    )
    draw(
        Markup('<p>{}</p><ul class="hits">{}</ul>').format(t("documents.found", count=len(found), words=typed), items)
        if found
        else empty(t("documents.nothing", words=typed))
    )


def _contents(clauses: list[PlacedClauseRow], document: str, plan: str, wanted: str | None) -> Markup:
    named = None if document == plan else document
    items = join(
        Markup('<li class="depth-{}" data-entry="{}">{}</li>').format(
            c["depth"],
            c["clause"],
            link(
                links.clause(c["clause"], document=named),
                _entry(c),
                "",
                c["clause"] == wanted,
            ),
        )
        for c in clauses
        if not BELOW_ARTICLE.match(c.get("label") or "")
    )
    return Markup(
        '<nav class="contents" aria-label="{label}"><ol>{items}</ol>'
        "<details><summary>{label}</summary><ol>{items}</ol></details></nav>"
    ).format(label=t("policy.contents"), items=items)


def _entry(clause: PlacedClauseRow) -> str:
    """A clause in the contents: its number and title; an article, whose title is its number, by its first words."""
    title = sentences.clause_title(clause)
    if title != clause.get("label"):
        return (
            f"{sentences.clause_number(clause['clause'])} {title}"
            if not clause["clause"].startswith("c")
            else f"{clause['label']} {title}"
        )
    opening = clause["text"].strip().removeprefix(title).strip()[:_OPENING]
    return f"{title} {opening}…" if opening else title


def _clause(clause: PlacedClauseRow, said: list[Row], stated: list[ProgressRow], title: str, opened: bool) -> Markup:
    span = st.query_params.get("span") if opened else None
    focus = f"{clause['clause']}:{span or ''}" if opened else None
    whole = opened and parse_span(span, len(clause["text"])) is None
    attributes = Markup(' data-focus="{}"').format(focus) if whole else Markup("")
    named = None if clause["document"] == page_data.store().manifest.site.plan else clause["document"]
    shown, called = clause_text.number(clause)
    address = named_link(
        links.clause(clause["clause"], document=named),
        shown,
        called,
        "number" if shown != clause_text.MARK else "number is-mark",
    )
    head = english = Markup("")
    if language() == "en":
        english = clause_text.english(said)
        if clause.get("title_en"):
            head = Markup('<p class="clause-title" lang="en">{}</p>').format(clause["title_en"])
    return Markup(
        '<section class="clause depth-{}{}" data-clause="{}"{}>{}{}{}<div class="clause-text">{}</div>{}{}</section>{}'
    ).format(
        clause["depth"],
        Markup(" is-open") if opened else Markup(""),
        clause["clause"],
        attributes,
        address,
        head,
        _cited() if opened else Markup(""),
        clause_text.words(clause, said, span, focus),
        english,
        _stated(stated),
        _offers(clause, named, title) if opened else Markup(""),
    )


def _offers(clause: PlacedClauseRow, document: str | None, title: str) -> Markup:
    """What a reader may take along of the clause that is looked at, and tell about it."""
    id = f"{document}/{clause['clause']}" if document else clause["clause"]
    copied = clause_text.to_copy(clause, title, links.clause(clause["clause"], document=document))
    place = f"{clause['document']}/{clause['clause']}"
    beside = link(links.page("documents", left=place), t("documents.beside_another"), "action")
    offered = contributing.offers(ContributionSubject.CLAUSE, id, Kind.CORRECTION)
    return Markup('<div class="clause-actions" lang="{}">{}{}{}</div>').format(
        "en" if language() == "en" else "zh-CN", copied, actions([beside]), actions(offered) if offered else ""
    )


def _fines(store: Store, clause: PlacedClauseRow, fines: list[Row]) -> Markup:
    """Where a clause's penalty stands, and what a penalty is for, linked."""
    document = clause["document"]
    parts = []
    for own, other, key in (("target", "", "punished"), ("", "target", "punishes")):
        mine, theirs = (f"{side}_" if side else "" for side in (own, other))
        named = {r[f"{theirs}clause"]: r[f"{theirs}label"] for r in fines if r[f"{mine}clause"] == clause["clause"]}
        if named:
            ways = join(
                (
                    Markup(BRACKETED).format(
                        link(links.clause_of(store, document, c), n),
                        link(_beside(document, clause["clause"], c), t("documents.beside")),
                    )
                    for c, n in named.items()
                ),
                t("list.separator"),
            )
            parts.append(Markup('<p class="fines">{}{}</p>').format(t(f"documents.{key}"), ways))
    return join(parts)


def _beside(document: str, left: str, right: str) -> str:
    return links.page("documents", left=f"{document}/{left}", right=f"{document}/{right}")


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


def _stated(rows: list[ProgressRow]) -> Markup:
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
