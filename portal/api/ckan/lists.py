"""What datasets are sorted under: organizations, groups, tags and licences."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.api.ckan.found import NotFoundError, asked
from portal.api.ckan.packages import group, organization, package, tag
from portal.api.ckan.parameters import InvalidError, Parameters, flag, listed, whole_number
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.store import Store
from portal.texts.errors import sentence

_MOST = 1000


def organizations(store: Store, given: Parameters) -> list[Any]:
    """Who provides datasets: names, or everything with `all_fields`."""
    return _list(given, "organizations", _organizations(store))


def groups(store: Store, given: Parameters) -> list[Any]:
    """The themes of datasets: names, or everything with `all_fields`."""
    return _list(given, "groups", _groups(store))


def show_organization(store: Store, given: Parameters, base: str) -> JsonObject:
    """Who provides datasets, with the datasets where `include_datasets` asks for them."""
    return _show(store, given, base, _organizations(store), lambda d: d.provider)


def show_group(store: Store, given: Parameters, base: str) -> JsonObject:
    """A theme, with its datasets where `include_datasets` asks for them."""
    return _show(store, given, base, _groups(store), lambda d: d.theme)


def tags(store: Store, given: Parameters) -> list[Any]:
    """The keywords of datasets, narrowed by `query`: names, or everything with `all_fields`."""
    wanted = str(given.get("query") or "").lower()
    names = sorted({k for d in store.manifest.datasets for k in d.keywords if wanted in k.lower()})
    return [tag(store.manifest.site, n) for n in names] if flag(given, "all_fields", False) else names


def show_tag(store: Store, given: Parameters, base: str) -> JsonObject:
    """A keyword, with its datasets where `include_datasets` asks for them."""
    wanted, site = asked(given, "id"), store.manifest.site
    names = sorted({k for d in store.manifest.datasets for k in d.keywords})
    described = next((t for t in (tag(site, n) for n in names) if wanted in {t["id"], t["name"]}), None)
    if described is None:
        raise NotFoundError(sentence("ckan.thing", name=wanted[:80], known=names))
    if flag(given, "include_datasets", False):
        own = (d for d in store.manifest.datasets if described["name"] in d.keywords)
        described["packages"] = [package(store, d, base) for d in own]
    return described


def licences(store: Store) -> list[JsonObject]:
    """The licences of the datasets, each with its address."""
    addresses = {d.license: d.license_url for d in store.manifest.datasets}
    return [{"id": name, "title": name, "url": url, "status": "active"} for name, url in sorted(addresses.items())]


def _organizations(store: Store) -> list[JsonObject]:
    providers = dict.fromkeys(d.provider for d in store.manifest.datasets)
    return [organization(store, p) | _counted(d for d in store.manifest.datasets if d.provider == p) for p in providers]


def _groups(store: Store) -> list[JsonObject]:
    site, datasets = store.manifest.site, store.manifest.datasets
    themes = dict.fromkeys(d.theme for d in datasets)
    kind = {"type": "group", "is_organization": False, "approval_status": "approved", "state": "active"}
    return [group(site, t) | kind | _counted(d for d in datasets if d.theme == t) for t in themes]


def _counted(datasets: Iterable[Dataset]) -> JsonObject:
    return {"package_count": len(list(datasets)), "num_followers": 0}


def _list(given: Parameters, chosen: str, things: list[JsonObject]) -> list[Any]:
    if wanted := listed(given, chosen):
        things = [t for t in things if {t["name"], t["id"], t["title"]} & set(wanted)]
    key, _, direction = str(given.get("sort") or given.get("order_by") or "title").strip().partition(" ")
    keys = {"name": "name", "title": "title", "package_count": "package_count", "packages": "package_count"}
    if key not in keys or direction.strip().lower() not in {"", "asc", "desc"}:
        raise InvalidError("sort", sentence("ckan.package_order", part=f"{key} {direction}"[:80], known=list(keys)))
    things = sorted(things, key=lambda t: t[keys[key]], reverse=direction.strip().lower() == "desc")
    start = whole_number(given, "offset", 0, _MOST)
    page = things[start:][: whole_number(given, "limit", _MOST, _MOST)]
    return page if flag(given, "all_fields", False) else [t["name"] for t in page]


def _show(
    store: Store, given: Parameters, base: str, things: list[JsonObject], of: Callable[[Dataset], str]
) -> JsonObject:
    wanted = asked(given, "id")
    for thing in things:
        if wanted in {thing["id"], thing["name"], thing["title"]}:
            told = {**thing, "users": [], "tags": [], "groups": [], "extras": []}
            own = [d for d in store.manifest.datasets if of(d) == thing["title"]]
            asked_for = flag(given, "include_datasets", False)
            return told | ({"packages": [package(store, d, base) for d in own]} if asked_for else {})
    raise NotFoundError(sentence("ckan.thing", name=wanted[:80], known=[str(t["name"]) for t in things]))
