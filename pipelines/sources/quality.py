"""Rules of quality at build: text that is broken is refused, what looks wrong in the figures is told."""

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from pipelines.sources.checked_table import CheckedTable
from pipelines.tables.lexicon import fold, table_words
from portal.publication.quality import REFUSED, WARNED, Example, RuleState
from portal.publication.semantic import Semantic
from portal.publication.store import Row

# A column of each of these says which row it is, where it is from or what is to be said of it: two rows that differ only there are
# one thing told twice.
_ASIDE = {"source", "also_sources", "note", "quote", "value_text", "reliability", "as_of"}
_BROKEN = ("\ufffd", "锟斤拷", "烫烫烫")
_LEAP = 3.0
_SHOWN = 5
_MISSING = {"n/a", "na", "nan", "null", "none", "nil", "#n/a", "-", "--", "—", "——", "/", "\\"}

Found = Iterator[tuple[int, str]]


def broken_texts(table: CheckedTable) -> list[str]:
    """Cells whose text is not what it seems: spaces outside and invisible ones inside, and what a conversion destroyed."""
    return [
        table.problem(index, column, reason)
        for column in _texts(table)
        for index, row in enumerate(table.rows)
        if isinstance(row.get(column), str) and (reason := _broken(row[column]))
    ]


def quality(tables: Iterable[CheckedTable]) -> dict[str, tuple[RuleState, ...]]:
    """What came of every rule, by dataset; those of derived datasets are left out: they are made, not maintained.

    Args:
        tables: checked tables, so that no refused text is among them.
    """
    return {t.dataset.id: _states(t) for t in tables if not t.dataset.derived}


def _states(table: CheckedTable) -> tuple[RuleState, ...]:
    refused = [RuleState(rule=rule, state="ok" if _texts(table) else "none") for rule in REFUSED]
    return (*refused, *(_state(table, rule) for rule in WARNED))


def _state(table: CheckedTable, rule: str) -> RuleState:
    applies, find = _RULES[rule]
    if not table.rows or not applies(table):
        return RuleState(rule=rule, state="none")
    found = sorted(set(find(table)))
    examples = tuple(
        Example(line=table.lines[i], column=column, value=str(table.rows[i].get(column, ""))[:60])
        for i, column in found[:_SHOWN]
    )
    return RuleState(rule=rule, state="warned" if found else "ok", count=len(found), examples=examples)


def _broken(text: str) -> str:
    if text != text.strip():
        return "前后有空格，看起来一样的值会被当成两个；请删去"
    hidden = next((c for c in text if unicodedata.category(c) == "Cf"), "")
    if hidden:
        return f"里面有看不见的字符（U+{ord(hidden):04X}）；请删去"
    if any(b in text for b in _BROKEN):
        return "有乱码，原文在转码时已经丢失；请从原表重新录入"
    return ""


def _texts(table: CheckedTable) -> list[str]:
    return [] if table.dataset.derived else [c.name for c in table.dataset.columns if c.type == "string"]


def _free(table: CheckedTable) -> list[str]:
    """Columns of texts no rule of their own checks: where values are listed, none is one of them."""
    return [c.name for c in table.dataset.columns if c.type == "string" and not c.allowed and not c.pattern]


def _totals(table: CheckedTable) -> Found:
    words = {w for w in table_words().totals if not w.isascii()}
    for column in _free(table):
        for index, row in enumerate(table.rows):
            if re.sub(r"[(（].*[)）]", "", fold(row.get(column) or "")) in words:
                yield index, column


def _missing(table: CheckedTable) -> Found:
    for column in _free(table):
        for index, row in enumerate(table.rows):
            if row.get(column) is not None and fold(row[column]) in _MISSING:
                yield index, column


def _duplicates(table: CheckedTable) -> Found:
    """Keys that are one but for width and case, and rows that say the same of the same."""
    keys = [c for c in table.dataset.primary_key if c in {k.name for k in table.dataset.columns}]
    yield from _same(table, keys, keys[0] if keys else "")
    own = {c.name for c in table.dataset.columns if c.unique} | set(keys if len(keys) == 1 else ()) | _ASIDE
    rest = [c.name for c in table.dataset.columns if c.name not in own]
    if len(rest) > 1:
        yield from _same(table, rest, rest[0])


def _same(table: CheckedTable, columns: list[str], shown: str) -> Found:
    seen: set[tuple[str, ...]] = set()
    for index, row in enumerate(table.rows):
        value = tuple(fold(str(row.get(c) if row.get(c) is not None else "")) for c in columns)
        if any(value) and value in seen:
            yield index, shown
        seen.add(value)


def _percents(table: CheckedTable) -> Found:
    """Shares that may have been written as fractions: below 1 in a column of per cents, beside larger ones or by themselves."""
    for column, rows in _shares(table):
        values = [(i, v) for i, row in rows if isinstance(v := row.get(column), int | float) and v != 0]
        small = [i for i, v in values if 0 < v < 1]
        # One lonely half per cent among others is one; a hundred times less than the median is a slip of the pen.
        ordered = sorted(v for _, v in values)
        median = ordered[len(ordered) // 2] if ordered else 0
        yield from ((i, column) for i in small if len(small) == len(values) or median >= 10)


def _shares(table: CheckedTable) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
    """Columns of per cents with their rows; a column with units row by row is parted by what the rows measure."""
    numbered = list(enumerate(table.rows))
    for column in table.dataset.columns:
        if column.type in {"number", "integer"} and column.unit == "%":
            yield column.name, numbered
    for section in table.dataset.semantic:
        if section.value and section.unit:
            groups: dict[object, list[tuple[int, Row]]] = defaultdict(list)
            for index, row in numbered:
                if row.get(section.unit) == "%":
                    groups[row.get(section.measure or "")].append((index, row))
            yield from ((section.value, rows) for rows in groups.values())


def _outliers(table: CheckedTable) -> Found:
    """Figures of a series three times, or a third of, the year's before; what is marked doubtful is told already."""
    for section in table.dataset.semantic:
        if not section.value or not section.period:
            continue
        for series in _series(table, section).values():
            yield from ((index, section.value) for index in _leaps(sorted(series)))


def _leaps(series: list[tuple[int, int, float]]) -> Iterator[int]:
    """The rows of a series (year, row, figure) that are too far from the year's before."""
    for (year, _, before), (later, index, after) in pairwise(series):
        low, high = sorted((before, after))
        if later - year == 1 and low > 0 and high / low > _LEAP:
            yield index


def _series(table: CheckedTable, section: Semantic) -> dict[tuple[object, ...], list[tuple[int, int, float]]]:
    """Year, row and value of every series: what it measures, where, in which scope and unit."""
    found: dict[tuple[object, ...], list[tuple[int, int, float]]] = defaultdict(list)
    key = [c for c in (section.measure, section.place, section.scope, section.unit) if c]
    for index, row in enumerate(table.rows):
        value, year = row.get(section.value or ""), _year(row.get(section.period or ""))
        doubtful = section.doubtful is not None and row.get(section.doubtful)
        if value is not None and year is not None and _is_result(section, row) and not doubtful:
            found[tuple(row.get(c) for c in key)].append((year, index, float(value)))
    return found


def _is_result(section: Semantic, row: Row) -> bool:
    return all(str(row.get(column)) in allowed for column, allowed in section.only.items())


def _year(period: object) -> int | None:
    match = re.fullmatch(r"([12][0-9]{3})(?:年)?", str(period))
    return int(match[1]) if match else None


def _future(table: CheckedTable) -> Found:
    """Results of a time that was not over when the dataset was last updated."""
    for section in table.dataset.semantic:
        for index, row in enumerate(table.rows):
            stated = section.value is not None and row.get(section.value) is not None
            if stated and _is_result(section, row) and _after(section, row, table.dataset.updated):
                yield index, section.period or section.period_end or ""


def _after(section: Semantic, row: Row, updated: datetime.date) -> bool:
    end = row.get(section.period_end) if section.period_end else None
    if isinstance(end, datetime.date):
        return end > updated
    year = _year(row.get(section.period or ""))
    return year is not None and year > updated.year


def _measures(table: CheckedTable) -> bool:
    return any(s.value and s.period for s in table.dataset.semantic)


_RULES: dict[str, tuple[Callable[[CheckedTable], bool], Callable[[CheckedTable], Found]]] = {
    "totals": (lambda t: bool(_free(t)), _totals),
    "missing_marks": (lambda t: bool(_free(t)), _missing),
    "duplicates": (lambda t: bool(t.dataset.columns), _duplicates),
    "percent": (lambda t: any(True for _, rows in _shares(t) if rows), _percents),
    "outliers": (_measures, _outliers),
    "future": (_measures, _future),
}
