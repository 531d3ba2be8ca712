"""Rows of measures in words: places, periods, values, differences, and what they rest on."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame
from portal.answering.knowledge import Knowledge
from portal.answering.telling.figures import HAN, amount, said_period, within
from portal.measures.result import MeasureResult, MeasureRow
from portal.publication.translations import phrases
from portal.texts.numbers import brief, is_plain, millions, with_unit
from portal.texts.numerals import numbers_in


def keep(draft: Draft, result: MeasureResult) -> None:
    """Take a result as evidence: its rows, derived numbers, notes and SQL."""
    english = phrases(draft.knowledge.store)
    for row in (*result.rows, *result.aside):
        cells = row.model_dump(exclude={"source"})
        cells["value"] = float(row.value)
        translated = {f"{k}_en": english[v] for k, v in cells.items() if isinstance(v, str) and v in english}
        draft.rows.append(cells | translated | {"name_zh": result.name["zh"], "name_en": result.name["en"]})
    draft.rows += [{"value": float(d.value), "of": d.of, "period": d.period} for d in result.derived]
    for note in result.notes:
        draft.computed += [value for value, _ in numbers_in(f"{note.zh} {note.en}")]
    draft.sql.append(result.sql)
    for row in result.rows:
        source = row.source.id if row.source else None
        draft.result.append(
            {
                "place": row.place,
                "period": row.period,
                "value": row.value,
                "unit": row.unit,
                "source": source,
                "doubtful": row.doubtful,
            }
        )


def name_of(draft: Draft, result: MeasureResult) -> str:
    """A measure's name within a sentence."""
    return within(result.name[draft.language] or result.name["zh"], draft)


def place_of(draft: Draft, row: MeasureRow) -> str:
    """A row's place, or the thing it is of."""
    if draft.language == "en":
        return row.place_en or row.place or ""
    return row.place or ""


def period_of(draft: Draft, row: MeasureRow) -> str:
    """A row's period as people say it."""
    period = row.period or ""
    if draft.language == "en":
        period = phrases(draft.knowledge.store).get(period, period)
    return said_period(period, draft.language)


def unit_of(draft: Draft, unit: str) -> str:
    """A unit as it follows a number."""
    if draft.language == "zh":
        return unit
    said = english_unit(draft.knowledge, unit)
    return said if said in {"", "%"} else f" {said}"


def english_unit(knowledge: Knowledge, unit: str) -> str:
    """A unit in English; measure words that English has none for go without saying."""
    said = phrases(knowledge.store).get(unit, unit)
    return "" if HAN.search(said) else said


# 万 and 亿 as English counts: 158.3万辆 → 1.583 million.
_SCALES = {"万": 1e4, "亿": 1e8}


def caveats(draft: Draft, rows: Sequence[MeasureRow]) -> list[str]:
    """What the rows say must be kept in mind of them."""
    english = draft.language == "en"
    return list(dict.fromkeys(text for r in rows if (text := (r.caveat_en if english else r.caveat) or r.caveat)))


def marked(draft: Draft, sentence: str, rows: Sequence[MeasureRow]) -> str:
    """A sentence about figures that says which of them were corrected or are not of the highest reliability."""
    marks = _of_some(draft, "t_mark_corrected", "m_corrected", [r for r in rows if r.corrected], rows)
    for level in dict.fromkeys(r.reliability for r in rows if r.reliability not in {None, "high"}):
        said = frame(draft.language, f"t_level_{level}")
        marks += _of_some(
            draft, "t_mark_reliability", "m_level", [r for r in rows if r.reliability == level], rows, level=said
        )
    if not marks:
        return sentence
    stop = frame(draft.language, "stop")
    mark = frame(draft.language, "t_mark", marks=frame(draft.language, "separator_long").join(marks))
    return sentence.removesuffix(stop) + mark + stop


def _of_some(
    draft: Draft, of_all: str, key: str, some: Sequence[MeasureRow], rows: Sequence[MeasureRow], **values: str
) -> list[str]:
    """What holds of some of the rows, each named by what tells it from the others; of all of them without names."""
    if not some:
        return []
    if len(some) == len(rows):
        return [frame(draft.language, of_all, **values)]
    places, periods = len({r.place for r in rows}) > 1, len({r.period for r in rows}) > 1
    named = (" ".join(n for n in (places and place_of(draft, r), periods and period_of(draft, r)) if n) for r in some)
    return [frame(draft.language, key, named=frame(draft.language, "list_comma").join(dict.fromkeys(named)), **values)]


def value_of(draft: Draft, row: MeasureRow, against: float | None = None) -> str:
    """A row's value with its unit; ten thousands in English as people say them there."""
    scale = next((n for word, n in _SCALES.items() if row.unit.startswith(word)), None)
    if draft.language == "en" and scale:
        return f"{_in_english(draft, float(row.value) * scale, row.unit)} ({brief(row.value)}{row.unit})"
    text = row.value_text or ""
    if text and not is_plain(text):
        said = phrases(draft.knowledge.store).get(text, text) if draft.language == "en" else text
        unit = unit_of(draft, row.unit)
        return with_unit(said, unit.strip())
    return amount(float(row.value), unit_of(draft, row.unit), draft, against)


def _in_english(draft: Draft, value: float, unit: str) -> str:
    said = millions(value)
    draft.computed.append(float(said.removesuffix(" million").replace(",", "")))
    counted = english_unit(draft.knowledge, unit).removeprefix("ten thousand ").removeprefix("hundred million ")
    return f"{said} {counted}".strip()


def difference_of(draft: Draft, value: float, unit: str) -> str:
    """A distance between two figures, percentage points where they are percentages."""
    return _worked_out(
        draft, abs(value), unit, frame(draft.language, "points") if unit == "%" else unit_of(draft, unit)
    )


def number_of(draft: Draft, value: float, unit: str = "") -> str:
    """A number the question gave or a computation made, with a unit."""
    return _worked_out(draft, value, unit, unit_of(draft, unit))


def _worked_out(draft: Draft, value: float, unit: str, said: str) -> str:
    """A number that stands in no row, in its words and taken down as they are read: 1530万平方米 counts single square metres."""
    scale = next((n for word, n in _SCALES.items() if unit.startswith(word)), None)
    if draft.language == "en" and scale:
        return _in_english(draft, value * scale, unit)
    number = brief(value)
    draft.computed.append(float(number.replace(",", "")))
    if scale:
        draft.computed.append(float(number.replace(",", "")) * scale)
    return f"{number.replace(',', '') if draft.language == 'zh' else number}{said}"
