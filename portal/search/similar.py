"""What is close in meaning to words that stand nowhere."""

from typing import TYPE_CHECKING

from portal.publication.store import Row, Store
from portal.search.literal import Hit
from portal.search.ranked import search

if TYPE_CHECKING:
    from portal.services import Services

_EACH = 3


def similar(store: Store, services: "Services", query: str) -> tuple[list[str], list[Hit]]:
    """Targets and other things close to a query, best first, a few of each kind.

    Args:
        store: the version.
        services: for the retriever over the policy text.
        query: what nothing holds as it stands.
    Returns:
        ids of indicators; places, clauses and projects.
    """
    groups = search(store, services, query, _EACH).groups
    hits = [
        *(_place(r) for r in groups["places"]),
        *(Hit("clause", f"{r['clause']} {r['title']}", r["quote"], r["url"]) for r in groups["clauses"]),
        *(Hit("project", r["name"], r["status_text"] or "", r["url"], r.get("name_en")) for r in groups["projects"]),
    ]
    return [r["id"] for r in groups["indicators"]], hits


def _place(row: Row) -> Hit:
    known = {"place_kind": row["kind"], "positioned": row["lon"] is not None}
    return Hit("place", row["name"], row["address"] or "", row["url"], row.get("name_en"), **known)
