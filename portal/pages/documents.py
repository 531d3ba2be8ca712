"""文件: the documents held, with dates and status; words found in all of them; two clauses or two versions side by side."""

import streamlit as st
from markupsafe import Markup

from portal.plan import clauses as plan_clauses
from portal.plan import documents as held
from portal.publication.store import Row, Store
from portal.texts import marks
from portal.texts.interface import known, language, t
from portal.ui import clause_text, links, page_data, sentences
from portal.ui.html import chips, draw, empty, heading, join, link, outside, table

_COMPARED_MAX = 600
_FOUND_MAX = 50
# A clause is told by its first words where one is chosen.
_OPENING = 16


def page() -> None:
    """Draw the list; `q` looks in all texts, `left` and `right` (document/clause) or `before` and `after` (documents) compare; with
    `left` alone the other clause is chosen."""
    store = page_data.store()
    rows = page_data.documents(store.version, store)
    asked = st.query_params
    if asked.get("left"):
        draw(_lead(t("documents.side_by_side"), "", back=True))
        _beside(store, [r for r in rows if r["full_text"]], asked["left"], asked.get("right"))
        return
    if asked.get("before") and asked.get("after"):
        draw(_lead(t("documents.versions"), "", back=True), *_versions(store, asked["before"], asked["after"]))
        return
    draw(_lead(t("nav.documents"), t("documents.lead", count=len(rows)), back=False))
    typed = st.text_input(t("documents.search"), asked.get("q", ""), max_chars=100, key="documents_q")
    if typed.strip() != asked.get("q", ""):
        st.query_params["q"] = typed.strip()
    if typed.strip():
        draw(_found(store, typed.strip()))
    draw(_list(rows, store.manifest.site.plan))
    _chooser([r for r in rows if r["full_text"]])


def _beside(store: Store, rows: list[Row], left: str, right: str | None) -> None:
    """Two clauses, or one with a choice of the other."""
    if right:
        draw(_side_by_side(store, left, right))
        return
    titles = {r["id"]: r["title"] for r in rows}
    own = left.partition("/")[0]
    start = list(titles).index(own) if own in titles else 0
    document = st.selectbox(
        t("documents.title"), titles, index=start, format_func=titles.__getitem__, key="documents_right_document"
    )
    clauses = page_data.clauses(store.version, store, document) if document else []
    named = {c["clause"]: _told(c) for c in clauses if c["clause"] != sentences.BEFORE}
    clause = st.selectbox(t("documents.clause"), named, format_func=named.__getitem__, key="documents_right_clause")
    if document and clause:
        to = links.page("documents", left=left, right=f"{document}/{clause}")
        draw(link(to, t("documents.side_by_side"), "action"))
    draw(Markup('<div class="side-by-side">{}</div>').format(_side(store, left)))


def _told(clause: Row) -> str:
    """A clause by its label and first words, for somebody to choose."""
    text = " ".join(clause["text"].split())
    label = clause.get("label") or clause["clause"]
    return text[: _OPENING + len(label)] if text.startswith(label) else f"{label} {text[:_OPENING]}"


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
    if not said:
        return Markup(t("documents.not_stated"))
    return Markup('<span class="days">{}</span>').format(join(Markup("<span>{}</span>").format(day) for day in said))


def _status(row: Row) -> str:
    return known(f"document_status.{row['status']}", row["status"])


def _found(store: Store, words: str) -> Markup:
    """The places that hold the words: how many in which document, and the first of them."""
    counts = held.counts(store, words)
    if not counts:
        return empty(t("documents.nothing", words=words))
    titles = {r["document"]: r["title"] for r in counts}
    total = sum(r["count"] for r in counts)
    passages = held.find(store, words, limit=_FOUND_MAX)
    items = join(
        Markup('<li><span class="kind">{}</span>{}<span class="excerpt" lang="zh-CN">…{}…</span></li>').format(
            titles.get(p.document, p.document),
            link(links.clause_of(store, p.document, p.clause, p.start, p.end), p.label),
            p.excerpt,
        )
        for p in passages
    )
    note = t("documents.first", count=len(passages)) if total > len(passages) else ""
    return join(
        [
            heading(t("documents.found", count=total, words=words), 2, note),
            _by_document(store, counts, words) if len(counts) > 1 else Markup(""),
            Markup('<ul class="hits">{}</ul>').format(items),
        ]
    )


def _by_document(store: Store, counts: list[Row], words: str) -> Markup:
    """How many places each document has, leading to them."""
    plan = store.manifest.site.plan
    return chips(
        t("documents.by_document"),
        [
            (
                links.page("policy", document=None if r["document"] == plan else r["document"], q=words),
                f"{r['title']} {r['count']}",
                False,
            )
            for r in counts
        ],
    )


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
    ).format(
        told["title"],
        link(links.clause_of(store, name, row["clause"]), row["label"]),
        clause_text.plain(row["whole"]),
    )


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
        (t(f"documents.{c.kind}"), _sentence(store, c.before, "del", left), _sentence(store, c.after, "ins", right))
        for c in changes[:_COMPARED_MAX]
        for left, right in [_pieces(c)]
    )
    headers = [t(f"documents.{name}") for name in ("change", "before", "after")]
    return [
        Markup('<p lang="zh-CN">{}</p><p>{}</p>').format(titles, said),
        table(headers, rows, t("documents.versions")),
    ]


def _pieces(change: held.Change) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """What of a sentence is not in the one it stands against; all of it where there is none."""
    before, after = (row["text"] if row else "" for row in (change.before, change.after))
    return held.difference(before, after)


def _sentence(store: Store, row: Row | None, tag: str, pieces: list[tuple[str, bool]]) -> Markup:
    if row is None:
        return Markup("—")
    where = link(
        links.clause_of(store, row["document"], row["clause"], row["start"], row["end"]),
        row.get("label") or row["clause"],
    )
    told = join(
        Markup("<{}>{}</{}>").format(Markup(tag), text, Markup(tag)) if differs else Markup("{}").format(text)
        for text, differs in pieces
    )
    return Markup('{} <span lang="zh-CN">{}</span>').format(where, told)
