"""The actions CKAN's clients call, and the parameters each takes; those that would change nothing here are taken and left.

A parameter no client of CKAN sends is refused: a slip of the pen would otherwise give back everything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.api.ckan import datastore, lists
from portal.api.ckan.found import NotFoundError, asked, dataset_named, resource_named
from portal.api.ckan.package_search import facets, kept, ordered
from portal.api.ckan.packages import package
from portal.api.ckan.parameters import InvalidError, Parameters, flag, listed, whole_number
from portal.publication.json_object import JsonObject
from portal.publication.store import Store
from portal.texts.errors import sentence

_MOST = 1000
_RESOURCE_FIELDS = ("name", "format", "description", "url", "mimetype", "hash", "id")
# What any call may carry, beside every `include_…`: a client's guard against stores on the way, and how it wants things told.
_ALWAYS = frozenset({"_", "api_version", "include_tracking", "use_default_schema", "context"})


@dataclass(frozen=True)
class Call:
    """A call of an action: the published version, the parameters, the portal's address without a slash at the end."""

    store: Store
    given: Parameters
    base: str


@dataclass(frozen=True)
class Action:
    """An action: what answers it, and the parameters it takes."""

    answer: Callable[[Call], Any]
    parameters: frozenset[str]

    def takes(self, name: str) -> bool:
        """Whether a call may carry a parameter of that name."""
        return name in self.parameters or name in _ALWAYS or name.startswith("include_")

    @property
    def told(self) -> str:
        """What it does and takes, for `help_show`."""
        return f"{self.answer.__doc__ or ''}\n\nParameters: {', '.join(sorted(self.parameters)) or 'none'}"


def package_list(call: Call) -> Any:
    """The names of the datasets."""
    names = sorted(d.id for d in call.store.manifest.datasets)
    start = whole_number(call.given, "offset", 0, len(names))
    return names[start:][: whole_number(call.given, "limit", len(names), _MOST)]


def package_show(call: Call) -> Any:
    """A dataset with its resources."""
    return package(call.store, dataset_named(call.store, call.given), call.base)


def package_search(call: Call) -> Any:
    """Datasets a query in Solr's grammar keeps (`q`, `fq`), sorted, paged, and counted by `facet.field`."""
    store, given = call.store, call.given
    site = store.manifest.site
    found = kept(site, store.manifest.datasets, "q", str(given.get("q") or ""))
    narrowing = given.get("fq")
    parts = narrowing if isinstance(narrowing, list) else [narrowing or ""]
    for part in [*map(str, parts), *listed(given, "fq_list")]:
        found = kept(site, found, "fq", part)
    sort = str(given.get("sort") or "title asc")
    found = ordered(found, sort)
    start, rows = whole_number(given, "start", 0, 10**9), whole_number(given, "rows", 10, _MOST)
    by = listed(given, "facet.field") if flag(given, "facet", True) else []
    most = -1 if str(given.get("facet.limit")) == "-1" else whole_number(given, "facet.limit", 50, _MOST)
    return {
        "count": len(found),
        "sort": sort,
        **facets(site, found, by, most, whole_number(given, "facet.mincount", 1, _MOST)),
        "results": [package(store, d, call.base) for d in found[start : start + rows]],
    }


def current_packages(call: Call) -> Any:
    """The datasets with their resources, page by page, the last updated first."""
    found = ordered(call.store.manifest.datasets, "metadata_modified desc")
    limit = whole_number(call.given, "limit", len(found), _MOST)
    page = whole_number(call.given, "page", 1, _MOST)
    start = whole_number(call.given, "offset", limit * max(page - 1, 0), 10**9)
    return [package(call.store, d, call.base) for d in found[start : start + limit]]


def resource_show(call: Call) -> Any:
    """One format of a dataset."""
    dataset, kind = resource_named(call.store, asked(call.given, "id"))
    described = package(call.store, dataset, call.base)["resources"]
    return next(r for r in described if r["format"] == kind.upper())


def resource_search(call: Call) -> Any:
    """Formats whose fields hold the words of `query`, each written field:text; repeated, all of them."""
    query = call.given.get("query")
    parts = [str(p) for p in query] if isinstance(query, list) else [asked(call.given, "query")]
    found: list[JsonObject] = [
        r for d in call.store.manifest.datasets for r in package(call.store, d, call.base)["resources"]
    ]
    for part in parts:
        field, colon, text = part.partition(":")
        if not colon or field not in _RESOURCE_FIELDS:
            raise InvalidError("query", sentence("ckan.resource_query", known=list(_RESOURCE_FIELDS)))
        found = [r for r in found if text.strip().lower() in str(r[field] or "").lower()]
    if order := str(call.given.get("order_by") or ""):
        if order not in _RESOURCE_FIELDS:
            raise InvalidError("order_by", sentence("ckan.resource_query", known=list(_RESOURCE_FIELDS)))
        found.sort(key=lambda r: str(r[order] or ""))
    start = whole_number(call.given, "offset", 0, 10**9)
    return {"count": len(found), "results": found[start:][: whole_number(call.given, "limit", _MOST, _MOST)]}


def datastore_search(call: Call) -> Any:
    """Rows of a dataset, with `filters`, `q`, `sort`, `limit`, `offset`, `fields`, `distinct` and `records_format`."""
    return datastore.search(call.store, call.given, call.base)


def datastore_info(call: Call) -> Any:
    """What a dataset's table holds: rows, bytes, columns with their types."""
    return datastore.info(call.store, call.given)


def organization_list(call: Call) -> Any:
    """Who provides datasets: names, or everything with `all_fields`."""
    return lists.organizations(call.store, call.given)


def organization_show(call: Call) -> Any:
    """Who provides datasets, with the datasets where `include_datasets` asks for them."""
    return lists.show_organization(call.store, call.given, call.base)


def group_list(call: Call) -> Any:
    """The themes of datasets: names, or everything with `all_fields`."""
    return lists.groups(call.store, call.given)


def group_show(call: Call) -> Any:
    """A theme, with its datasets where `include_datasets` asks for them."""
    return lists.show_group(call.store, call.given, call.base)


def tag_list(call: Call) -> Any:
    """The keywords of datasets, narrowed by `query`."""
    return lists.tags(call.store, call.given)


def tag_show(call: Call) -> Any:
    """A keyword, with its datasets where `include_datasets` asks for them."""
    return lists.show_tag(call.store, call.given, call.base)


def license_list(call: Call) -> Any:
    """The licences of the datasets."""
    return lists.licences(call.store)


def status_show(call: Call) -> Any:
    """What this portal is."""
    site = call.store.manifest.site
    return {
        # The version whose shapes are given; clients compare it with what they need.
        "ckan_version": "2.11.0",
        "site_title": site.title,
        "site_description": f"{site.title} · {site.title_en}",
        "site_url": call.base,
        "error_emails_to": None,
        "locale_default": "zh_Hans_CN",
        "extensions": ["datastore"],
        "version": call.store.version,
    }


def site_read(_: Call) -> Any:
    """Whether the portal may be read: it may."""
    return True


def help_show(call: Call) -> Any:
    """What the action `name` does and which parameters it takes."""
    name = asked(call.given, "name")
    if name not in ACTIONS:
        raise NotFoundError(sentence("ckan.action", name=name[:80], known=list(ACTIONS)))
    return ACTIONS[name].told


def _takes(names: str) -> frozenset[str]:
    return frozenset(names.split())


_LISTED = "sort order_by limit offset all_fields type "
_SHOWN = "id include_datasets"
ACTIONS: dict[str, Action] = {
    "package_list": Action(package_list, _takes("limit offset")),
    "package_show": Action(package_show, _takes("id name_or_id")),
    "package_search": Action(
        package_search,
        _takes(
            "q fq fq_list sort start rows facet facet.field facet.limit facet.mincount fl df qf mm defType q.op tie bf boost"
        ),
    ),
    "current_package_list_with_resources": Action(current_packages, _takes("limit offset page")),
    "resource_show": Action(resource_show, _takes("id")),
    "resource_search": Action(resource_search, _takes("query fields order_by offset limit")),
    "datastore_search": Action(
        datastore_search,
        _takes(
            "resource_id id filters q full_text plain language distinct sort limit offset fields records_format include_total "
            "total_estimation_threshold"
        ),
    ),
    "datastore_info": Action(datastore_info, _takes("resource_id id")),
    "organization_list": Action(organization_list, _takes(_LISTED + "organizations")),
    "organization_show": Action(organization_show, _takes(_SHOWN)),
    "group_list": Action(group_list, _takes(_LISTED + "groups")),
    "group_show": Action(group_show, _takes(_SHOWN)),
    "tag_list": Action(tag_list, _takes("query vocabulary_id all_fields")),
    "tag_show": Action(tag_show, _takes("id vocabulary_id include_datasets")),
    "license_list": Action(license_list, frozenset()),
    "status_show": Action(status_show, frozenset()),
    "site_read": Action(site_read, frozenset()),
    "help_show": Action(help_show, _takes("name")),
}
