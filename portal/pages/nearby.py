"""身边: what lies within a walk of where somebody is, how far, how surely, and what the plan promised about it."""

import streamlit as st
from markupsafe import Markup

from portal.datasets.row_parameters import BadParameterError
from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.pages.nearby_kinds import (
    basis_said,
    distance_said,
    held_in_district,
    nearest_of_each,
    places_of_kind,
    promised,
    within_walk,
)
from portal.places import districts, origins, promises, walking
from portal.places.nearby import Neighbours
from portal.places.origins import Spot
from portal.publication.store import Row, Store
from portal.publication.translations import phrases
from portal.texts.interface import either, known, language, t
from portal.texts.numbers import number
from portal.ui import assets, contributing, coverage, links, page_data, place_data, sentences, shell
from portal.ui.html import actions, chips, draw, empty, heading, join, link, table, to_file
from portal.ui.map import city_map, credit, show

_VIEWS_KM = {"near": 1.4, "far": 6.0, "city": None}
_TABLE_ROWS = 60


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
    draw(within_walk(others), nearest_of_each(others, origin))
    _map(store, origin, rings)
    draw(
        held_in_district(district, districts.held(store, district["code"])),
        actions(
            [
                to_file(
                    links.page("report.pdf", district=district["name"]),
                    t("report.download_district", district=either(district, "name")),
                ),
                *contributing.offers(ContributionSubject.PORTAL, "", Kind.PLACE),
            ]
        ),
        heading(t("nearby.nearest"), 2, t("nearby.measured", kmh=walking.WALK_KMH, detour=walking.DETOUR)),
        *(places_of_kind(store, n, origin) for n in found),
        promised(store, [n.kind for n in found]),
        coverage.section(store, district["code"]),
        Markup('<p class="section-note">{}</p>').format(t("nearby.incomplete")),
    )


def _first_but(origin: Spot, near: Neighbours) -> Row | None:
    """The nearest place of a kind that is not where one sets out from."""
    return next((p for p in near.places if p["id"] != origin.id), None)


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
        _twin(store, placed, origin),
    )


def _address(view: str) -> str:
    """The same place with another view of the map."""
    kept = {name: st.query_params.get(name) for name in ("place", "lon", "lat")}
    return links.page("nearby", place=kept["place"], lon=kept["lon"], lat=kept["lat"], view=view)


def _twin(store: Store, placed: list[Row], origin: Spot | None) -> Markup:
    """What the map shows, as a table: nearest first where there is an origin."""
    rows = placed
    headers = [t("column.title"), t("nearby.kind"), t("nearby.district"), t("nearby.position")]
    if origin:
        rows = place_data.nearest(store.version, store, origin.lon, origin.lat, _TABLE_ROWS)
        headers.insert(2, t("nearby.distance"))
    names = {d["code"]: either(d, "name") for d in place_data.districts(store.version, store)}
    body = []
    for row in rows[:_TABLE_ROWS]:
        cells = [
            link(links.page("nearby", place=row["id"]), sentences.named(row)),
            known(f"place_kind.{row['kind']}", row["kind"]),
            names.get(row["district"] or "", ""),
            basis_said(row["position_basis"]),
        ]
        if origin:
            cells.insert(2, t("nearby.here") if row["id"] == origin.id else distance_said(row, origin))
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
