"""Step 2, for questions that are two or three in one: each part that asks something of its own."""

import re

from portal.answering.knowledge import Knowledge
from portal.answering.language import patterns
from portal.retrieval.lexical import terms
from portal.texts.folding import fold

_MOST = 3
_BREAK = re.compile(r"[,，;；。？?！!\n]+")
AND_WHAT_OF = re.compile(r"呢$|^(and )?(what|how) about\b")
_ASKING = ("quantity", "listing", "content", "whether", "when", "where", "quotation", "progress")


def parts_of(question: str, knowledge: Knowledge) -> list[str]:
    """The parts of a question, each with the words that lead up to it; one part where it asks one thing.

    A part asks (how many, which, how, when…) and says of what in words of its own: 绿地率目标是多少，达标了吗 is one question.

    Args:
        question: normalised.
        knowledge: the published version.
    """
    parts: list[str] = []
    lead = ""
    for piece in filter(None, map(str.strip, _BREAK.split(question))):
        lead = f"{lead}，{piece}" if lead else piece
        if _asks(piece, knowledge):
            parts.append(lead)
            lead = ""
    if lead and parts:
        parts[-1] = f"{parts[-1]}，{lead}"
    return parts if 1 < len(parts) <= _MOST else [question]


def _asks(piece: str, knowledge: Knowledge) -> bool:
    text = knowledge.vocabulary.canonical(piece)
    folded = fold(piece)
    if not AND_WHAT_OF.search(folded) and not patterns("cues").matching(folded) & set(_ASKING):
        return False
    own = patterns("cues").without(text, *_ASKING, "target", "follow")
    return any(len(t) > 1 for t in terms(knowledge.content_of(own)))
