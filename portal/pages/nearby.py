"""身边: what lies within a walk of where somebody is, how far, how surely, and what the plan promised about it."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup, escape

from portal.datasets.row_query import BadParameterError
from portal.places import districts, origins, promises, walking
from portal.places.nearby import Neighbours
from portal.places.origins import Spot
from portal.publication.store import Row, Store
from portal.publication.translations import phrases
from portal.texts.interface import either, known, language, t
from portal.texts.numbers import brief, number, rounded
from portal.ui import assets, coverage, links, page_data, place_data, sentences, shell
from portal.ui.html import actions, badge, chips, draw, empty, heading, join, link, outside, table, to_file
from portal.ui.map import city_map, credit, show

_VIEWS_KM = {"near": 1.4, "far": 6.0, "city": None}
_ROUGHLY_M = 100
_TABLE_ROWS = 60
_WALK_SHOWN_MIN = 60


def page() -> None:
    """Draw what is near the place (`place`) or the point (`lon`, `lat`) in the address; `view` is how much the map shows."""
    store = page_data.store()
    assets.add("nearby")
    origin = _origin(store)
    if isinstance(origin, Spot):
        _around(store, origin)
        return
    draw(_lead(t("nearby.title"), "" if origin else t("nearby.lead")), empty(origin) if origin else Markup(""))
    _chooser(store)
    _map(store, None, ())
    draw(_held_in_city(store), coverage.section(store))


def _lead(title: str, *lines: str) -> Markup:
    below = join(Markup("<p>{}</p>").format(line) for line in lines if line)
    return Markup('<div class="lead" id="p-main"><h1>{}</h1>{}</div>').format(title, below)


def _origin(store: Store) -> Spot | str | None:
    """Where to look from, or a sentence why the address names no such place."""
    wanted = st.query_params.get("place")
    try:
        point = origins.parse_point(st.query_params.get("lon"), st.query_params.get("lat"))
    except BadParameterError as error:
        return error.told()
    named = origins.spot(store, wanted) if wanted else None
    if point is None:
        return t("nearby.unknown", id=wanted) if wanted and named is None else named
    return Spot("", t("nearby.point", lon=number(point[0]), lat=number(point[1])), "point", *point, "", "")


def _chooser(store: Store) -> None:
    """A place by name, or the browser's position."""
    spots = origins.spots(store)
    labels = {s.id: _label(s) for s in spots}

    def chosen() -> None:
        wanted = st.session_state.get("origin")
        st.session_state["origin"] = None
        if wanted:
            for name in ("lon", "lat"):
                st.query_params.pop(name, None)
            st.query_params["place"] = wanted

    st.selectbox(
        t("nearby.search"),
        list(labels),
        index=None,
        format_func=lambda spot_id: labels.get(spot_id, spot_id),
        key="origin",
        placeholder=t("nearby.search_hint"),
        on_change=chosen,
        filter_mode="contains",
    )
    draw(
        Markup(
            '<div class="locate"><button type="button" class="action" data-locate data-asking="{}" data-denied="{}"'
            ' data-unavailable="{}" data-insecure="{}">{}</button><span>{}</span><span role="status"></span></div>'
        ).format(
            t("nearby.asking"),
            t("nearby.denied"),
            t("nearby.unavailable"),
            t("nearby.insecure"),
            t("nearby.locate"),
            Markup('<span class="section-note">{}</span>').format(t("nearby.privacy")),
        )
    )


def _label(spot: Spot) -> str:
    """What a spot is chosen by: its name and sort, its initials for those who type letters."""
    return f"{spot.name}{t('list.dot')}{known(f'place_kind.{spot.kind}', spot.kind)}{t('list.dot')}{spot.initials}"


def _around(store: Store, origin: Spot) -> None:
    district = districts.district_at(store, origin.lon, origin.lat)
    site = store.manifest.site
    name = sentences.named({"name": origin.name, "name_en": phrases(store).get(origin.name)})
    shell.name_page(t("nearby.from", name=name), site)
    note = ""
    if origin.stands_for:
        note = t("nearby.seat_of_street", name=origin.name, district=origin.stands_for)
    elif origin.kind == "district":
        note = t("nearby.seat", name=origin.name)
    draw(_lead(t("nearby.from", name=name), either(district, "name") if district else "", note))
    _chooser(store)
    if district is None:
        city = site.city_en if language() == "en" else site.city
        draw(empty(t("nearby.outside", city=city), links.page("nearby"), t("nearby.choose")))
        return
    found = place_data.neighbours(store.version, store, origin.lon, origin.lat)
    found = promises.in_order_of_plan(found, store.manifest.vocabulary)
    rings = [(t("nearby.ring", minutes=m), walking.reach_m(m)) for m in walking.MINUTES]
    others = [p for p in (_first_but(origin, n) for n in found) if p]
    draw(_within(others), _nearest_of_each(others))
    _map(store, origin, rings)
    draw(
        _held(district, districts.held(store, district["code"])),
        actions(
            [
                to_file(
                    links.page("report.pdf", district=district["name"]),
                    t("report.download_district", district=either(district, "name")),
                )
            ]
        ),
        heading(t("nearby.nearest"), 2, t("nearby.measured", kmh=walking.WALK_KMH, detour=walking.DETOUR)),
        *(_kind(store, n, origin) for n in found),
        _promises(store, [n.kind for n in found]),
        coverage.section(store, district["code"]),
        Markup('<p class="section-note">{}</p>').format(t("nearby.incomplete")),
    )


def _first_but(origin: Spot, near: Neighbours) -> Row | None:
    """The nearest place of a kind that is not where one sets out from."""
    return next((p for p in near.places if p["id"] != origin.id), None)


def _within(nearest: list[Row]) -> Markup:
    """Which kinds lie within the longest walk, or plainly that nothing is known there."""
    reach = walking.reach_m(walking.MINUTES[-1])
    names = [known(f"place_kind.{p['kind']}", p["kind"]) for p in nearest if p["distance_m"] <= reach]
    minutes, metres = walking.MINUTES[-1], round(reach / 10) * 10
    said = t("nearby.nothing", minutes=minutes, metres=number(metres))
    if names:
        said = t("nearby.within", minutes=minutes, metres=number(metres), kinds=t("list.separator").join(names))
    return Markup('<p class="softer"><b>{}</b></p>').format(said)


def _nearest_of_each(nearest: list[Row]) -> Markup:
    """The nearest place of each kind in one line."""
    items = join(
        Markup('<li><span class="near-kind">{}</span>{}<span class="near-far">{}</span></li>').format(
            known(f"place_kind.{p['kind']}", p["kind"]),
            link(links.page("nearby", place=p["id"]), sentences.named(p)),
            _distance(p["distance_m"], _rough(p)),
        )
        for p in nearest
    )
    return Markup('<ul class="nearest near-first" aria-label="{}">{}</ul>').format(t("nearby.first"), items)


def _held(district: Row, held: districts.Held) -> Markup:
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


def _kind(store: Store, near: Neighbours, origin: Spot) -> Markup:
    name = known(f"place_kind.{near.kind}", near.kind)
    note = t("nearby.of_kind", count=number(near.total), without=number(near.without_position))
    if not near.places:
        return heading(name, 3, note) + Markup("<p>{}</p>").format(t("nearby.no_position"))
    sources = page_data.sources(store.version, store)
    items = join(_place(p, sources, origin) for p in near.places)
    return heading(name, 3, note) + Markup('<ul class="nearest">{}</ul>').format(items)


def _place(row: Row, sources: Mapping[str, Row], origin: Spot) -> Markup:
    here = row["id"] == origin.id
    rough = _rough(row)
    walk = "" if rough or row["minutes"] > _WALK_SHOWN_MIN else t("nearby.minutes", minutes=row["minutes"])
    facts = [
        row["address"] or "",
        t("nearby.area", area=brief(row["area_m2"])) if row["area_m2"] is not None else "",
        t("nearby.capacity", count=number(row["capacity"])) if row["capacity"] is not None else "",
        t("nearby.opened", when=row["opened"]) if row["opened"] else "",
        either(row, "lines").replace("|", t("list.separator")),
        either(row, "note"),
        _basis(row["position_basis"]),
    ]
    told = [s for s in (row["source"], *(row["also_sources"] or "").split("|")) if s]
    named = join((_source(sources.get(s, {"id": s})) for s in told), t("list.separator"))
    as_of = t("nearby.as_of", date=row["as_of"]) if row["as_of"] else ""
    return Markup(
        '<li class="near"><span class="near-name">{}</span><span class="near-distance">{} <span class="near-walk">{}</span>'
        '</span><p class="near-facts">{}</p><p class="near-facts">{} {} {}</p></li>'
    ).format(
        sentences.named(row) if here else link(links.page("nearby", place=row["id"]), sentences.named(row)),
        t("nearby.here") if here else _distance(row["distance_m"], rough),
        "" if here else walk,
        join((escape(f) for f in facts if f), t("list.dot")),
        t("nearby.source"),
        named,
        as_of,
    )


def _source(source: Row) -> Markup:
    return outside(source.get("url"), source.get("title") or source.get("publisher") or source["id"])


def _basis(basis: str) -> str:
    """How exact a position is, in words."""
    sort, _, detail = basis.partition(":")
    return t(f"basis.{sort}", what=detail) if detail and sort == "near" else t(f"basis.{sort}_given", what=detail)


def _rough(row: Row) -> bool:
    """Whether a place's position is only that of a landmark nearby."""
    return row["position_basis"].startswith("near:")


def _distance(metres: float, rough: bool = False) -> str:
    """A distance to ten metres, to a hundred from a kilometre on or where the position is only a landmark's."""
    step = _ROUGHLY_M if rough else 10
    near = max(step, round(metres / step) * step)
    far = number(rounded(metres / 1_000, 1))
    shown = t("nearby.metres", count=number(near)) if near < 1_000 else t("nearby.kilometres", count=far)
    return t("nearby.roughly", distance=shown) if rough else shown


def _promises(store: Store, kinds: list[str]) -> Markup:
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


def _map(store: Store, origin: Spot | None, rings: list[tuple[str, float]] | tuple[()]) -> None:
    """The map, its credits, and the same as a table for those who cannot see it."""
    places = place_data.all_places(store.version, store)
    wanted = st.query_params.get("view")
    views = ("near", "far", "city") if origin else ("places", "city")
    view = next((v for v in views if v == wanted), views[0])
    at = (origin.lon, origin.lat) if origin else None
    view_km = _VIEWS_KM.get(view)
    base = place_data.base_map(store.version, store, at if view_km else None, view_km)
    districts = place_data.districts(store.version, store)
    option = city_map(districts, places, at, rings, view_km, to_marks=view == "places", base=base)
    draw(chips(t("nearby.view"), [(_address(view=name), t(f"nearby.view_{name}"), name == view) for name in views]))
    placed = [p for p in places if p["lon"] is not None]
    alt = t("nearby.map_alt", count=len(placed), name=origin.name if origin else t("nearby.whole_city"))
    show(option, alt, (store.version, view, at))
    draw(
        Markup('<p class="section-note">{}</p>').format(t("nearby.press")),
        credit(store, {p["source"] for p in placed} | ({"osm"} if base else set()), t("nearby.schematic")),
        _twin(store, placed, at),
    )


def _address(view: str) -> str:
    """The same place with another view of the map."""
    kept = {name: st.query_params.get(name) for name in ("place", "lon", "lat")}
    return links.page("nearby", place=kept["place"], lon=kept["lon"], lat=kept["lat"], view=view)


def _twin(store: Store, placed: list[Row], at: tuple[float, float] | None) -> Markup:
    """What the map shows, as a table: nearest first where there is an origin."""
    rows = placed
    headers = [t("column.title"), t("nearby.kind"), t("nearby.district"), t("nearby.position")]
    if at:
        rows = place_data.nearest(store.version, store, at[0], at[1], _TABLE_ROWS)
        headers.insert(2, t("nearby.distance"))
    names = {d["code"]: either(d, "name") for d in place_data.districts(store.version, store)}
    body = []
    for row in rows[:_TABLE_ROWS]:
        cells = [
            link(links.page("nearby", place=row["id"]), sentences.named(row)),
            known(f"place_kind.{row['kind']}", row["kind"]),
            names.get(row["district"] or "", ""),
            _basis(row["position_basis"]),
        ]
        if at:
            cells.insert(2, _distance(row["distance_m"], _rough(row)))
        body.append(cells)
    shown = t("nearby.as_table", shown=len(body), count=len(placed))
    return Markup("<details><summary>{}</summary>{}</details>").format(
        shown, table(headers, body, t("nearby.table_caption"))
    )


def _held_in_city(store: Store) -> Markup:
    rows = place_data.all_places(store.version, store)
    counts: dict[str, list[int]] = {}
    for row in rows:
        count = counts.setdefault(row["kind"], [0, 0])
        count[0] += 1
        count[1] += row["lon"] is None
    body = [
        [known(f"place_kind.{kind}", kind), str(count), str(without)]
        for kind, (count, without) in sorted(counts.items())
    ]
    headers = [t("nearby.kind"), t("nearby.count"), t("nearby.without")]
    return (
        heading(t("nearby.known"), 2, t("nearby.incomplete"))
        + table(headers, body, t("nearby.known"))
        + Markup('<p class="actions">{}</p>').format(
            link(links.page("data", dataset="places"), t("nearby.data"), "action")
        )
    )
