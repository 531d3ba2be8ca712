"""Targets meant by a word of their names (供水供热里几项达标), where a question names none outright."""

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import without_statuses
from portal.answering.query import Operation, Query, SubjectKind
from portal.retrieval.lexical import terms
from portal.texts.folding import fold

# A word in the names of more targets than this is no matter of any.
_MOST = 6
# An n-gram in this share of the examples is a word of asking.
_FAMILIAR = 0.02


def of_the_matter(query: Query, knowledge: Knowledge) -> list[str]:
    """The targets whose names hold a telling word of the question; none where it chooses by section or clause, or says no such word.

    Args:
        query: of a set of targets.
        knowledge: the published version.
    """
    if (
        query.of(SubjectKind.INDICATOR)
        or not query.where.status
        or query.where.theme
        or query.operation is Operation.CHECK
    ):
        return []
    if query.where.clause or query.of(SubjectKind.THEME) or query.of(SubjectKind.CLAUSE):
        return []
    names = knowledge.english_names if query.language == "en" else _names(knowledge)
    said = _telling(query, knowledge)
    held = ([i for i, words in names.items() if word in words] for word in said)
    return list(dict.fromkeys(i for ids in held if 0 < len(ids) <= _MOST for i in ids))


def _telling(query: Query, knowledge: Knowledge) -> list[str]:
    content = knowledge.content_of(without_statuses(query.text))
    if query.language == "en":
        return sorted(english_words(content))
    return [t for t in terms(content) if len(t) > 1 and knowledge.classifier.familiar(t[:3]) < _FAMILIAR]


def _names(knowledge: Knowledge) -> dict[str, str]:
    return {i: fold(f"{r['name_zh']} {r['aliases'] or ''}") for i, r in knowledge.indicators.items()}
