"""A query answered: decided, compiled, run, its rows given their sources, and everything said that must be said."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from portal.measures.choose import Choice, choose, has_years
from portal.measures.compile import compile_aside, compile_rows
from portal.measures.derive import derive
from portal.measures.notes import Note, note
from portal.measures.query import MeasureQuery
from portal.measures.registry import Registry, measures
from portal.measures.result import MeasureResult, MeasureRow, Missing, Source
from portal.publication.sql_text import quoted
from portal.publication.store import Row, Store
from portal.texts.numbers import number

_ASIDE = 20
_NAMED = 12
# Years of one place looked for at most, so that from=1000 does not list a thousand missing ones.
_YEARS_MISSED = 60


def run(store: Store, query: MeasureQuery) -> MeasureResult:
    """The answer to a query, from a published version.

    Args:
        store: the version.
        query: what is asked; names of places may be any that people use.
    Returns:
        rows with sources, derived numbers, what is missing, and the SQL that gives the rows. Nothing found is a result too: no rows,
        and a note that says so.
    Raises:
        UnknownMeasureError: the measure or the dataset does not exist.
    """
    registry = measures(store)
    return registry.kept(query, lambda: _run(store, registry, query))


def _run(store: Store, registry: Registry, query: MeasureQuery) -> MeasureResult:
    choice = choose(store, registry, query)
    statement = compile_rows(choice, query)
    raw = [] if choice.nothing else store.rows(statement.text, statement.parameters)
    aside = _aside(store, choice)
    sources = _sources(store, choice, [*raw, *aside])
    rows = [_row(registry, r, sources) for r in raw]
    derived, notes = derive(choice, query, rows, raw, _whole(store, choice, query))
    measure = choice.measure
    unit = choice.basis.unit if choice.basis else measure.unit
    return MeasureResult(
        measure=measure.id,
        dataset=measure.dataset,
        name={"zh": measure.name_zh, "en": measure.name_en},
        unit=unit,
        unit_en=registry.unit_en(unit),
        operation=query.operation,
        across=choice.across,
        rows=tuple(rows),
        derived=tuple(derived),
        aside=tuple(_row(registry, r, sources) for r in aside),
        missing=tuple(_missing(choice, query, rows)),
        sources=tuple(sources.values()),
        notes=(*_about(registry, choice, query, rows, raw), *notes),
        sql=statement.shown(),
        rows_url=_rows_url(choice),
        version=store.version,
    )


def _aside(store: Store, choice: Choice) -> list[Row]:
    if not choice.others:
        return []
    statement = compile_aside(choice, _ASIDE)
    return store.rows(statement.text, statement.parameters)


def _whole(store: Store, choice: Choice, query: MeasureQuery) -> MeasureRow | None:
    """Of a share, the one row of the measure this one is a part of."""
    section = choice.measure.section
    if query.operation != "share" or not section.whole or query.thresholds():
        return None
    whole = run(store, MeasureQuery(measure=section.whole, dataset=choice.measure.dataset, operation="count"))
    total = whole.number("count")
    return whole.rows[0].model_copy(update={"value": total.value}) if total and whole.rows else None


def _sources(store: Store, choice: Choice, raw: Iterable[Row]) -> dict[str, Source]:
    """The sources of rows by id, in their order; the dataset itself where a row names none."""
    section, dataset = choice.measure.section, choice.measure.shape.dataset
    named = [_named_sources(r) for r in raw]
    ids = list(dict.fromkeys(i for given in named for i in given))
    found: dict[str, Source] = {}
    if ids:
        reference = dataset.column(section.source).references if section.source else None
        table, key = (reference or "sources.id").split(".")
        marks = ", ".join("?" * len(ids))
        rows = store.remembered(f"SELECT * FROM {quoted(table)} WHERE {quoted(key)} IN ({marks})", *ids)
        known = {r[key]: r for r in rows}
        found = {i: _source(i, known.get(i, {})) for i in ids}
    if not all(named) or not named:
        found[dataset.id] = Source(
            id=dataset.id,
            publisher=dataset.provider,
            title=dataset.title_zh,
            url=None,
            published=dataset.updated.isoformat(),
            reliability=None,
            is_dataset=True,
        )
    return found


def _named_sources(raw: Row) -> list[str]:
    """The ids of the sources of a row, or of all the rows it counts."""
    return [i for i in raw.get("sources") or [raw.get("source")] if i]


def _source(source: str, row: Row) -> Source:
    told = {name: row.get(name) for name in ("publisher", "title", "url", "published", "reliability")}
    return Source(id=source, **{name: None if value is None else str(value) for name, value in told.items()})


def _row(registry: Registry, raw: Row, sources: dict[str, Source]) -> MeasureRow:
    named = _named_sources(raw)
    source = sources[named[0]] if named else next((s for s in sources.values() if s.is_dataset), None)
    told = {name: raw.get(name) for name in ("value_text", "scope", "status", "doubtful_reason", "quote", "note")}
    return MeasureRow(
        **told,
        place=raw["place"],
        place_en=registry.place_en(raw["place"]),
        period=raw.get("period"),
        year=raw.get("year"),
        value=raw["value"],
        unit=raw["unit"],
        doubtful=raw["doubtful"],
        comparable=raw.get("comparable"),
        comparable_reason=raw.get("comparable_reason"),
        reliability=raw.get("reliability") or (source.reliability if source else None),
        corrected=bool(raw.get("corrected")),
        caveat=raw.get("caveat"),
        caveat_en=registry.english(raw.get("caveat")),
        thing=raw.get("thing"),
        thing_name=raw.get("thing_name"),
        thing_name_en=raw.get("thing_name_en") or registry.english(raw.get("thing_name")),
        source=source,
        rank=raw.get("rank"),
    )


def _missing(choice: Choice, query: MeasureQuery, rows: Sequence[MeasureRow]) -> Iterable[Missing]:
    """Places nobody has rows of, and of the others the years asked for without a row."""
    for asked in choice.unknown:
        yield Missing(place=asked, year=None, reason="unknown_place")
    if not query.places and query.years == (None, None):
        return
    for place in choice.places:
        yield from _missing_of(place.name, choice, query, rows)
    if not choice.places and not choice.nothing:
        yield from _missing_years(choice, rows)


def _missing_of(place: str, choice: Choice, query: MeasureQuery, rows: Sequence[MeasureRow]) -> Iterable[Missing]:
    """Years asked for in which a place has no row, or only doubtful ones where those are left out."""
    own = [r for r in rows if r.place == place]
    for year in _years_asked(choice):
        found = [r for r in own if year in (None, r.year)]
        if not found:
            yield Missing(place=place, year=year, reason="no_row")
        elif query.operation in {"rank", "mean", "extreme"} and all(r.doubtful for r in found):
            yield Missing(place=place, year=year, reason="doubtful")


def _missing_years(choice: Choice, rows: Sequence[MeasureRow]) -> Iterable[Missing]:
    """Years asked for in which no place has a row."""
    held = {r.year for r in rows}
    for year in _years_asked(choice):
        if year is not None and year not in held:
            yield Missing(place=None, year=year, reason="no_row")


def _years_asked(choice: Choice) -> list[int | None]:
    first, last = choice.years
    if not has_years(choice.measure) or first is None or last is None:
        return [None]
    return list(range(first, min(last, first + _YEARS_MISSED) + 1))


def _about(
    registry: Registry, choice: Choice, query: MeasureQuery, rows: Sequence[MeasureRow], raw: Sequence[Row]
) -> list[Note]:
    """What must be said of the rows whatever was computed from them."""
    if not rows:
        return [note("no_rows")]
    told: list[Note] = []
    if choice.year_chosen:
        told.append(note("year_used", year=choice.one_year))
    told += _about_doubtful(query, rows)
    if choice.others:
        told.append(note("other_basis", count=choice.others))
    told += _about_comparing(registry, rows)
    told += _about_nowhere(choice, rows)
    if (found := raw[0].get("found", 0)) > len(rows):
        told.append(note("limited", of=found, count=len(rows)))
    return told


def _about_doubtful(query: MeasureQuery, rows: Sequence[MeasureRow]) -> list[Note]:
    """Which rows are doubtful, and whether they were left out of what was computed."""
    doubtful = [r for r in rows if r.doubtful]
    if not doubtful:
        return []
    left_out = query.operation in {"rank", "extreme", "mean", "count"}
    return [note("doubtful_left_out" if left_out else "doubtful_shown", named=_named(doubtful))]


def _about_comparing(registry: Registry, rows: Sequence[MeasureRow]) -> list[Note]:
    """Why rows may not be compared, each reason once, in Chinese and English."""
    reasons = dict.fromkeys(r.comparable_reason for r in rows if r.comparable is False and r.comparable_reason)
    if not reasons:
        return []
    english = "; ".join(registry.english(r) or r for r in reasons)
    return [note("not_comparable", reason=("；".join(reasons), english))]


def _about_nowhere(choice: Choice, rows: Sequence[MeasureRow]) -> list[Note]:
    """How many rows, or things counted, name no place."""
    nowhere = [r for r in rows if r.place is None]
    if not nowhere:
        return []
    count = sum(r.value for r in nowhere) if choice.measure.section.counts else len(nowhere)
    return [note("places_without_name", count=count, unit=(rows[0].unit, ""))]


def _named(rows: Sequence[MeasureRow]) -> tuple[str, str]:
    """Rows by place, year and figure, in Chinese and English."""

    def called(row: MeasureRow, place: str | None) -> str:
        return " ".join(part for part in (place, row.period, number(row.value)) if part)

    shown = rows[:_NAMED]
    more = "……" if len(rows) > _NAMED else ""
    zh = "、".join(called(r, r.place) for r in shown) + more
    en = ", ".join(called(r, r.place_en or r.place) for r in shown) + more
    return zh, en


def _rows_url(choice: Choice) -> str:
    """The rows of the measure's table at the API, filtered as the measure is."""
    section = choice.measure.section
    pairs: list[tuple[str, str]] = []
    if section.measure and choice.measure.shape.key is not None:
        pairs.append((f"filter.{section.measure}", choice.measure.shape.key))
    for column, values in section.only.items():
        pairs += [(f"filter.{column}", v) for v in values]
    path = f"/api/v1/datasets/{choice.measure.dataset}/rows"
    return f"{path}?{urlencode(pairs)}" if pairs else path
