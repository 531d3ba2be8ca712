"""What a search finds beside the targets that hold its words: where things are first, and what comes close where nothing is."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from portal.plan.rows import ProgressRow
from portal.publication.store import Store
from portal.search.literal import Hit
from portal.texts.interface import either, known, t
from portal.ui import links, page_data
from portal.ui.html import empty, heading, join, link


@dataclass(frozen=True)
class Results:
    """What was found.

    Attributes:
        query: the words.
        places: places of that name or on that road.
        others: clauses, projects, articles and datasets.
        targets: for words that no target holds: those of the clauses that do, or those that come close.
        close: nothing holds the words as they stand; this comes close in meaning.
    """

    query: str
    places: list[Hit]
    others: list[Hit]
    targets: list[ProgressRow]
    close: bool = False


def look(store: Store, query: str, rows: list[ProgressRow], shown: list[ProgressRow]) -> Results:
    """Look for the words everywhere.

    Args:
        store: the version.
        query: the words.
        rows: every target.
        shown: those that hold the words.
    """
    hits = page_data.found(store.version, store, query)
    if hits or shown:
        clauses = {hit.clause for hit in hits if hit.clause}
        targets = [] if shown else [row for row in rows if row["clause"] in clauses]
        return Results(query, *_parted(hits), targets)
    ids, hits = page_data.similar(store.version, store, query)
    return Results(query, *_parted(hits), [row for row in rows if row["id"] in ids], close=True)


def where(found: Results) -> Markup:
    """The places found, each with what it is and where."""
    if not found.places or found.close:
        return Markup("")
    return heading(t("overview.where"), 2) + _hits(found.places)


def instead(found: Results, drawn: Callable[[list[ProgressRow]], Markup]) -> Markup:
    """What stands where no target holds the words.

    Args:
        found: what the search found.
        drawn: draws targets.
    """
    if found.targets:
        told = t("overview.close" if found.close else "overview.of_clauses", query=found.query)
        return Markup('<p class="section-note">{}</p>').format(told) + drawn(found.targets)
    if (found.places or found.others) and not found.close:
        return Markup('<p class="section-note">{}</p>').format(t("overview.no_target", query=found.query))
    return empty(t("overview.none"), links.page(), t("overview.reset"))


def elsewhere(found: Results, first: bool = False) -> Markup:
    """What else holds the words, or comes close to them."""
    hits = [*found.places, *found.others] if found.close else found.others
    if not hits:
        return Markup("")
    title = "close_by" if found.close else "told" if first else "elsewhere"
    return heading(t(f"overview.{title}"), 2) + _hits(hits)


def _parted(hits: list[Hit]) -> tuple[list[Hit], list[Hit]]:
    return [h for h in hits if h.kind == "place"], [h for h in hits if h.kind != "place"]


def _hits(hits: list[Hit]) -> Markup:
    return Markup('<ul class="hits">{}</ul>').format(join(_hit(hit) for hit in hits))


def _hit(hit: Hit) -> Markup:
    kind = known(f"place_kind.{hit.place_kind}", hit.place_kind) if hit.place_kind else t(f"hit.{hit.kind}")
    told = either(hit, "excerpt")
    if not hit.positioned:
        told = t("list.comma").join(part for part in (told, t("overview.no_position")) if part)
    return Markup('<li><span class="kind">{}</span>{}<span class="excerpt">{}</span></li>').format(
        kind, link(links.localized(hit.url), either(hit, "title")), told
    )
