"""The projects the plan names, with what was last reported of them."""

from portal.store import Row, Store

STATUSES = ("completed", "under_construction", "planned", "unknown")


def projects(store: Store) -> list[Row]:
    """Every project with its source, those with the most to tell first; empty where the version holds no projects."""
    if "projects" not in {file.table for file in store.manifest.files}:
        return []
    rows = store.rows(
        """
        SELECT p.*, s.publisher, s.title AS source_title, s.url AS source_url, s.published AS source_published,
               c.title AS clause_title, d.name AS district_name
        FROM projects p
        LEFT JOIN sources s ON s.id = p.source
        LEFT JOIN clauses c ON c.document = $plan AND c.clause = p.clause
        LEFT JOIN districts d ON d.code = p.district
        ORDER BY c."order", p.status_date DESC NULLS LAST, p.name
        """,
        {"plan": store.manifest.site.plan},
    )
    return sorted(rows, key=lambda row: STATUSES.index(row["status"]))


def select(rows: list[Row], *, category: str | None = None, status: str | None = None) -> list[Row]:
    """The rows of a category and a status; None keeps all."""
    return [r for r in rows if category in (None, r["category"]) and status in (None, r["status"])]
