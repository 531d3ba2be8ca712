"""What lies near a place, by kind: the nearest of each, every place with its distance and source, and what was promised of them."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.places import distance, districts, promises, walking
from portal.places.nearby import Neighbours
from portal.places.origins import Spot
from portal.publication.store import Row, Store
from portal.texts.interface import either, known, t
from portal.texts.numbers import brief, number, rounded
from portal.ui import contributing, links, page_data, sentences
from portal.ui.html import badge, heading, join, link, outside

_WALK_SHOWN_MIN = 60


def within_walk(nearest: list[Row]) -> Markup:
    """Which kinds lie within the longest walk, or plainly that nothing is known there."""
    reach = walking.reach_m(walking.MINUTES[-1])
    names = [known(f"place_kind.{p['kind']}", p["kind"]) for p in nearest if p["distance_m"] <= reach]
    minutes, metres = walking.MINUTES[-1], round(reach / 10) * 10
    said = t("nearby.nothing", minutes=minutes, metres=number(metres))
    if names:
        said = t("nearby.within", minutes=minutes, metres=number(metres), kinds=t("list.separator").join(names))
    return Markup('<p class="softer"><b>{}</b></p>').format(said)


def nearest_of_each(nearest: list[Row], origin: Spot) -> Markup:
    """The nearest place of each kind in one line."""
    items = join(
        Markup('<li><span class="near-kind">{}</span>{}<span class="near-far">{}</span></li>').format(
            known(f"place_kind.{p['kind']}", p["kind"]),
            link(links.page("nearby", place=p["id"]), sentences.named(p)),
            distance_said(p, origin),
        )
        for p in nearest
    )
    return Markup('<ul class="nearest near-first" aria-label="{}">{}</ul>').format(t("nearby.first"), items)


def held_in_district(district: Row, held: districts.Held) -> Markup:
    """What the data hold of the district at all, and of which years."""
    said = t("nearby.held_none", district=either(district, "name"))
    if held.total:
        said = t(
            "nearby.held",
            district=either(district, "name"),
            count=number(held.total),
            without=number(held.without_position),
        )
    years = str(held.first_year or "")
    if held.last_year != held.first_year:
        years = f"{held.first_year}–{held.last_year}"
    return Markup('<p class="softer">{} {}</p>').format(said, t("nearby.held_years", years=years) if years else "")


def places_of_kind(store: Store, near: Neighbours, origin: Spot) -> Markup:
    """The nearest places of a kind, each with its distance."""
    name = known(f"place_kind.{near.kind}", near.kind)
    note = t("nearby.of_kind", count=number(near.total), without=number(near.without_position))
    if not near.places:
        return heading(name, 3, note) + Markup("<p>{}</p>").format(t("nearby.no_position"))
    sources = page_data.sources(store.version, store)
    items = join(_place(p, sources, origin) for p in near.places)
    return heading(name, 3, note) + Markup('<ul class="nearest">{}</ul>').format(items)


def _place(row: Row, sources: Mapping[str, Row], origin: Spot) -> Markup:
    here = row["id"] == origin.id
    walk = (
        "" if is_rough(row, origin) or row["minutes"] > _WALK_SHOWN_MIN else t("nearby.minutes", minutes=row["minutes"])
    )
    facts = [
        row["address"] or "",
        t("nearby.area", area=brief(row["area_m2"])) if row["area_m2"] is not None else "",
        t("nearby.capacity", count=number(row["capacity"])) if row["capacity"] is not None else "",
        t("nearby.opened", when=row["opened"]) if row["opened"] else "",
        either(row, "lines").replace("|", t("list.separator")),
        either(row, "note"),
        basis_said(row["position_basis"]),
    ]
    told = [s for s in (row["source"], *(row["also_sources"] or "").split("|")) if s]
    named = join((_source(sources.get(s, {"id": s})) for s in told), t("list.separator"))
    as_of = t("nearby.as_of", date=row["as_of"]) if row["as_of"] else ""
    return Markup(
        '<li class="near"><span class="near-name">{}</span><span class="near-distance">{} <span class="near-walk">{}</span>'
        '</span><p class="near-facts">{}</p><p class="near-facts">{} {} {} {}</p></li>'
    ).format(
        sentences.named(row) if here else link(links.page("nearby", place=row["id"]), sentences.named(row)),
        t("nearby.here") if here else distance_said(row, origin),
        "" if here else walk,
        join((escape(f) for f in facts if f), t("list.dot")),
        t("nearby.source"),
        named,
        as_of,
        join(contributing.offers(ContributionSubject.PLACE, row["id"], Kind.CORRECTION, css="")),
    )


def _source(source: Row) -> Markup:
    return outside(source.get("url"), source.get("title") or source.get("publisher") or source["id"])


def basis_said(basis: str) -> str:
    """How exact a position is, in words."""
    sort, _, detail = basis.partition(":")
    return t(f"basis.{sort}", what=detail) if detail and sort == "near" else t(f"basis.{sort}_given", what=detail)


def is_rough(row: Row, origin: Spot) -> bool:
    """Whether the position of a place, or of where one sets out from, is only that of a landmark nearby."""
    return distance.is_borrowed(row) or origin.borrowed


def distance_said(row: Row, origin: Spot) -> str:
    """How far a place is from where one sets out, as far as that may be told (`portal.places.distance`)."""
    told = distance.told(row["distance_m"], is_rough(row, origin))
    if told.value is None:
        return t("nearby.beside")
    if told.unit == "m":
        shown = t("nearby.metres", count=number(told.value))
    else:
        shown = t("nearby.kilometres", count=number(rounded(told.value, 1)))
    return t("nearby.roughly", distance=shown) if told.rough else shown


def promised(store: Store, kinds: list[str]) -> Markup:
    """What the plan promises of these kinds of place."""
    rows = promises.concerning(page_data.targets(store.version, store), store.manifest.vocabulary, kinds)
    if not rows:
        return Markup("")
    items = join(
        Markup("<li><span>{}{}{}</span>{}</li>").format(
            link(links.page("indicator", id=r["id"]), either(r, "name")),
            t("list.dot"),
            t("overview.goal", target=either(r, "target_text")),
            badge(r["status"]),
        )
        for r in rows
    )
    return heading(t("nearby.promises"), 2) + Markup('<ul class="plain">{}</ul>').format(items)
