"""What a document is, where that and nothing of its content is asked: since when in force, amended, adopted, by whom."""

import re
from dataclasses import dataclass

from portal.answering.facts import Facts
from portal.answering.lookup.document_dates import Dated
from portal.answering.lookup.documents import Documents
from portal.answering.query import Query
from portal.publication.store import Row
from portal.texts.folding import fold

_IN_FORCE = re.compile(r"施行|生效|effective|in force")
# What a question wants of a document itself, as people put it, by the fact that its lines say.
_CARD = {
    "effective": re.compile(r"施行|生效|实施|哪天起|哪年起|什么时候(?:开始|起)|effective|in force|come into"),
    "amended": re.compile(r"改过|修改|修正|修订|amended|revis"),
    "adopted": re.compile(r"(?:哪年|哪天|何时|什么时候|谁)\S{0,6}(?:通过|制定|出台|定的)|谁发的|adopted|who issued"),
    "approved": re.compile(r"(?:哪年|哪天|何时|什么时候|谁)\S{0,4}批准的?$|approved"),
    "repeals": re.compile(r"废止|作废|还有效|现行|取代|repeal"),
    "articles": re.compile(r"(?:多少|几)条|how many articles"),
    "newer": re.compile(r"哪(?:个|部|份)(?:更|比较)?(?:新|早|晚|先|后)|newer|older|同一天"),
    "card": re.compile(r"文号|发文|哪个机关|谁发布|讲(?:的是)?什么|(?:是|关于)什么的?(?:文件|条例|规定)"),
}


@dataclass(frozen=True)
class CardFacts(Facts):
    """Documents asked about themselves: their cards, the lines that say their dates, which facts are wanted, and the titles of those
    whose text does not say since when they are in force, where that is asked."""

    cards: tuple[Row, ...] = ()
    dated: tuple[Dated, ...] = ()
    wanted: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()


def card_asked(query: Query, named: list[str], documents: Documents) -> CardFacts | None:
    """What documents are, where that and nothing of their content is asked."""
    asked = fold(query.question if not query.inherited else f"{query.text} {query.question}")
    facts = _wanted(asked, query.inherited, documents)
    if not facts:
        return None
    cards = tuple(card for d in named if (card := documents.document_card(d)))
    undated = tuple(c["title"] for c in cards if not any(d.fact == "effective" for d in c["dated"]))
    if "effective" not in facts or not _IN_FORCE.search(asked):
        undated = ()
    # Where the text does not say it, that is the answer, and what it says instead is told.
    dated = tuple(d for card in cards for d in card["dated"] if undated or d.fact in _lines(facts))
    if not dated and not undated and "articles" not in facts:
        return None
    return CardFacts(query, f"{query.text}", 1.0, cards, dated, facts, undated)


def _wanted(asked: str, inherited: bool, documents: Documents) -> tuple[str, ...]:
    """What of a document is asked; of one that is only named what it is."""
    facts = tuple(name for name, said in _CARD.items() if said.search(asked))
    if not facts and not inherited and not documents.content(documents.without_names(asked)):
        return ("card",)
    return facts


def _lines(facts: tuple[str, ...]) -> set[str]:
    """Which of the dates of a document are quoted for what is wanted of it."""
    lines = {"effective"} | set(facts) & {"amended", "adopted", "approved", "repeals"}
    return lines | ({"adopted", "approved"} if "card" in facts else set())
