"""Targets meant by a word of their names (供水供热里几项达标), where a question names none outright."""

from collections.abc import Mapping, Set

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import speaks_of, without_statuses
from portal.answering.lookup.target_sets import unit_said
from portal.answering.query import Operation, Query, SubjectKind
from portal.retrieval.lexical import terms
from portal.texts.folding import fold

# A word in the names of more targets than this is no matter of any.
_MOST = 8
_MOST_TITLED = 12
# What is longer tells a story beside what it asks.
_STORY = 90
_SETS = {Operation.LIST, Operation.COUNT, Operation.SUMMARISE, Operation.SHARE}
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
        or not (query.where.status or _asks_which(query))
        or query.where.theme
        or query.operation is Operation.CHECK
    ):
        return []
    if unit_said(query) or query.where.clause or query.of(SubjectKind.THEME) or query.of(SubjectKind.CLAUSE):
        return []
    names = knowledge.english_names if query.language == "en" else _names(knowledge)
    said = _telling(query, knowledge)
    if query.operation not in _SETS:
        # Who asks of one target whether it was met means the one with a word of its own (gas, not coverage).
        return _held(said, names, 1)
    called = _held(said, names, _MOST)
    titles = _titles_en(knowledge) if query.language == "en" else _titles(knowledge)
    return list(dict.fromkeys([*called, *_held(said, titles, _MOST_TITLED)]))


def _held(said: list[str], names: Mapping[str, str | Set[str]], most: int) -> list[str]:
    """The targets with one of some words in their names, words in the names of more than so many left out."""
    held = ([i for i, words in names.items() if word in words] for word in said)
    return list(dict.fromkeys(i for ids in held if 0 < len(ids) <= most for i in ids))


def _asks_which(query: Query) -> bool:
    """Whether it is asked which targets there are, whatever their status (all targets concerning waste)."""
    return query.operation in _SETS and len(query.question) <= _STORY and speaks_of("targets", fold(query.question))


def _telling(query: Query, knowledge: Knowledge) -> list[str]:
    content = knowledge.content_of(knowledge.vocabulary.without_scopes(without_statuses(query.text)))
    if query.language == "en":
        return sorted(english_words(content))
    return [t for t in terms(content) if len(t) > 1 and knowledge.classifier.familiar(t[:3]) < _FAMILIAR]


def _titles(knowledge: Knowledge) -> dict[str, str]:
    """The titles of the clauses that set the targets."""
    return {i: fold(str(knowledge.clause(r["clause"])["title"])) for i, r in knowledge.indicators.items()}


def _titles_en(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """The words of the same titles in English."""
    clauses = {i: knowledge.clause(r["clause"]) for i, r in knowledge.indicators.items()}
    return {i: english_words(fold(str(c.get("title_en") or ""))) for i, c in clauses.items()}


def _names(knowledge: Knowledge) -> dict[str, str]:
    return {i: fold(f"{r['name_zh']} {r['aliases'] or ''}") for i, r in knowledge.indicators.items()}
