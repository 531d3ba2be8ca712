"""Questions that are two or three in one, and the question in a long message."""

import re

from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import without_statuses
from portal.answering.lookup.columns import spoken_of
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.documents import documents_of
from portal.answering.lookup.rules import names_the_plan
from portal.answering.normalise import language_of
from portal.answering.reading.patterns import form
from portal.answering.reading.unlisted import place_kinds
from portal.retrieval.lexical import terms

_MOST = 3
_SHORTEST = 4
# A message longer than this tells a story around its question; two questions in one sentence are no longer than this.
_LONGEST = {"zh": 45, "en": 110}
# How the English words begin that ask wherever they stand.
_ASK = {"wh", "ho"}
# How an English piece goes on from what was told before it.
_GOES_ON = re.compile(r"^(?:and|but|so|or|also|anyway|well|then)\b[\s,]*")
# Tables whose names only say where.
_WHERE = {"cities", "districts"}


# An n-gram in this share of the examples is a word of asking and says nothing of a subject.
_FAMILIAR = 0.02


def parts_of(question: str, knowledge: Knowledge) -> list[str]:
    """The parts of a message that ask something each, in order; one part, the whole, where it asks one thing.

    Args:
        question: normalised.
        knowledge: the published version; a piece that says no subject of its own is no question of its own beside a comma.
    """
    if told := _of_a_story(question, knowledge):
        return told
    sentences = _split("sentence_end", question)
    asking = [n for n, s in enumerate(sentences) if _asks(s)]
    if 1 < len(asking) <= _MOST:
        return [_begun(sentences, asking[0], knowledge), *(sentences[n] for n in asking[1:])]
    pieces = _split("clause_end", question)
    if len(sentences) == 1 and len(question) <= _LONGEST[language_of(question)] and len(pieces) == _MOST - 1:
        first, second = pieces
        more = _says_a_subject(second, knowledge) or _asks_more(first, second, knowledge)
        if _asks(first) and _asks(second) and _says_a_subject(first, knowledge) and more:
            return pieces
    return [question]


def _of_a_story(question: str, knowledge: Knowledge) -> list[str]:
    """The questions at the end of a story, one a piece; none where fewer than two of them name what they ask about, as then they
    are one: a piece that names nothing goes on from the one before it."""
    pieces = _pieces(question)
    short = len(question) <= _LONGEST[language_of(question)] and len(_split("sentence_end", question)) == 1
    if short or len(pieces) < _MOST:
        return []
    asking = [n for n, p in enumerate(pieces) if _asks_outright(p)]
    named = [n for n in asking if _says_a_subject(pieces[n], knowledge)]
    if len(named) <= 1:
        return []
    asking = [n for n in asking if n >= named[0]]
    if len(asking) > _MOST:
        return []
    return [pieces[n] if n - 1 in asking else _begun(pieces, n, knowledge) for n in asking]


def halves_of(question: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """What a question asks of the plan and what of the rules beside it (方案要多少，条例怎么规定); None where it does not ask both.

    Args:
        question: normalised.
        knowledge: the published version.
    """
    pieces = _pieces(question)
    of = [(p, names_the_plan(p, knowledge), _of_rules(p, knowledge)) for p in pieces]
    if not any(plan for _, plan, _ in of) or not any(rules for _, _, rules in of):
        return None
    # A piece that names neither says what both are asked about.
    of_plan = "，".join(p for p, plan, rules in of if plan or not rules)
    return of_plan, "，".join(p for p, plan, rules in of if rules or not plan)


def _of_rules(piece: str, knowledge: Knowledge) -> bool:
    named = documents_of(knowledge).named_documents(piece)
    return any(d != knowledge.site.plan for d in named) or says(piece, "rules")


def _begun(sentences: list[str], first: int, knowledge: Knowledge) -> str:
    """The first sentence that asks, with the one before it where only that one names what is asked about."""
    if first and not _names(sentences[first], knowledge) and _names(sentences[first - 1], knowledge):
        return f"{sentences[first - 1]}，{sentences[first]}"
    return sentences[first]


def cores_of(part: str, knowledge: Knowledge) -> list[str]:
    """The ends of a long message from its last piece that asks something on, or from the piece before it that names what is asked
    about: outright, or in words of the plan. None where the message is short or has no such piece."""
    if len(part) <= _LONGEST[language_of(part)]:
        return []
    pieces = _pieces(part)
    asking = [n for n, p in enumerate(pieces) if _holds_asking(p)]
    if not asking:
        return []
    ahead = range(asking[-1] + 1)
    named = [n for n in ahead if _names(pieces[n], knowledge)][-1:]
    said = [n for n in ahead if _says_a_subject(pieces[n], knowledge)][-1:]
    begun = [max(named + said), *named] if named or said else [asking[-1]]
    firsts = dict.fromkeys(_with_where(first, pieces, knowledge) for first in begun)
    return ["，".join(pieces[first:]) for first in firsts if first]


def _with_where(first: int, pieces: list[str], knowledge: Knowledge) -> int:
    """The piece to begin with, so that pieces right before it which only say where are told with it."""
    while first and _only_says_where(pieces[first - 1], knowledge):
        first -= 1
    return first


def _only_says_where(piece: str, knowledge: Knowledge) -> bool:
    """Whether all that a piece names is a city or a district (this city or that one, which …)."""
    found = knowledge.mentions(knowledge.vocabulary.canonical(piece))
    return bool(found) and all(n.table in _WHERE for m in found for n in m.names)


def _pieces(text: str) -> list[str]:
    """What stands between the commas and full stops of a text."""
    return [piece for sentence in _split("sentence_end", text) for piece in _split("clause_end", sentence)]


def _split(name: str, text: str) -> list[str]:
    return [piece.strip() for piece in form(name).split(text) if piece.strip()]


def _names(piece: str, knowledge: Knowledge) -> bool:
    """Whether a piece names a thing of the data, not only where it is."""
    found = knowledge.mentions(knowledge.vocabulary.canonical(piece))
    return any(n.table not in _WHERE for m in found for n in m.names)


def _asks_more(first: str, second: str, knowledge: Knowledge) -> bool:
    """Whether the second piece asks something else of a district that the first one names (多少人，有几个镇)."""
    canonical = knowledge.vocabulary.canonical(first)
    named = any(n.table == "districts" for m in knowledge.mentions(canonical) for n in m.names)
    return named and bool(set(spoken_of("districts", second)) - set(spoken_of("districts", first)))


def _asks(piece: str) -> bool:
    return _asks_outright(piece) if language_of(piece) == "en" else _holds_asking(piece)


def _holds_asking(piece: str) -> bool:
    """Whether a word of asking stands anywhere in a piece, as in a statement that wants to be confirmed (2,350 were built)."""
    return len(piece) >= _SHORTEST and bool(form("asks").search(piece.lower()))


def _asks_outright(piece: str) -> bool:
    """Whether a piece of a story asks: of an English one a verb within it asks nothing (my professor is strict)."""
    found = form("asks").finditer(_GOES_ON.sub("", piece.lower()))
    return len(piece) >= _SHORTEST and any(not m.start() or not m[0].isascii() or m[0][:2] in _ASK for m in found)


def _says_a_subject(piece: str, knowledge: Knowledge) -> bool:
    """Whether a piece names anything the data hold, or says in words of the plan what it is about (对物业调解又怎么说)."""
    canonical = knowledge.vocabulary.canonical(piece)
    mentions = knowledge.mentions(canonical)
    if mentions or place_kinds(canonical, mentions, knowledge):
        return True
    if language_of(piece) == "en" and knowledge.vocabulary.translated(canonical):
        return True
    # 达标了吗 asks how what was named before stands.
    told = {t for t in terms(knowledge.content_of(without_statuses(canonical))) if len(t) > 1}
    return any(t in knowledge.plan_terms and knowledge.classifier.familiar(t[:3]) < _FAMILIAR for t in told)
