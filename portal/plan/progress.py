"""What is known of every target: the published progress table joined with targets, observations and sources."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, cast
from weakref import WeakKeyDictionary

from portal.datasets.sources import SourceRow
from portal.plan.rows import IndicatorRow, ObservedRow, ProgressRow, RelatedRow
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english
from portal.texts.numbers import is_plain, millions, said, with_unit

STATUSES = tuple(TargetStatus)
KINDS = tuple(FigureKind)
RESULTS = ("due", "latest", "baseline", "other", "dip", "later")
_COMPONENTS = ("observation", "value", "period")
_RESULT_COLUMNS = ("scope", "value_text", "unit", "source", "reliability", "corrected", "caveat")

# How units of ten thousand are translated (`corpus/english.toml`); English says the number in full instead.
_TEN_THOUSAND = "ten thousand "

_TARGETS = """
WITH targets AS (
  -- Versions published before targets named their document mean the plan.
  SELECT *, row_number() OVER () AS place
  FROM (FROM indicators UNION ALL BY NAME SELECT NULL::VARCHAR AS document WHERE false)
)
SELECT t.* EXCLUDE (place, document), p.* EXCLUDE (indicator),
       c."order" AS clause_order, c.title AS clause_title, coalesce(t.document, ?) AS document,
       strpos(c.text, t.quote) - 1 AS quote_start,
       strpos(c.text, t.quote) - 1 + length(t.quote) AS quote_end
FROM targets t
JOIN progress p ON p.indicator = t.id
LEFT JOIN clauses c ON c.document = coalesce(t.document, ?) AND c.clause = t.clause
ORDER BY c."order", t.place
"""

_RELATED = """
SELECT b.*, s.publisher, s.title AS source_title, s.url AS source_url, s.published AS source_published
FROM background_figures b LEFT JOIN sources s ON s.id = b.source
ORDER BY b.period_end DESC NULLS LAST, b.id
"""


def progress(
    store: Store, *, theme: str | None = None, status: str | None = None, query: str | None = None
) -> list[ProgressRow]:
    """Every target with its status and the observations the status was computed from, in the plan's order.

    Args:
        store: the published version.
        theme: keep this section of the plan only.
        status: keep this status only (one of `STATUSES`).
        query: keep targets whose names, aliases, section or quote hold every word of it.
    Returns:
        the columns of `indicators` and `progress`; the section's title as `theme_zh` and `theme_en`, which may be missing,
        and the same short as `theme_short` and `theme_short_en`;
        `quote_start` and `quote_end` (offsets of the quote in the clause's text);
        `actual_count`, `annual_plan_count`, `later_target_count`, `earlier_target_count`; `related_count`, the background
        figures that concern the target; and for each of `RESULTS` the observation's value and period, its scope, value as
        published, unit, source, reliability, whether it was corrected, and the caveat to be said beside it, null where there
        is none; `other_reason`, why the other result cannot be compared; the later target that asks for less or for it later
        as `later_…`, with `later_change`, `softer` or `postponed`.
        What the data say in words has its English beside it (`portal.publication.translations`).
    """
    return select(map(_copied, _every(store)), theme=theme, status=status, query=query)


_kept: WeakKeyDictionary[Store, list[ProgressRow]] = WeakKeyDictionary()


def _every(store: Store) -> list[ProgressRow]:
    """Every row, computed once a version."""
    if store not in _kept:
        _kept[store] = _computed(store)
    return _kept[store]


def _copied(row: ProgressRow) -> ProgressRow:
    return cast(ProgressRow, dict(row))


def _computed(store: Store) -> list[ProgressRow]:
    plan = store.manifest.site.plan
    sections = store.remembered("SELECT * FROM clauses WHERE document = ?", plan)
    titles = {c["title"]: c for c in sections}
    seen = {o["id"]: o for o in store.remembered("SELECT * FROM observations")}
    counted = Counter((o["indicator"], o["kind"]) for o in seen.values())
    related = Counter(b["related_indicator"] for b in store.remembered("SELECT * FROM background_figures"))
    rows = (
        {
            **row,
            **_named(row["theme"], titles.get(row["theme"], {})),
            **{f"{kind}_count": counted[row["id"], kind] for kind in KINDS},
            "related_count": related[row["id"]],
            **_results({**row, **_later(row, seen.values())}, seen),
        }
        for row in store.remembered(_TARGETS, plan, plan)
    )
    return cast("list[ProgressRow]", with_english(rows, phrases(store)))


def _named(theme: str, section: Row) -> Row:
    """What a section is called: by its title and, where figures and filters have little room, by a word or two."""
    english = section.get("title_en")
    return {
        "theme_zh": theme,
        "theme_en": english,
        "theme_short": section.get("title_short") or theme,
        "theme_short_en": section.get("title_short_en") or english,
    }


def _later(row: Row, seen: Iterable[Row]) -> Row:
    """The last target of a later document that asks for less than the plan, or for the same only later."""
    limits = {name: row[name] for name in ("target", "direction", "due")}
    own = ({**o, **limits} for o in seen if o["indicator"] == row["id"])
    changed = [o for o in own if is_softer(o) or is_postponed(o)]
    if not changed:
        return {}
    last = max(changed, key=lambda o: o["period_end"])
    return {f"later_{c}": last[c] for c in ("value", "period")} | {
        "later_observation": last["id"],
        "later_change": "postponed" if is_postponed(last) else "softer",
    }


def _results(row: Row, seen: dict[str, Row]) -> Row:
    """The observations a status rests on, as columns; a version of before a column was published has null there."""
    found: dict[str, object] = {}
    for name in RESULTS:
        told = seen.get(row.get(f"{name}_observation") or "", {})
        found |= {f"{name}_{c}": row.get(f"{name}_{c}") for c in _COMPONENTS}
        found |= {f"{name}_{c}": told.get(c) for c in _RESULT_COLUMNS}
    found["other_reason"] = seen.get(row.get("other_observation") or "", {}).get("comparable_reason")
    found["later_change"] = row.get("later_change")
    return found


def select(
    rows: Iterable[ProgressRow], *, theme: str | None = None, status: str | None = None, query: str | None = None
) -> list[ProgressRow]:
    """The rows of a section, of a status and holding every word of a query; None keeps all."""
    return [
        row for row in rows if theme in (None, row["theme"]) and status in (None, row["status"]) and _holds(row, query)
    ]


def indicator(store: Store, indicator_id: str) -> ProgressRow | None:
    """One target as `progress` gives it, or None where the version has no such indicator."""
    return next((row for row in progress(store) if row["id"] == indicator_id), None)


def counts(rows: Iterable[ProgressRow]) -> dict[str, int]:
    """How many of the rows have each status; every status is named."""
    found: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for row in rows:
        found[row["status"]] += 1
    return found


def by_theme(rows: Iterable[ProgressRow]) -> dict[str, list[ProgressRow]]:
    """The rows by the plan's own section, sections in the order of their first row."""
    groups: dict[str, list[ProgressRow]] = {}
    for row in rows:
        groups.setdefault(row["theme"], []).append(row)
    return groups


def arranged(rows: Iterable[ProgressRow], column: str, descending: bool = False) -> list[ProgressRow]:
    """The rows ordered by a column, those without a value last either way; ties stay in the plan's order.

    Args:
        rows: as `progress` gives them.
        column: `status` (in the order of `STATUSES`), or any column of the rows; numbers are ordered within their unit.
        descending: the largest first.
    """

    def cell(row: Row) -> Any:
        return row[column]

    def key(row: ProgressRow) -> Any:
        value = cell(row)
        if column == "status":
            return STATUSES.index(value)
        return (row["unit"], value) if isinstance(value, int | float) else value

    listed = list(rows)
    empty = [r for r in listed if cell(r) is None]
    return [*sorted((r for r in listed if cell(r) is not None), key=key, reverse=descending), *empty]


def observations(store: Store, indicator_id: str | None = None) -> list[ObservedRow]:
    """What was published for a target, or for every one, oldest first, each with its source's publisher, title, url and date.

    Undated observations come last. `softer` says of a later target due after the plan's own date whether it asks for less,
    `postponed` whether it asks for a promise without a number to be kept only then.
    What the data say in words has its English beside it (`portal.publication.translations`).
    """
    rows = store.rows(
        """
        SELECT o.*, s.publisher, s.title AS source_title, s.url AS source_url, s.published AS source_published,
               i.target, i.direction, i.due
        FROM observations o JOIN indicators i ON i.id = o.indicator LEFT JOIN sources s ON s.id = o.source
        WHERE o.indicator = coalesce(?, o.indicator) ORDER BY o.period_end NULLS LAST, o.period_start, o.id
        """,
        [indicator_id],
    )
    told = with_english(rows, phrases(store))
    judged = [{**row, "softer": is_softer(row), "postponed": is_postponed(row)} for row in told]
    return cast("list[ObservedRow]", judged)


def related(store: Store, indicator_id: str) -> list[RelatedRow]:
    """Background figures that concern a target without being of its kind, latest first, each with its source as `observations`.

    `reason` says why none of them is an observation. What the data say in words has its English beside it.
    """
    near = [b for b in store.remembered(_RELATED) if b["related_indicator"] == indicator_id]
    return cast("list[RelatedRow]", with_english(near, phrases(store)))


def is_softer(row: Row) -> bool:
    """Whether a later target, set for a day after the plan's, asks for less than the plan did.

    Args:
        row: an observation with the `target`, `direction` and `due` of its indicator.
    """
    if (
        row["kind"] != FigureKind.LATER_TARGET
        or row["target"] is None
        or row["value"] is None
        or row["period_end"] is None
    ):
        return False
    if row["period_end"] <= row["due"]:
        return False
    weaker = {"at_least": row["value"] < row["target"], "at_most": row["value"] > row["target"]}
    return weaker.get(row["direction"], False)


def is_postponed(row: Row) -> bool:
    """Whether a later document asks for a promise without a number to be kept only after the plan's day.

    Args:
        row: as for `is_softer`.
    """
    later = row["kind"] == FigureKind.LATER_TARGET and row["direction"] == "done"
    return bool(later and row["period_end"] is not None and row["period_end"] > row["due"])


def family(store: Store, row: IndicatorRow) -> list[ProgressRow]:
    """The other rows of a target that the plan splits by scope."""
    return [r for r in progress(store) if r["family"] == row["family"] and r["id"] != row["id"]]


def sources(store: Store) -> dict[str, SourceRow]:
    """The sources by id."""
    return {row["id"]: row for row in cast("list[SourceRow]", store.remembered("SELECT * FROM sources"))}


def value_text(row: Row, prefix: str = "", *, short: bool = False, english: bool = False) -> str:
    """An observation's value as published, with its unit; the value itself where the source's wording was not kept.

    Args:
        row: an observation, or a progress row with prefixed columns.
        prefix: `due_`, `latest_`, `baseline_`, `other_` or `dip_` for a progress row.
        short: a plain number rounded for reading, never up to or past the target (`portal.texts.numbers.brief`).
        english: words and unit in English where the row has them (`portal.publication.translations`).
    """
    unit, text, value = (row[f"{prefix}{c}"] for c in ("unit", "value_text", "value"))
    if english:
        unit, text = row.get(f"{prefix}unit_en", unit), row.get(f"{prefix}value_text_en", text)
    unit = unit or ""
    if value is not None and unit.startswith(_TEN_THOUSAND) and is_plain(text or "0"):
        return f"{millions(value * 10_000)} {unit.removeprefix(_TEN_THOUSAND)}"
    words = said(text, value, short=short, against=row.get("target") if prefix != "other_" else None)
    return with_unit(words, unit)


def _holds(row: ProgressRow, query: str | None) -> bool:
    if not query:
        return True
    told = (row["id"], row["name_zh"], row["name_en"], row["aliases"], row["theme"], row["quote"])
    text = " ".join(cell or "" for cell in told).lower()
    return all(word in text for word in query.lower().split())
