"""Numbers computed from a result's rows, each with its sum written out."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from portal.measures.choose import Choice
from portal.measures.notes import Note, note
from portal.measures.query import MeasureQuery
from portal.measures.result import Derived, DerivedName, MeasureRow
from portal.publication.store import Row

_DIGITS = Decimal("0.000001")
_WRITTEN_OUT = 6


def derive(
    choice: Choice, query: MeasureQuery, rows: Sequence[MeasureRow], raw: Sequence[Row], whole: MeasureRow | None
) -> tuple[list[Derived], list[Note]]:
    """The numbers an operation promises, and what must be said of them.

    Args:
        choice: what the query left open, decided.
        query: the operation.
        rows: of the result.
        raw: the same rows as the statement gave them, with its window columns.
        whole: of a share, the row of the measure this one is a part of.
    """
    if not rows:
        return (_none_counted(choice), []) if query.operation == "count" and not choice.nothing else ([], [])
    match query.operation:
        case "rank":
            return _ranks(choice, rows, raw)
        case "extreme":
            return _extreme(query, rows, raw), []
        case "mean":
            return _mean(rows, raw), _alone(rows)
        case "difference":
            return _differences(choice, rows)
        case "share":
            return _shares(choice, query, rows, raw, whole)
        case "count":
            return _counts(choice, query, rows, raw), []
        case "compare" if len(rows) == 2 and len({r.place for r in rows}) == 2:
            return _differences(choice, rows)
        case "value" | "list" if _adds_up(choice) and not choice.places and raw[0]["found"] > 1:
            return [_sum(rows, raw)], []
    return [], []


def written(value: float | Decimal) -> str:
    """A number as it stands in a sum: all its digits, no exponent."""
    number = Decimal(str(value))
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ranks(choice: Choice, rows: Sequence[MeasureRow], raw: Sequence[Row]) -> tuple[list[Derived], list[Note]]:
    wanted = {p.name for p in choice.places}
    told: list[Derived] = []
    notes: list[Note] = []
    if not wanted or choice.across == "periods":
        return [], _alone(rows)
    for row, own in zip(rows, raw, strict=True):
        if row.place not in wanted:
            continue
        if row.rank is not None:
            told.append(
                Derived(
                    name="rank",
                    value=row.rank,
                    unit="",
                    place=row.place,
                    period=row.period,
                    of=own["counted"],
                    formula=f"{row.rank - 1} + 1 = {row.rank}",
                )
            )
        if own["every"] != own["counted"]:
            called = (row.place or "", row.place_en or row.place or "")
            notes.append(note("rank_with_doubtful", place=called, rank=own["rank_of_all"], of=own["every"]))
    return told, notes + _ties(rows, told) + _alone(rows)


def _ties(rows: Sequence[MeasureRow], told: Iterable[Derived]) -> list[Note]:
    notes = []
    for rank in dict.fromkeys(d.value for d in told):
        tied = [r for r in rows if r.rank == rank]
        if len(tied) > 1:
            named = ("、".join(r.place or "" for r in tied), ", ".join(r.place_en or r.place or "" for r in tied))
            notes.append(note("tied", count=len(tied), rank=rank, named=named))
    return notes


def _extreme(query: MeasureQuery, rows: Sequence[MeasureRow], raw: Sequence[Row]) -> list[Derived]:
    name: DerivedName = "highest" if query.order == "desc" else "lowest"
    function = "max" if query.order == "desc" else "min"
    return [
        Derived(
            name=name,
            value=row.value,
            unit=row.unit,
            place=row.place,
            period=row.period,
            of=own["counted"],
            formula=f"{function} = {written(row.value)}",
        )
        for row, own in zip(rows, raw, strict=True)
        if row.rank == 1
    ]


def _mean(rows: Sequence[MeasureRow], raw: Sequence[Row]) -> list[Derived]:
    kept = [r for r in rows if not r.doubtful]
    if not kept:
        return []
    number, total = raw[0]["counted"], round(raw[0]["added"], 9)
    mean = round(raw[0]["mean"], 6)
    of_one_place = len({r.place for r in kept}) == 1
    added = _sum_text(kept) if number == len(kept) else written(total)
    return [
        Derived(
            name="mean",
            value=mean,
            unit=kept[0].unit,
            place=kept[0].place if of_one_place else None,
            period=_span(kept) if of_one_place else kept[0].period,
            of=number,
            formula=f"{added} ÷ {number} = {written(mean)}",
        )
    ]


def _differences(choice: Choice, rows: Sequence[MeasureRow]) -> tuple[list[Derived], list[Note]]:
    """Of the first place to the second, or from the first year to the last; in percent too where the unit is none."""
    pair = _pair(choice, rows)
    if pair is None:
        return [], _alone(rows)
    base, last = pair
    change = Decimal(str(last.value)) - Decimal(str(base.value))
    by_place = base.place != last.place
    place = " − ".join([last.place or "", base.place or ""]) if by_place else base.place
    period = base.period if base.period == last.period else f"{base.period}–{last.period}"
    told = [
        Derived(
            name="difference",
            value=float(change),
            unit=base.unit,
            place=place,
            period=period,
            of=2,
            formula=f"{written(last.value)} − {written(base.value)} = {written(change)}",
        )
    ]
    if base.unit == "%":
        return told, []
    if not base.value:
        return told, [note("zero_base")]
    percent = (change / Decimal(str(base.value)) * 100).quantize(_DIGITS)
    formula = f"{written(change)} ÷ {written(base.value)} × 100 = {written(percent)}"
    told.append(
        told[0].model_copy(
            update={"name": "difference_percent", "value": float(percent), "unit": "%", "formula": formula}
        )
    )
    return told, []


def _pair(choice: Choice, rows: Sequence[MeasureRow]) -> tuple[MeasureRow, MeasureRow] | None:
    """The row to start from and the row to arrive at."""
    if choice.across == "places":
        # In the order asked for: “A than B” is A minus B.
        order: list[str | None] = [p.name for p in choice.places]
        order = order or [r.place for r in rows]
        by_place = {r.place: r for r in reversed(rows)}
        held = [by_place[name] for name in order if name in by_place]
        return (held[1], held[0]) if len(held) == 2 else None
    dated = sorted((r for r in rows if r.year is not None), key=lambda r: r.year or 0)
    if len({r.year for r in dated}) < 2:
        return None
    return dated[0], dated[-1]


def _shares(
    choice: Choice, query: MeasureQuery, rows: Sequence[MeasureRow], raw: Sequence[Row], whole: MeasureRow | None
) -> tuple[list[Derived], list[Note]]:
    parts: list[tuple[float, str | None, str | None]] = [(raw[0]["kept"], None, rows[0].period)]
    if query.thresholds():
        total = raw[0]["counted"]
    elif whole is not None:
        parts, total = [(raw[0]["total_of_all"], None, rows[0].period)], whole.value
    elif _adds_up(choice):
        parts, total = [(r.value, r.place, r.period) for r in rows], raw[0]["total_of_all"]
    else:
        return [], [note("not_additive")]
    if not total:
        # Where all are doubtful, none is counted.
        return [], [note("zero_base")]
    return [_share(part, total, place, period) for part, place, period in parts], []


def _share(part: float, whole: float, place: str | None, period: str | None) -> Derived:
    percent = (Decimal(str(part)) / Decimal(str(whole)) * 100).quantize(_DIGITS)
    formula = f"{written(part)} ÷ {written(whole)} × 100 = {written(percent)}"
    return Derived(name="share", value=float(percent), unit="%", place=place, period=period, formula=formula)


def _counts(choice: Choice, query: MeasureQuery, rows: Sequence[MeasureRow], raw: Sequence[Row]) -> list[Derived]:
    if choice.measure.section.counts and not query.thresholds():
        return [_sum(rows, raw).model_copy(update={"name": "count"})]
    kept = [r for r in rows if not r.doubtful]
    period = kept[0].period if kept and choice.across == "places" else _span(kept)
    number, of = raw[0]["kept"], raw[0]["counted"]
    return [Derived(name="count", value=number, unit="", period=period, of=of, formula=f"{number} / {of}")]


def _none_counted(choice: Choice) -> list[Derived]:
    """That no row meets the thresholds, of how many that were looked at."""
    year = choice.one_year
    in_year = [r for r in choice.seen if year in (None, r.get("year"))]
    of = sum(r["places"] for r in in_year) if choice.across == "places" else len({r.get("year") for r in in_year})
    period = str(year) if year else None
    return [Derived(name="count", value=0, unit="", period=period, of=of, formula=f"0 / {of}")]


def _sum(rows: Sequence[MeasureRow], raw: Sequence[Row]) -> Derived:
    """The sum of all rows, those beyond the limit included."""
    total = Decimal(str(raw[0]["total_of_all"]))
    value = int(total) if total == total.to_integral_value() else float(total)
    everything = raw[0]["found"] == len(rows)
    formula = f"{_sum_text(rows)} = {written(total)}" if len(rows) > 1 and everything else written(total)
    return Derived(
        name="sum", value=value, unit=rows[0].unit, period=rows[0].period, of=raw[0]["found"], formula=formula
    )


def _added(rows: Iterable[MeasureRow]) -> Decimal:
    return sum((Decimal(str(r.value)) for r in rows), Decimal(0))


def _sum_text(rows: Sequence[MeasureRow]) -> str:
    """A few numbers written out, many as their sum."""
    if len(rows) > _WRITTEN_OUT:
        return written(_added(rows))
    text = " + ".join(written(r.value) for r in rows)
    return f"({text})" if len(rows) > 1 else text


def _adds_up(choice: Choice) -> bool:
    return choice.measure.section.additive or choice.measure.section.counts


def _alone(rows: Sequence[MeasureRow]) -> list[Note]:
    return [note("one_row")] if len([r for r in rows if not r.doubtful]) == 1 else []


def _span(rows: Sequence[MeasureRow]) -> str | None:
    years = sorted(r.year for r in rows if r.year is not None)
    if not years:
        return None
    return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"
