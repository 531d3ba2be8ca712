"""Published figures that are no result of a target: what they are, why they are none, and the latest of them."""

import re

from portal.answering.compose.figures import period_of, unit_of, value_of
from portal.answering.compose.targets import quote_indicators
from portal.answering.draft import Draft
from portal.answering.knowledge import Knowledge, Row
from portal.answering.understand import Understanding

_MOST = 3
_QUOTED = re.compile(r"“([^”]{4,})”")


def compose_measures(read: Understanding, knowledge: Knowledge) -> Draft:
    """Each measure named, with its figures for the years asked or its latest, and the clause that says what the plan has instead."""
    draft = Draft("figure", read.language, knowledge)
    sources: list[str | None] = []
    for measure in read.measures:
        rows = knowledge.measures[measure]
        draft.gap()
        draft.say("measure_intro", name=draft.said(rows[-1], "measure"), reason=draft.said(rows[-1], "reason"))
        draft.gap()
        asked = [r for r in rows if r["period_end"] and r["period_end"].year in read.years]
        if read.years and not asked:
            draft.say("measure_year_none", years="、".join(str(draft.count(y)) for y in read.years))
        for row in asked or rows[-_MOST:]:
            draft.observed_figure(row)
            sources.append(row["source"])
            draft.say(
                f"measure_{row['kind']}",
                period=period_of(row, draft),
                value=value_of(row, draft),
                unit=unit_of(row, draft),
                scope=draft.said(row, "scope"),
            )
    _cite(draft, [knowledge.measures[m][-1] for m in read.measures])
    draft.source_line(sources)
    return draft


def _cite(draft: Draft, rows: list[Row]) -> None:
    """Quote what the plan has on the subject: the target beside it, or the words its reason quotes; else name the plan."""
    knowledge = draft.knowledge
    for row in rows:
        if related := knowledge.indicators.get(row["related_indicator"] or ""):
            quote_indicators(draft, [related])
        for words in _QUOTED.findall(row["reason"]):
            for clause in knowledge.clauses.values():
                at = clause["text"].find(words)
                if at >= 0 and clause["document"] == knowledge.site.plan:
                    draft.quote(clause["clause"], at, at + len(words))
                    break
    if not draft.citations:
        draft.cite_document()
