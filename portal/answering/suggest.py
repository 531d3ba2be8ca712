"""Questions to go on with: each is one the pipeline answers, made from what the data hold."""

from portal.answering.draft import Draft, frame
from portal.answering.facts import Facts
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.clauses import asked_of
from portal.answering.models import Language
from portal.answering.passages import find
from portal.answering.query import Facet, SubjectKind
from portal.answering.refusals import IN_DANGER

_MOST = 3
_LOOKED_AT = 8


def after_answer(facts: Facts, draft: Draft, knowledge: Knowledge) -> list[str]:
    """Up to three questions about the same indicator and its neighbours in the clause."""
    language = draft.language
    asked = [knowledge.indicators[i] for i in facts.query.of(SubjectKind.INDICATOR) if i in knowledge.indicators]
    questions = []
    for row in asked[:1]:
        of_target = facts.query.facet is Facet.TARGET
        questions.append(_about(row, "suggest_progress" if of_target else "suggest_target", language))
    clauses = {c.clause for c in draft.citations}
    families = {i["family"] for i in asked}
    for row in knowledge.indicators.values():
        if row["clause"] in clauses and row["family"] not in families:
            families.add(row["family"])
            questions.append(_about(row, "suggest_target", language))
    return (questions or list(knowledge.vocabulary.suggestions.get(language, ())))[:_MOST]


def after_refusal(facts: Facts, draft: Draft, knowledge: Knowledge) -> list[str]:
    """Up to three answerable questions near the one refused, or the usual ones; none to who is in danger."""
    if draft.kind in IN_DANGER:
        return []
    questions: list[str] = []
    near = find(asked_of(facts.query), knowledge) if facts.query.outside is None else []
    for item in near[:_LOOKED_AT]:
        if item.row["document"] != knowledge.site.plan:
            continue
        for indicator in knowledge.indicators_in(item.row["clause"], item.row["start"], item.row["end"])[:1]:
            question = _about(knowledge.indicators[indicator], "suggest_target", draft.language)
            if question not in questions:
                questions.append(question)
    usual = [q for q in knowledge.vocabulary.suggestions.get(draft.language, ()) if q not in questions]
    return (questions + usual)[:_MOST]


def _about(row: Row, key: str, language: Language) -> str:
    name = row["name_zh"] if language == "zh" else row["name_en"]
    return frame(language, f"{key}_done" if row["direction"] == "done" else key, name=name)
