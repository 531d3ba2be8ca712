"""文件: the documents held, with dates and status; words found in all of them; two clauses or two versions side by side."""

import streamlit as st
from markupsafe import Markup

from portal.plan import clauses as plan_clauses
from portal.plan import documents as held
from portal.publication.store import Row, Store
from portal.texts import marks
from portal.texts.interface import known, language, t
from portal.ui import links, page_data
from portal.ui.html import draw, empty, heading, join, link, outside, table

_COMPARED_MAX = 600


def page() -> None:
    """Draw the list; `q` looks in all texts, `left` and `right` (document/clause) or `before` and `after` (documents) compare."""
    store = page_data.store()
    rows = page_data.documents(store.version, store)
    asked = st.query_params
    if asked.get("left") and asked.get("right"):
        draw(_lead(t("documents.side_by_side"), "", back=True), _side_by_side(store, asked["left"], asked["right"]))
        return
    if asked.get("before") and asked.get("after"):
        draw(_lead(t("documents.versions"), "", back=True), *_versions(store, asked["before"], asked["after"]))
        return
    draw(_lead(t("nav.documents"), t("documents.lead", count=len(rows)), back=False))
    typed = st.text_input(t("documents.search"), asked.get("q", ""), max_chars=100, key="documents_q")
    if typed.strip() != asked.get("q", ""):
        st.query_params["q"] = typed.strip()
    if typed.strip():
        draw(_found(store, typed.strip(), {r["id"]: r["title"] for r in rows}))
    draw(_list(rows, store.manifest.site.plan))
    _chooser([r for r in rows if r["full_text"]])


def _chooser(rows: list[Row]) -> None:
    """Two documents to compare sentence by sentence."""
    if len(rows) < 2:
        return
    titles = {r["id"]: r["title"] for r in rows}
    with st.expander(t("documents.compare")):
        before = st.selectbox(t("documents.before"), titles, format_func=titles.__getitem__, key="documents_before")
        after = st.selectbox(
            t("documents.after"), titles, index=1, format_func=titles.__getitem__, key="documents_after"
        )
        draw(link(links.page("documents", before=before, after=after), t("documents.versions"), "action"))


def _lead(title: str, note: str, back: bool) -> Markup:
    to_list = link(links.page("documents"), t("documents.back"), "action") if back else Markup("")
    return Markup('<div class="lead" id="p-main"><h1>{}</h1><p class="section-note">{}</p>{}</div>').format(
        title, note, to_list
    )


def _list(rows: list[Row], plan: str) -> Markup:
    headers = [t(f"documents.{name}") for name in ("title", "issuer", "dates", "status")]
    return table(headers, ([_title(r, plan), _issuer(r), _dates(r), _status(r)] for r in rows), t("documents.table"))


def _title(row: Row, plan: str) -> Markup:
    english = row.get("title_en") if language() == "en" else None
    shown = Markup('<span lang="zh-CN">{}</span>').format(row["title"])
    if row["full_text"]:
        shown = link(links.page("policy", document=None if row["id"] == plan else row["id"]), shown)
    elif row.get("source"):
        shown = outside(row["source"], row["title"])
    below = [english] if english else []
    below += [] if row["full_text"] else [t("documents.card_only")]
    return shown + join(Markup('<span class="detail">{}</span>').format(b) for b in below)


def _issuer(row: Row) -> str:
    told = [row.get("issuer"), row.get("number")]
    return t("list.separator").join(x for x in told if x) or t("documents.not_stated")


def _dates(row: Row) -> Markup:
    said = [
        t(f"documents.day_{name}", day=row[name])
        for name in ("issued", "adopted", "approved", "effective")
        if row.get(name)
    ]
    said += [t("documents.day_amended", day=day) for day in (row.get("amended") or "").split("|") if day]
    return join(said, Markup("<br>")) if said else Markup(t("documents.not_stated"))


def _status(row: Row) -> str:
    return known(f"document_status.{row['status']}", row["status"])


def _found(store: Store, words: str, titles: dict[str, str]) -> Markup:
    passages = held.find(store, words)
    if not passages:
        return empty(t("documents.nothing", words=words))
    items = join(
        Markup('<li><span class="kind">{}</span>{}<span class="excerpt" lang="zh-CN">…{}…</span></li>').format(
            titles.get(p.document, p.document),
            link(links.clause_of(store, p.document, p.clause, p.start, p.end), p.label),
            p.excerpt,
        )
        for p in passages
    )
    return heading(t("documents.found", count=len(passages), words=words), 2) + Markup(
        '<ul class="hits">{}</ul>'
    ).format(items)


def _side_by_side(store: Store, left: str, right: str) -> Markup:
    return Markup('<div class="side-by-side">{}{}</div>').format(_side(store, left), _side(store, right))


def _side(store: Store, place: str) -> Markup:
    name, _, clause = place.partition("/")
    row = plan_clauses.clause(store, name, clause)
    told = held.document(store, name)
    if row is None or told is None:
        return empty(t("documents.unknown_clause", place=place[:80]))
    return Markup(
        '<section class="side"><h2 lang="zh-CN">{}</h2><p>{}</p><div class="clause-text" lang="zh-CN">{}</div></section>'
    ).format(told["title"], link(links.clause_of(store, name, row["clause"]), row["label"]), row["whole"])


def _versions(store: Store, before: str, after: str) -> list[Markup]:
    pair = [held.document(store, name) for name in (before, after)]
    if None in pair:
        return [empty(t("policy.unknown_document"))]
    changes = [c for c in held.compare(store, before, after) if c.kind != "same"]
    titles = " → ".join(
        marks.BRACKETED.format(d["title"], d.get("effective") or d.get("issued") or t("documents.not_stated"))
        for d in pair
        if d
    )
    said = t("documents.differ", count=len(changes)) if changes else t("documents.unchanged")
    rows = (
        (t(f"documents.{c.kind}"), _sentence(store, c.before, "del"), _sentence(store, c.after, "ins"))
        for c in changes[:_COMPARED_MAX]
    )
    headers = [t(f"documents.{name}") for name in ("change", "before", "after")]
    return [
        Markup('<p lang="zh-CN">{}</p><p>{}</p>').format(titles, said),
        table(headers, rows, t("documents.versions")),
    ]


def _sentence(store: Store, row: Row | None, tag: str) -> Markup:
    if row is None:
        return Markup("—")
    where = link(
        links.clause_of(store, row["document"], row["clause"], row["start"], row["end"]),
        row.get("label") or row["clause"],
    )
    return Markup('{} <{} lang="zh-CN">{}</{}>').format(where, Markup(tag), row["text"], Markup(tag))
