"""Names, targets, values, periods and tables in words, as every answer about figures says them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from portal.answering.draft import Draft, frame, word
from portal.answering.knowledge import Knowledge, without_scope
from portal.answering.lookup.standing import Standing
from portal.publication.store import Row
from portal.texts.numbers import brief, is_plain, with_unit

HAN = re.compile(r"[\u4e00-\u9fff]")
"""A Chinese character."""
_ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?$")
# A sentence longer than this is quoted by the part that says it.
_LONG = 120
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def name_of(indicator: Row, draft: Draft) -> str:
    """An indicator's name in the answer's language, without the scope that is said beside it."""
    if draft.language == "zh":
        return without_scope(str(indicator["name_zh"]))
    return re.sub(r" \([^()]*\)$", "", str(indicator["name_en"]))


def full_name(indicator: Row, draft: Draft) -> str:
    """An indicator's name with its scope, where the plan sets the same thing by parts; as it stands alone or begins a line."""
    name = str(indicator["name_zh"] if draft.language == "zh" else indicator["name_en"])
    return name if _split(indicator, draft) else name_of(indicator, draft)


def within(name: str, draft: Draft) -> str:
    """A name as it stands within a sentence: an English one begins small unless its first word is always written large."""
    first = re.match(r"[A-Z][a-z]+", name)
    if draft.language == "zh" or first is None or first.group().lower() not in _small_words(draft.knowledge):
        return name
    return name[0].lower() + name[1:]


@lru_cache(maxsize=2)
def _small_words(knowledge: Knowledge) -> frozenset[str]:
    """The words that the English of the plan and of the names writes small."""
    texts = [s.get("text_en") or "" for s in knowledge.sentences]
    texts += [str(r["name_en"] or "") for r in knowledge.indicators.values()]
    return frozenset(word for text in texts for word in re.findall(r"\b[a-z]+\b", text))


def begin_large(draft: Draft) -> None:
    """Let every line of an English answer begin with a capital letter."""
    if draft.language == "en":
        draft.lines = [line[:1].upper() + line[1:] for line in draft.lines]


def _split(indicator: Row, draft: Draft) -> bool:
    return sum(r["family"] == indicator["family"] for r in draft.knowledge.indicators.values()) > 1


def target_of(indicator: Row, draft: Draft) -> str:
    """The target as the plan writes it, or its English."""
    return draft.said(dict(indicator), "target_text")


def due_of(indicator: Row, draft: Draft) -> str:
    """When the target is due, in the answer's language."""
    due: date = indicator["due"]
    text = str(indicator["due_text"])
    if str(due.year) not in text:
        return frame(draft.language, "due_undated", year=due.year)
    if draft.language == "en":
        return str(word("due", "en", "by")).format(year=due.year)
    return re.sub(r"（.*）$", "", text)


def period_of(row: Row, draft: Draft) -> str:
    """A period as people say it: 2023年, 2025年10月, 23 July 2023."""
    period = draft.said(dict(row), "period")
    return said_period(period, draft.language)


def said_period(period: str, language: str) -> str:
    """A period as published → as people say it."""
    match = _ISO.match(period)
    if match:
        year, month, day = match[1], int(match[2]), match[3]
        if language == "zh":
            return f"{year}年{month}月" + (f"{int(day)}日" if day else "")
        return (f"{int(day)} " if day else "") + f"{_MONTHS[month - 1]} {year}"
    return f"{period}年" if language == "zh" and period.isdigit() else period


def value_of(row: Row, draft: Draft, against: float | None = None) -> str:
    """A value with its unit, as published where words belong to it (10000余), else rounded for reading.

    Args:
        row: an observation or a background figure.
        draft: whose language and evidence.
        against: the target it stands beside, which rounding may not make it look like.
    """
    text, unit = draft.said(dict(row), "value_text"), unit_of(row, draft)
    if row["value"] is None or not is_plain(text):
        return with_unit(text, unit.strip())
    return amount(float(row["value"]), unit, draft, against)


def figure_of(row: Row, draft: Draft, against: float | None = None) -> dict[str, str]:
    """A figure's period and value in words, with a mark where it was corrected or is not of the highest reliability.

    The mark stands behind the value; in English, which says “14.1 m² in 2023”, and of what was done behind the period.
    """
    said = {"period": period_of(row, draft), "value": value_of(row, draft, against)}
    said["period" if draft.language == "en" or row["unit"] == "done" else "value"] += _mark_of(row, draft)
    return said


def _mark_of(row: Row, draft: Draft) -> str:
    marks = [frame(draft.language, "t_mark_corrected")] if row.get("corrected") else []
    if row.get("reliability") not in {None, "", "high"}:
        level = frame(draft.language, f"t_level_{row['reliability']}")
        marks.append(frame(draft.language, "t_mark_reliability", level=level))
    return frame(draft.language, "t_mark", marks=frame(draft.language, "list_comma").join(marks)) if marks else ""


def amount(value: float, unit: str, draft: Draft, against: float | None = None) -> str:
    """A number with its unit; Chinese texts write 2769, English ones 2,769."""
    number = brief(value, against)
    return f"{number.replace(',', '') if draft.language == 'zh' else number}{unit}"


def unit_of(row: Row, draft: Draft) -> str:
    """A unit as it follows a number; empty where it goes without saying."""
    if row["unit"] == "done":
        return ""
    if draft.language == "zh":
        return str(row["unit"] or "")
    unit = str(row.get("unit_en") or row["unit"] or "")
    # Measure words that English has none for (330 处) go without saying.
    return unit if unit in {"", "%"} else "" if HAN.search(unit) else f" {unit}"


def difference_of(value: float, s: Standing, draft: Draft) -> str:
    """A distance in an indicator's unit: percentage points where it is a percentage; kept as computed."""
    rounded = brief(abs(value))
    draft.computed.append(float(rounded.replace(",", "")))
    unit = frame(draft.language, "points") if s.indicator["unit"] == "%" else unit_of(s.indicator, draft)
    return f"{rounded.replace(',', '') if draft.language == 'zh' else rounded}{unit}"


def values_of(s: Standing, draft: Draft, row: Row | None = None) -> dict[str, str]:
    """What fills a sentence about a target and, where given, one of its figures; both become evidence."""
    draft.target_figure(dict(s.indicator))
    values = {
        "name": within(full_name(s.indicator, draft), draft),
        "target": target_of(s.indicator, draft),
        "due": due_of(s.indicator, draft),
        "year": str(draft.count(s.due_year)),
    }
    if row is not None:
        draft.observed_figure(dict(row))
        values |= figure_of(row, draft, s.indicator["target"])
        values["scope"] = draft.said(dict(row), "scope")
    return values


def quote_targets(draft: Draft, standings: Iterable[Standing], sentences: bool = False) -> None:
    """Quote where the plan states targets, each span once, overlapping spans as one.

    Args:
        draft: the answer so far.
        standings: the targets.
        sentences: whole sentences, where they are not too long to be read.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    for s in standings:
        if s.span is not None:
            span = (s.span.start, s.span.end)
            spans.setdefault(s.span.clause, []).append(_sentence(s.span.clause, span, draft) if sentences else span)
    for clause, found in spans.items():
        for start, end in _merged(found):
            draft.quote(clause, start, end)


def _sentence(clause: str, span: tuple[int, int], draft: Draft) -> tuple[int, int]:
    plan = draft.knowledge.site.plan
    for s in draft.knowledge.sentences:
        if (s["document"], s["clause"]) == (plan, clause) and s["start"] <= span[0] and span[1] <= s["end"]:
            return (s["start"], s["end"]) if s["end"] - s["start"] <= _LONG else span
    return span


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def table(draft: Draft, head: str, rows: Sequence[Sequence[str]]) -> None:
    """A small Markdown table; `head` is its first line."""
    draft.gap()
    draft.lines.append(head)
    draft.lines.append("|" + "---|" * (head.count("|") - 1))
    draft.lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    draft.gap()


def quote_due(draft: Draft, s: Standing) -> None:
    """Quote the words that say when a target is due, where they stand apart from the target's own in the same clause."""
    words = re.sub(r"（.*）$", "", str(s.indicator["due_text"]))
    text = draft.knowledge.clause(s.indicator["clause"])["text"]
    at = text.find(words)
    if s.span is not None and words not in str(s.indicator["quote"]) and 0 <= at < s.span.start:
        draft.quote(s.indicator["clause"], at, at + len(words))
    quote_targets(draft, [s])
