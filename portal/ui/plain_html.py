"""A page's essential text as plain HTML: for readers without scripts, for search engines and for the previews of links."""

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from markupsafe import Markup

from portal.plan import progress
from portal.plan.clauses import clauses, targets
from portal.plan.rows import PlacedClauseRow, ProgressRow
from portal.publication.guide import articles
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Store
from portal.texts.interface import either, language, t
from portal.ui import links, sentences
from portal.ui.html import join, link

_NAMED_BY = {"indicator": ("id",), "policy": ("document", "clause"), "data": ("dataset",), "about": ("article",)}
_PAGES = ("", "policy", "projects", "nearby", "compare", "data", "gaps", "years", "about")
_FILES = ("csv", "xlsx", "json", "parquet")
_SUMMARY = 160


@dataclass(frozen=True)
class Plain:
    """What a page says at its address.

    Attributes:
        title: of what it shows.
        summary: a sentence or two, for search results and previews.
        body: headings, paragraphs, lists and links.
        named: the parameters of the address that say what it shows; its other parameters only say how.
        picture: the path of a picture of it; empty where there is none.
    """

    title: str
    summary: str
    body: Markup
    named: tuple[tuple[str, str], ...] = ()
    picture: str = ""


_kept: WeakKeyDictionary[Store, dict[tuple[object, ...], Plain]] = WeakKeyDictionary()


def plain(store: Store, path: str, asked: Mapping[str, str]) -> Plain:
    """A page's essential text in the language of this run; of a thing that is not there, the page's own title.

    Args:
        store: the published version.
        path: the page's url path.
        asked: the parameters of its address.
    """
    named = tuple((name, asked[name]) for name in _NAMED_BY.get(path, ()) if asked.get(name))
    kept = _kept.setdefault(store, {})
    key: tuple[object, ...] = (language(), path, named)
    if key in kept:
        return kept[key]
    drawn = _DRAWN[path](store, dict(named)) if path in _DRAWN else None
    if drawn is None:
        # Kept once for all that is not there: anybody can name that.
        key, drawn = (language(), path), kept.get((language(), path)) or _any(store, path)
    return kept.setdefault(key, drawn)


def _any(store: Store, path: str) -> Plain:
    """A page that is known by its name alone."""
    site = store.manifest.site
    plan = site.plan_short_en if language() == "en" else site.plan_short
    title = t(f"nav.{path or 'overview'}")
    summary = t("site.summary", plan=plan)
    return Plain(title, summary, _page(title, Markup("<p>{}</p>").format(summary)), picture=_picture(store))


def _overview(store: Store, _: dict[str, str]) -> Plain:
    site, rows = store.manifest.site, progress.progress(store)
    plan = site.plan_short_en if language() == "en" else site.plan_short
    title = t("overview.title", plan=plan, count=len(rows))
    counts = [t(f"news.{name}", count=count) for name, count in progress.counts(rows).items() if count]
    told = t("news.all", total=len(rows), told=t("list.comma").join(counts))
    sections = (
        Markup("<h2>{}</h2><ul>{}</ul>").format(either(group[0], "theme"), join(_line(row) for row in group))
        for group in progress.by_theme(rows).values()
    )
    body = _page(title, Markup("<p>{}</p>").format(told) + join(sections))
    return Plain(title, told, body, picture=_picture(store))


def _indicator(store: Store, named: dict[str, str]) -> Plain | None:
    row = progress.indicator(store, named.get("id", ""))
    if row is None:
        return None
    seen = progress.observations(store, row["id"])
    results = [o for o in seen if o["kind"] == FigureKind.ACTUAL and o["comparable"]]
    figures = join(
        Markup("<li>{}: {} ({})</li>").format(
            either(o, "period"), sentences.value(o), o["publisher"] or o["source_title"] or o["source"]
        )
        for o in reversed(results)
    )
    verdict = t(f"status.{row['status']}") + t("list.colon") + sentences.verdict(row)
    where = link(
        links.clause(row["clause"], row["quote_start"], row["quote_end"]), sentences.clause_name(row["clause"])
    )
    body = Markup("<p><b>{}</b></p><p>{}</p><p>{}</p><blockquote>{} {}</blockquote>{}").format(
        verdict,
        sentences.besides(row),
        sentences.caveat(row),
        row["quote"],
        where,
        Markup("<h2>{}</h2><ul>{}</ul>").format(t("indicator.results"), figures) if results else "",
    )
    name = either(row, "name")
    picture = links.page(f"chart/{row['id']}.png") if _drawable(row) else ""
    return Plain(name, _short(verdict), _page(name, body), (("id", row["id"]),), picture)


def _policy(store: Store, named: dict[str, str]) -> Plain | None:
    plan = store.manifest.site.plan
    document = next((d for d in store.manifest.documents if d["id"] == named.get("document", plan)), None)
    held = clauses(store, document["id"]) if document else []
    if document is None or not held:
        return None
    title = str((language() == "en" and document.get("title_en")) or document["title"])
    if "clause" in named:
        return _clause(store, named, title, next((c for c in held if c["clause"] == named["clause"]), None))
    of = None if document["id"] == plan else document["id"]
    items = (
        Markup("<li>{}</li>").format(
            link(
                links.clause(c["clause"], document=of),
                f"{sentences.clause_number(c['clause'])} {sentences.clause_title(c)}",
            )
        )
        for c in held
    )
    body = _page(title, Markup("<ul>{}</ul>").format(join(items)))
    known = (("document", str(of)),) if of else ()
    return Plain(title, t("policy.lead", count=len(held)), body, known, _picture(store))


def _clause(store: Store, named: dict[str, str], document: str, clause: PlacedClauseRow | None) -> Plain | None:
    if clause is None:
        return None
    title = f"{document} {sentences.clause_number(clause['clause'])} {sentences.clause_title(clause)}"
    of_document = [r for r in progress.progress(store) if r["document"] == clause["document"]]
    stated = join(_line(row) for row in targets(of_document).get(clause["clause"], []))
    body = Markup('<p lang="zh-CN">{}</p><ul>{}</ul>').format(clause["text"], stated)
    told = _short(" ".join(clause["text"].split()))
    return Plain(title, told, _page(title, body), tuple(named.items()), _picture(store))


def _data(store: Store, named: dict[str, str]) -> Plain | None:
    known = {d.id: d for d in store.manifest.datasets}
    if "dataset" not in named:
        items = (
            Markup("<li>{} {}</li>").format(
                link(links.page("data", dataset=d.id), either(d, "title")), either(d, "summary")
            )
            for d in known.values()
        )
        title = t("nav.data")
        return Plain(
            title, t("site.data"), _page(title, Markup("<ul>{}</ul>").format(join(items))), (), _picture(store)
        )
    dataset = known.get(named["dataset"])
    if dataset is None:
        return None
    files = join(
        (link(links.download(dataset.id, extension), t(f"download.{extension}")) for extension in _FILES), Markup(" · ")
    )
    title, summary = either(dataset, "title"), either(dataset, "summary")
    body = Markup("<p>{}</p><p>{} · {} · {}</p><p>{}</p>").format(
        summary, dataset.provider, dataset.license, dataset.updated.isoformat(), files
    )
    return Plain(title, _short(summary), _page(title, body), tuple(named.items()), _picture(store))


def _about(store: Store, named: dict[str, str]) -> Plain | None:
    told = articles(store)
    spoken = language()
    if "article" not in named:
        items = (Markup("<li>{}</li>").format(link(links.page("about", article=a.id), a.title[spoken])) for a in told)
        title = t("nav.about")
        return Plain(
            title, t("guide.lead"), _page(title, Markup("<ul>{}</ul>").format(join(items))), (), _picture(store)
        )
    article = next((a for a in told if a.id == named["article"]), None)
    if article is None:
        return None
    title, paragraphs = article.title[spoken], article.paragraphs[spoken]
    body = join(Markup("<p>{}</p>").format(p) for p in paragraphs)
    return Plain(title, _short(paragraphs[0]), _page(title, body), tuple(named.items()), _picture(store))


_DRAWN = {"": _overview, "indicator": _indicator, "policy": _policy, "data": _data, "about": _about}


def _page(title: str, body: Markup) -> Markup:
    """A heading, the text, and the ways on."""
    ways = join((link(links.page(path), t(f"nav.{path or 'overview'}")) for path in _PAGES), Markup(" · "))
    return Markup("<main><h1>{}</h1>{}<nav>{}</nav></main>").format(title, body, ways)


def _line(row: ProgressRow) -> Markup:
    return Markup("<li>{} {}{}{}</li>").format(
        link(links.page("indicator", id=row["id"]), either(row, "name")),
        either(row, "target_text"),
        t("list.colon"),
        t(f"status.{row['status']}"),
    )


def _picture(store: Store) -> str:
    """A picture that stands for the plan: the chart of a target, of one that was missed where there is one."""
    drawn = sorted(
        (r for r in progress.progress(store) if _drawable(r)), key=lambda r: r["status"] != TargetStatus.NOT_MET
    )
    return links.page(f"chart/{drawn[0]['id']}.png") if drawn else ""


def _drawable(row: ProgressRow) -> bool:
    return row["target"] is not None and row["latest_value"] is not None


def _short(text: str) -> str:
    return text if len(text) <= _SUMMARY else f"{text[: _SUMMARY - 1]}…"
