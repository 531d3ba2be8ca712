"""The projects the plan names: what it says of each, what was last reported, and where it stands where that is published."""

from typing import cast

from portal.plan.rows import ProjectRow
from portal.publication.statuses import ProjectStatus
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english

STATUSES = tuple(ProjectStatus)
# The value of a district filter that keeps the projects whose district nobody has published.
NO_DISTRICT = "unknown"


def projects(store: Store) -> list[ProjectRow]:
    """Every project, those with the most to tell first; empty where the version holds no projects.

    Returns:
        the columns of `projects`; its source's publisher, title, url and date; the clause's title; the sentence of the clause
        that names the project, `promise`, and its offsets `promise_start` and `promise_end`, null where none does; `lon` and
        `lat` (WGS84 degrees) of its place with `position_basis` and `position_source`, null where no position is published.
        What the data say in words has its English beside it (`portal.publication.translations`).
    """
    if "projects" not in {file.table for file in store.manifest.files}:
        return []
    plan: dict[str, object] = {"plan": store.manifest.site.plan}
    rows = store.rows(
        """
        SELECT p.*, s.publisher, s.title AS source_title, s.url AS source_url, s.published AS source_published,
               c.title AS clause_title, l.lon, l.lat, l.position_basis, l.source AS position_source
        FROM projects p
        LEFT JOIN sources s ON s.id = p.source
        LEFT JOIN clauses c ON c.document = $plan AND c.clause = p.clause
        LEFT JOIN places l ON l.id = p.place
        ORDER BY c."order", p.status_date DESC NULLS LAST, p.name
        """,
        plan,
    )
    sentences = store.rows(
        'SELECT clause, text, start, "end" FROM sentences WHERE document = $plan AND NOT heading', plan
    )
    promised = [{**row, **_promise(row, sentences)} for row in rows]
    told = cast("list[ProjectRow]", with_english(promised, phrases(store)))
    return sorted(told, key=lambda row: STATUSES.index(row["status"]))


def select(
    rows: list[ProjectRow], *, category: str | None = None, district: str | None = None, status: str | None = None
) -> list[ProjectRow]:
    """The rows of a category, a district (by name, or `NO_DISTRICT`) and a status; None keeps all."""
    return [
        r
        for r in rows
        if category in (None, r["category"])
        and district in (None, r["district"] or NO_DISTRICT)
        and status in (None, r["status"])
    ]


def _promise(project: Row, sentences: list[Row]) -> Row:
    """The first sentence of the project's clause that holds one of its names, its own name before the others."""
    names = [project["name"], *(n for n in (project["also_known_as"] or "").split("|") if n)]
    for name in names:
        for sentence in sentences:
            if sentence["clause"] == project["clause"] and name in sentence["text"]:
                return {
                    "promise": sentence["text"],
                    "promise_start": sentence["start"],
                    "promise_end": sentence["end"],
                }
    return {"promise": None, "promise_start": None, "promise_end": None}
