"""Questions that are two or three in one, and the question in a long message."""

from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import without_statuses
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.documents import documents_of
from portal.answering.reading.patterns import form
from portal.retrieval.lexical import terms

_MOST = 3
_SHORTEST = 4
# A message longer than this tells a story around its question.
_STORY = 45


# An n-gram in this share of the examples is a word of asking and says nothing of a subject.
_FAMILIAR = 0.02


def parts_of(question: str, knowledge: Knowledge) -> list[str]:
    """The parts of a message that ask something each, in order; one part, the whole, where it asks one thing.

    Args:
        question: normalised.
        knowledge: the published version; a piece that says no subject of its own is no question of its own beside a comma.
    """
    sentences = [s.strip() for s in form("sentence_end").split(question) if s.strip()]
    asking = [s for s in sentences if _asks(s)]
    if 1 < len(asking) <= _MOST:
        return asking
    pieces = [p.strip() for p in form("clause_end").split(question) if p.strip()]
    if (
        len(sentences) == 1
        and len(question) <= _STORY
        and len(pieces) == _MOST - 1
        and all(_asks(p) and _says_a_subject(p, knowledge) for p in pieces)
    ):
        return pieces
    return [question]


def halves_of(question: str, knowledge: Knowledge) -> tuple[str, str] | None:
    """What a question asks of the plan and what of the rules beside it (方案要多少，条例怎么规定); None where it does not ask both.

    Args:
        question: normalised.
        knowledge: the published version.
    """
    pieces = [p for s in form("sentence_end").split(question) for p in form("clause_end").split(s) if p.strip()]
    of = [(p, _of_plan(p, knowledge), _of_rules(p, knowledge)) for p in pieces]
    if not any(plan for _, plan, _ in of) or not any(rules for _, _, rules in of):
        return None
    # A piece that names neither says what both are asked about.
    of_plan = "，".join(p for p, plan, rules in of if plan or not rules)
    return of_plan, "，".join(p for p, plan, rules in of if rules or not plan)


def _of_plan(piece: str, knowledge: Knowledge) -> bool:
    documents, plan = documents_of(knowledge), knowledge.site.plan
    named = plan in documents.named_documents(piece) or documents.names_kind_of(piece, plan)
    return named or says(f" {piece} ", "the_plan")


def _of_rules(piece: str, knowledge: Knowledge) -> bool:
    named = documents_of(knowledge).named_documents(piece)
    return any(d != knowledge.site.plan for d in named) or says(piece, "rules")


def core_of(part: str) -> str | None:
    """The end of a long message from its last piece that asks something on; None where the message is short or has no such piece."""
    if len(part) <= _STORY:
        return None
    pieces = [p for p in form("clause_end").split(part) if p.strip()]
    asking = [n for n, p in enumerate(pieces) if _asks(p)]
    if not asking or asking[-1] == 0:
        return None
    return "，".join(pieces[asking[-1] :]).strip()


def _asks(piece: str) -> bool:
    return len(piece) >= _SHORTEST and bool(form("asks").search(piece.lower()))


def _says_a_subject(piece: str, knowledge: Knowledge) -> bool:
    """Whether a piece names anything the data hold, or says in words of the plan what it is about (对物业调解又怎么说)."""
    canonical = knowledge.vocabulary.canonical(piece)
    if knowledge.mentions(canonical):
        return True
    # 达标了吗 asks how what was named before stands.
    told = {t for t in terms(knowledge.content_of(without_statuses(canonical))) if len(t) > 1}
    return any(t in knowledge.plan_terms and knowledge.classifier.familiar(t[:3]) < _FAMILIAR for t in told)
