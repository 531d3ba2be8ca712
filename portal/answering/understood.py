"""How a question was understood, in one readable line that can be put right."""

from portal.answering.draft import frame
from portal.answering.knowledge import Knowledge
from portal.answering.query import Query, Subject, SubjectKind
from portal.measures.registry import measures

_ROWS = {
    SubjectKind.INDICATOR: ("indicators", "name_zh", "name_en"),
    SubjectKind.PROJECT: ("projects", "name", "name_en"),
    SubjectKind.PLACE: ("places", "name", "name_en"),
    SubjectKind.DISTRICT: ("districts", "name", "name_en"),
}

# What is quoted rather than looked up by facet and operation.
_TEXTS = {SubjectKind.CLAUSE, SubjectKind.DOCUMENT}
# A line holds no more names.
_NAMED = 3


def understood(query: Query, knowledge: Knowledge) -> str:
    """The subjects, what of them is wanted and for when, in the answer's language; empty for what was not read as any of these."""
    named = dict.fromkeys(_name(s, query.language, knowledge) for s in query.subjects)
    names = list(named)[:_NAMED]
    comma = frame(query.language, "list_comma")
    years = comma.join(map(str, query.where.years))
    about = frame(query.language, f"about_{query.about}")
    return frame(
        query.language,
        "understood_text" if query.about in _TEXTS else "understood",
        subjects=comma.join(filter(None, [*(names or [about]), *query.where.cities, years])),
        facet=frame(query.language, f"facet_{query.facet}"),
        operation=frame(query.language, f"operation_{query.operation}"),
    )


def _name(subject: Subject, language: str, knowledge: Knowledge) -> str:
    if subject.kind is SubjectKind.MEASURE:
        measure = measures(knowledge.store).offered(subject.id)[0]
        return measure.name_en if language == "en" else measure.name_zh
    if subject.kind not in _ROWS:
        return subject.text or subject.id
    table, zh, en = _ROWS[subject.kind]
    row = getattr(knowledge, table).get(subject.id, {})
    return str((language == "en" and row.get(en)) or row.get(zh) or subject.text)
