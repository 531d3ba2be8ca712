"""How much of a district or of the city lies within reach of a park or a bus stop, as published with its inputs."""

from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english


def coverage(store: Store, district: str | None = None) -> list[Row]:
    """What is published of a district, or of the whole city: one row a measure, in the measures' order.

    Args:
        store: the published version.
        district: its code; the whole city where None.
    Returns:
        rows of `coverage` with the measure's `name_zh`, `name_en`, `note_zh`, `note_en` and `indicator`; none where the
        version measures no coverage.
    """
    if not _measured(store):
        return []
    rows = store.rows(
        """
        SELECT c.*, m.name_zh, m.name_en, m.note_zh, m.note_en, m.indicator
        FROM (SELECT *, row_number() OVER () AS place FROM coverage_measures) m JOIN coverage c ON c.measure = m.id
        WHERE c.district IS NOT DISTINCT FROM ? ORDER BY m.place
        """,
        [district],
    )
    return with_english(rows, phrases(store))


def shares(store: Store, measure: str) -> dict[str, float | None]:
    """The share of every district's area, 0 to 1, by code; None where no place can be counted.

    Args:
        store: the published version.
        measure: id of a row of `coverage_measures`; nothing is returned for one that is not there.
    """
    if not _measured(store):
        return {}
    rows = store.rows(
        "SELECT district, share FROM coverage WHERE measure = ? AND district IS NOT NULL ORDER BY district", [measure]
    )
    return {r["district"]: r["share"] for r in rows}


def _measured(store: Store) -> bool:
    return {"coverage", "coverage_measures"} <= {f.table for f in store.manifest.files}
