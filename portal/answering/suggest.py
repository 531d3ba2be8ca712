"""Questions to go on with: each is one the pipeline answers, made from what the data hold."""

from portal.answering.draft import frame
from portal.answering.knowledge import Knowledge, Row
from portal.answering.models import Citation, Language
from portal.answering.retrieve import Found

_MOST = 3


def after_answer(
    sort: str, indicators: list[Row], citations: list[Citation], language: Language, knowledge: Knowledge
) -> list[str]:
    """Up to three questions about the same indicator and its neighbours in the clause."""
    questions: list[str] = []
    for row in indicators[:1]:
        if sort != "progress":
            questions.append(_about(row, "suggest_progress", language))
        else:
            questions.append(_about(row, "suggest_target", language))
    clauses = {c.clause for c in citations}
    known = {i["id"] for i in indicators}
    families = {i["family"] for i in indicators}
    for row in knowledge.indicators.values():
        if row["clause"] in clauses and row["id"] not in known and row["family"] not in families:
            families.add(row["family"])
            questions.append(_about(row, "suggest_target", language))
    return (questions or list(knowledge.vocabulary.suggestions.get(language, ())))[:_MOST]


def after_refusal(found: list[Found], language: Language, knowledge: Knowledge) -> list[str]:
    """Up to three answerable questions near the one refused, or the usual ones."""
    questions: list[str] = []
    for item in found[:8]:
        for indicator in knowledge.indicators_in(item.row["clause"], item.row["start"], item.row["end"])[:1]:
            question = _about(knowledge.indicators[indicator], "suggest_target", language)
            if question not in questions:
                questions.append(question)
    usual = [q for q in knowledge.vocabulary.suggestions.get(language, ()) if q not in questions]
    return (questions + usual)[:_MOST]


def _about(row: Row, key: str, language: Language) -> str:
    name = row["name_zh"] if language == "zh" else row["name_en"]
    if row["direction"] == "done" and key in {"suggest_target", "suggest_progress"}:
        key += "_done"
    return frame(language, key, name=name)
