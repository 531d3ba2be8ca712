"""What a contribution may be about: the things the published version shows, each with a name."""

import re
from enum import StrEnum

from portal.plan import progress
from portal.publication.store import Store

_ANSWER = re.compile(r"[0-9A-Za-z_-]{1,64}")


class ContributionSubject(StrEnum):
    """The kinds of things; `portal` is for what is nowhere yet."""

    INDICATOR = "indicator"
    PLACE = "place"
    PROJECT = "project"
    CLAUSE = "clause"
    DATASET = "dataset"
    ANSWER = "answer"
    PORTAL = "portal"


def name_of(store: Store, kind: ContributionSubject, id: str) -> str | None:
    """What a thing is called in Chinese; None where the published version has no such thing.

    Args:
        store: the published version.
        kind: of thing.
        id: of the thing; of a clause its number, with its document before it (`document/clause`) where that is not the plan.
    """
    if any("\ud800" <= c <= "\udfff" for c in id):
        # Half a character is in no table, and no query may ask for it.
        return None
    match kind:
        case ContributionSubject.INDICATOR:
            row = progress.indicator(store, id)
            return row["name_zh"] if row else None
        case ContributionSubject.PLACE | ContributionSubject.PROJECT:
            return _first(store, f"SELECT name FROM {kind}s WHERE id = ?", [id])
        case ContributionSubject.CLAUSE:
            return _clause(store, id)
        case ContributionSubject.DATASET:
            return next((d.title_zh for d in store.manifest.datasets if d.id == id), None)
    if kind == ContributionSubject.PORTAL:
        return None if id else store.manifest.site.title
    # Answers are not kept.
    return id if _ANSWER.fullmatch(id) else None


def _clause(store: Store, id: str) -> str | None:
    document, _, clause = id.rpartition("/")
    told = [document or store.manifest.site.plan, clause]
    number = _first(store, "SELECT clause FROM clauses WHERE document = ? AND clause = ?", told)
    titles = {d["id"]: d["title"] for d in store.manifest.documents}
    return f"{titles[told[0]]} {number}" if number else None


def _first(store: Store, sql: str, values: list[str]) -> str | None:
    rows = store.rows(sql, values)
    return str(next(iter(rows[0].values()))) if rows else None
