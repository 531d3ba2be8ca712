"""What the page about a place reads, kept by published version: a rerun costs no query."""

import streamlit as st

from portal.places import nearby
from portal.places.base_map import Drawn
from portal.places.base_map import base_map as read_base_map
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english


@st.cache_data(max_entries=4, show_spinner=False)
def all_places(version: str, _store: Store) -> list[Row]:
    """Every place, by id."""
    return with_english(_store.rows("SELECT * FROM places ORDER BY id"), phrases(_store))


@st.cache_data(max_entries=4, show_spinner=False)
def districts(version: str, _store: Store) -> list[Row]:
    """Every district with its boundary, by code."""
    rows = _store.rows("SELECT code, name, lon, lat, geometry FROM districts ORDER BY code")
    return with_english(rows, phrases(_store))


@st.cache_data(max_entries=256, show_spinner=False)
def neighbours(version: str, _store: Store, lon: float, lat: float) -> list[nearby.Neighbours]:
    """The nearest places of each kind to a point."""
    return nearby.neighbours(_store, lon, lat)


@st.cache_data(max_entries=256, show_spinner=False)
def nearest(version: str, _store: Store, lon: float, lat: float, count: int) -> list[Row]:
    """The places nearest to a point, of whatever kind."""
    return with_english(nearby.near(_store, lon, lat, nearby.RADIUS_MAX_M, limit=count).places, phrases(_store))


@st.cache_data(max_entries=64, show_spinner=False)
def base_map(version: str, _store: Store, middle: tuple[float, float] | None, view_km: float | None) -> list[Drawn]:
    """What the map draws below everything in a view."""
    return read_base_map(_store, middle, view_km)
