"""What the plan promises: one target, several, a premise to confirm or put right, the original text."""

import difflib

from portal.answering.compose.figures import name_of, say_target, scope_of, status_line, unit_of
from portal.answering.draft import Draft, frame
from portal.answering.knowledge import Knowledge, Row
from portal.answering.understand import Understanding
from portal.texts.numbers import brief

_SHARED_SPAN = 8


def compose_target(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> Draft:
    """The target or targets asked for, with how far each is, and the text they come from."""
    draft = Draft("target", read.language, knowledge)
    if len(indicators) == 1:
        say_target(draft, indicators[0])
    else:
        draft.say("targets_intro", count=draft.count(len(indicators)))
        draft.gap()
        for indicator in indicators:
            say_target(draft, indicator, item=True)
        if "compare" in read.cues:
            _compare(draft, indicators)
    quote_indicators(draft, indicators)
    say_status(draft, indicators)
    return draft


def _compare(draft: Draft, indicators: list[Row]) -> None:
    """Add which of two or more numbers in one unit is the highest and which the lowest, and by how much."""
    if len({i["unit"] for i in indicators}) > 1 or any(i["target"] is None for i in indicators):
        return
    low, *_, high = sorted(indicators, key=lambda i: i["target"])
    difference = high["target"] - low["target"]
    draft.computed.append(difference)
    draft.gap()
    draft.say(
        "compare" if difference else "compare_same",
        high=f"{name_of(high, draft)}{scope_of(high, draft)}",
        low=f"{name_of(low, draft)}{scope_of(low, draft)}",
        difference=brief(difference),
        unit=frame(draft.language, "points") if high["unit"] == "%" else unit_of(high, draft),
    )


def compose_premise(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> Draft:
    """Yes where a number of the question is the target's for the year it says, otherwise no with what the plan states."""
    draft = Draft("premise", read.language, knowledge)
    agreed = [i for i in agreeing(read, indicators) if not read.years or i["due"].year in read.years]
    if len(indicators) > 1 and len({i["family"] for i in indicators}) == 1 and 0 < len(agreed) < len(indicators):
        draft.say("premise_scopes")
    else:
        draft.say("premise_yes" if agreed else "premise_no")
    for indicator in indicators:
        say_target(draft, indicator, item=len(indicators) > 1)
    quote_indicators(draft, indicators)
    return draft


def compose_quotation(indicators: list[Row], read: Understanding, knowledge: Knowledge) -> Draft:
    """The original text of targets."""
    draft = Draft("quotation", read.language, knowledge)
    for indicator in indicators:
        say_target(draft, indicator, item=True)
    quote_indicators(draft, indicators, sentences=True)
    return draft


def agreeing(read: Understanding, indicators: list[Row]) -> list[Row]:
    """The indicators whose target is a number of the question."""
    return [i for i in indicators if any(agrees(q.value, q.unit, i) for q in read.quantities)]


def agrees(value: float, unit: str, indicator: Row) -> bool:
    """Whether a stated number is an indicator's target, in its unit or in the plan's wording."""
    if indicator["target"] is None:
        return False
    if value == indicator["target"]:
        return True
    return f"{value:g}" in str(indicator["target_text"]) and value * 10_000 == indicator["target"]


def quote_indicators(draft: Draft, indicators: list[Row], sentences: bool = False) -> None:
    """Quote the spans that state the targets, each once, and the clauses that state the same again.

    Args:
        draft: the answer so far.
        indicators: what it states.
        sentences: quote whole sentences instead of the shortest spans.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    for indicator in indicators:
        for clause in [indicator["clause"], *(indicator["also_in"] or "").split("|")]:
            if clause and (span := stated_in(indicator, clause, draft.knowledge)):
                spans.setdefault(clause, []).append(_sentence(clause, span, draft.knowledge) if sentences else span)
    for clause, found in spans.items():
        for start, end in _merged(found):
            draft.quote(clause, start, end)


def stated_in(indicator: Row, clause: str, knowledge: Knowledge) -> tuple[int, int] | None:
    """The span of a clause that states an indicator's target: its quotation, or the longest part of it found there."""
    text, quote = knowledge.clause(clause)["text"], indicator["quote"]
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    match = difflib.SequenceMatcher(None, text, quote, autojunk=False).find_longest_match()
    return (match.a, match.a + match.size) if match.size >= _SHARED_SPAN else None


def say_status(draft: Draft, indicators: list[Row]) -> None:
    """Add how far each target is, in one line each."""
    draft.gap()
    for indicator in indicators:
        line = status_line(draft, indicator, short=len(indicators) > 1)
        if len(indicators) > 1:
            scope = scope_of(indicator, draft) if _split(indicator, indicators) else ""
            line = f"- {name_of(indicator, draft)}{scope}：{line}"
        draft.lines.append(line)


def _split(indicator: Row, indicators: list[Row]) -> bool:
    return sum(i["family"] == indicator["family"] for i in indicators) > 1


def _sentence(clause: str, span: tuple[int, int], knowledge: Knowledge) -> tuple[int, int]:
    for s in knowledge.sentences:
        if (
            s["clause"] == clause
            and s["document"] == knowledge.site.plan
            and s["start"] <= span[0]
            and span[1] <= s["end"]
        ):
            return s["start"], s["end"]
    return span


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap or lie inside another as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
