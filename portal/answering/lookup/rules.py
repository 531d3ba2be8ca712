"""What the rules beside the plan say of a question: the articles, who punishes their breach, what is excepted, what a document is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.answering.english import english_words
from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.articles import ArticleHit
from portal.answering.lookup.asked_attributes import of_a_rule, wanted
from portal.answering.lookup.card_facts import card_asked
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.documents import Documents, documents_of
from portal.answering.lookup.everyday import translated
from portal.answering.lookup.refused import held_of
from portal.answering.query import Query
from portal.answering.reading.numbers import counted
from portal.answering.refusals import Refusal
from portal.publication.store import Row
from portal.retrieval.lexical import terms
from portal.texts.folding import fold

# Words that tell less than this, weighed by how rare they are, name no matter.
_LITTLE = 8.0
# How far an article stands out from the last of so many, as a share of how far the best does, for it to speak too: of another
# document, and of one that speaks already.
_LOOKED_AT = 8
_SPEAKS_TOO = 0.33
_ALSO = 0.6
_MOST_RULES = 3
# A part of a question that says this share of its telling words has an article of its own that leaves at most so much of them unsaid.
_A_PART = 0.35
_PART_UNCOVERED = 0.75
# A short article is quoted whole, of a longer one the best sentences.
_SHORT = 420
_MOST_SPANS = 4
_MOST_PENALTIES = 2
_FIT = 0.9
_FIT_NEAR = 0.6
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_PARTS = re.compile(r"[,，。;；?？!！]")
_ARTICLE = re.compile(r"第\s*([\d一二三四五六七八九十百零两]+)\s*条(?:之([一二三四五六七八九十]))?")


@dataclass(frozen=True)
class Rule:
    """An article that answers: its best sentence first among `spans`, each a clause and offsets in it; who punishes; what is excepted."""

    hit: ArticleHit
    spans: tuple[tuple[str, int, int], ...]
    penalties: tuple[ArticleHit, ...] = ()
    exceptions: tuple[ArticleHit, ...] = ()


@dataclass(frozen=True)
class RuleFacts(Facts):
    """The rules found, best first, the cards of their documents, and the share of the question's telling words that they say, in
    the documents' own words for them (犬 for 狗); of an English question the words whose Chinese they hold; `named` where it
    names a document; `shaped` where it is put as a question for a rule; `near` how near the nearest passage lies in
    meaning, as a cosine, `nearer` by how much nearer than the plan's; `told` how much the question tells of a matter;
    `stands_out` by how much the best article's score is above that of the last looked at; `follows` where it goes on from a turn
    that a text answered."""

    covered: float = 0.0
    said: frozenset[str] = frozenset()
    near: float = 0.0
    nearer: float = 0.0
    told: float = 0.0
    stands_out: float = 1.0
    named: bool = False
    shaped: bool = True
    follows: bool = False
    rules: tuple[Rule, ...] = ()
    cards: tuple[Row, ...] = ()


def beside_the_plan(knowledge: Knowledge) -> bool:
    """Whether the version holds documents other than the plan."""
    return len(knowledge.store.manifest.documents) > 1


def names_the_plan(text: str, knowledge: Knowledge) -> bool:
    """Whether a text names the plan, or the kind of document that it alone is of."""
    documents, plan = documents_of(knowledge), knowledge.site.plan
    named = plan in documents.named_documents(text) or documents.names_kind_of(text, plan)
    # Words of the list that other words hold (planning) stand between spaces there.
    return named or says(f" {text} ", "the_plan")


def look_up_rules(query: Query, knowledge: Knowledge) -> Facts:
    """The rules that speak of what is asked, a document's own facts, or why no document answers."""
    cities = (*query.elsewhere, *query.where.cities)
    if cities:
        return Nothing(query, why=Refusal.ELSEWHERE, values=held_of(cities, knowledge))
    documents, question = documents_of(knowledge), fold(query.question)
    named = documents.named_documents(question) or documents.named_documents(query.text)
    others = [d for d in named if d != knowledge.site.plan]
    if not others and (named or names_the_plan(question, knowledge)):
        return Nothing(query, why=Refusal.NOTHING)
    if others:
        if number := _ARTICLE.search(question):
            return _by_number(query, others[0], number, documents)
        if card := card_asked(query, others, documents):
            return card
    return _articles(query, others, documents, knowledge)


def _by_number(query: Query, document: str, number: re.Match[str], documents: Documents) -> Facts:
    clause = str(counted(number[1])) + (f"-{counted(number[2])}" if number[2] else "")
    hit = documents.article(document, clause)
    if hit is None:
        title = documents.cards[document]["title"]
        values = {"title": title, "label": number.group(), "count": documents.cards[document].get("articles") or 0}
        return Nothing(query, f"{title} {query.text}", 0.95, why=Refusal.NO_ARTICLE, values=values)
    spans = tuple((p["clause"], 0, len(p["text"].rstrip())) for p in hit.parts)
    rule, card = Rule(hit, spans), documents.cards[document]
    said = english_words(query.text)
    return RuleFacts(query, query.text, 1.0, covered=1.0, said=said, named=True, rules=(rule,), cards=(card,))


def _articles(query: Query, named: list[str], documents: Documents, knowledge: Knowledge) -> Facts:
    if punished := _of_breach(query, documents, knowledge):
        return punished
    question = _asked(query, documents)
    within = named or [d for d in documents.cards if d != knowledge.site.plan]
    hits = documents.articles(question, within, _LOOKED_AT)
    if not hits:
        return Nothing(query, why=Refusal.NOTHING)
    kept = _with_parts(_speaking(hits, named), question, within, documents)
    evidence = " ".join(_words(h) for h in kept)
    answering = [h for h in kept if not documents.unanswered(query.question, h)]
    if not answering and not (named or _is_shaped(query)):
        # That a rule does not say it is no answer to who asks for none.
        return Nothing(query, why=Refusal.NOTHING)
    if not answering:
        values = {"title": kept[0].document_title, "label": kept[0].article_label}
        return Nothing(query, evidence, _FIT_NEAR, why=Refusal.RULE_ATTRIBUTE, values=values)
    near, nearer = documents.nearness(question, knowledge.site.plan)
    return RuleFacts(
        query,
        evidence,
        _FIT,
        covered=_covered(question, answering, documents) if documents.told(question) else float(bool(named)),
        said=_said_in_english(query, evidence) if query.language == "en" else frozenset(),
        near=near,
        nearer=nearer,
        told=documents.told(question),
        stands_out=hits[0].score - hits[-1].score if len(hits) == _LOOKED_AT else 1.0,
        named=bool(named),
        shaped=_is_shaped(query),
        rules=tuple(_rule(h, question, documents) for h in answering),
        cards=tuple(documents.cards[d] for d in dict.fromkeys(h.document for h in answering)),
    )


def _is_shaped(query: Query) -> bool:
    """Whether a turn, or the one it goes on from, is put as a question for a rule."""
    return of_a_rule(query.question) or (query.inherited and of_a_rule(query.text))


def says_nothing(question: str, documents: Documents) -> bool:
    """Whether a turn has no words of its own on a matter of the documents (罚多少, 归谁管)."""
    return documents.told(question) < _LITTLE


def _of_breach(query: Query, documents: Documents, knowledge: Knowledge) -> Facts | None:
    """What a breach of the article that the turn before was answered with costs and who sees to it, where a turn asks that and nothing
    else; None where it does not, or no article says so."""
    this = knowledge.vocabulary.canonical(fold(query.question))
    asked = any(a.name == "penalty" for a in wanted(query.question)) or says(query.question, "who")
    if not (query.inherited and asked and says_nothing(query.question, documents) and query.text.endswith(this)):
        return None
    asked_before = query.text.removesuffix(this).strip()
    before = query.model_copy(update={"text": asked_before, "question": asked_before, "inherited": False})
    found = look_up_rules(before, knowledge)
    if not isinstance(found, RuleFacts):
        return None
    ruled = [r for r in found.rules if r.penalties] or [r for r in found.rules if _punishes(r.hit)]
    if not ruled:
        return None
    cards = tuple(documents.cards[d] for d in dict.fromkeys(r.hit.document for r in ruled))
    return replace(found, query=query, rules=tuple(ruled), cards=cards, shaped=True)


def _punishes(hit: ArticleHit) -> bool:
    return any(a.name == "penalty" and a.written.search(hit.text) for a in wanted("罚"))


def _asked(query: Query, documents: Documents) -> str:
    """What is asked, without the names of documents unless it is nothing else."""
    question = query.text if query.inherited else query.question
    unnamed = documents.without_names(question)
    return unnamed if documents.content(unnamed) else question


def _covered(question: str, hits: list[ArticleHit], documents: Documents) -> float:
    """The greatest share of the telling words of a question that one of some articles says."""
    return 1 - min((documents.uncovered(question, h).share for h in hits), default=1.0)


def _said_in_english(query: Query, evidence: str) -> frozenset[str]:
    """The English words of a question whose Chinese stands in the articles."""
    held = (s for s, written in translated(fold(query.question)).items() if any(w in evidence for w in written.split()))
    return english_words(" ".join(held))


def _speaking(hits: list[ArticleHit], named: list[str]) -> list[ArticleHit]:
    """The best article, those that stand out nearly as far, and the best of every other document that is named or speaks as well."""
    kept, level = [hits[0]], hits[-1].score
    height = hits[0].score - level
    for hit in hits[1:]:
        new = all(h.document != hit.document for h in kept)
        share = (hit.score - level) / height if height else 0.0
        if share >= (_ALSO if not new else 0.0 if hit.document in named else _SPEAKS_TOO):
            kept.append(hit)
    return kept[:_MOST_RULES]


def _with_parts(kept: list[ArticleHit], question: str, within: list[str], documents: Documents) -> list[ArticleHit]:
    """Those found for the whole of a question, and the best one for each part that says enough of its own."""
    parts = [p for p in _PARTS.split(question) if p.strip()]
    least = _A_PART * documents.told(question)
    found = list(kept)
    for part in parts if len(parts) > 1 else []:
        if documents.told(part) < least:
            continue
        hit = next(iter(documents.articles(part, within, 1)), None)
        if hit is None or any((h.document, h.article) == (hit.document, hit.article) for h in found):
            continue
        if documents.uncovered(part, hit).share <= _PART_UNCOVERED:
            found.append(hit)
    return found[: _MOST_RULES + 1]


def _rule(hit: ArticleHit, question: str, documents: Documents) -> Rule:
    penalties = documents.penalties(hit.document, hit.clause)[:_MOST_PENALTIES]
    fined = any(a.name == "penalty" for a in wanted(question))
    punished = documents.punished_by(hit.document, hit.clause)[:_MOST_PENALTIES] if fined and not penalties else []
    spans = _spans(hit, question, documents)
    taken = {(c, s) for c, s, _ in spans}
    spared = [e for e in documents.exceptions(hit.document, hit.clause) if (e.clause, e.start) not in taken]
    return Rule(hit, spans, (*penalties, *punished), tuple(spared[:2]))


def _spans(hit: ArticleHit, question: str, documents: Documents) -> tuple[tuple[str, int, int], ...]:
    """The best sentence, then the rest of a short article or the sentences of a long one that share most of the question's words."""
    first = _whole(hit)
    said = {t for t in terms(documents.content(question)) if len(t) > 1}
    sentences = [s for p in hit.parts for s in _sentences(p)]
    others = [s for s in sentences if not (s[0] == hit.clause and s[1] < first[2] and first[1] < s[2])]
    if len(hit.text) > _SHORT:
        texts = {p["clause"]: p["text"] for p in hit.parts}
        shared = {s: len(said & set(terms(texts[s[0]][s[1] : s[2]]))) for s in others}
        best = sorted((s for s in others if shared[s]), key=lambda s: -shared[s])[: _MOST_SPANS - 1]
        others = [s for s in others if s in best]
    return (first, *others)


def _whole(hit: ArticleHit) -> tuple[str, int, int]:
    """The best passage of an article with the rest of its sentence: half a sentence may say who, and not what."""
    part = next(p for p in hit.parts if p["clause"] == hit.clause)
    touched = [s for s in _sentences(part) if s[1] < hit.end and hit.start < s[2]]
    return (hit.clause, min(s[1] for s in touched), max(s[2] for s in touched)) if touched else (hit.clause, *hit.span)


def _sentences(part: Row) -> Iterable[tuple[str, int, int]]:
    for match in _SENTENCE.finditer(part["text"]):
        if text := match.group().strip():
            start = match.end() - len(match.group().lstrip())
            yield part["clause"], start, start + len(text)


def _words(hit: ArticleHit) -> str:
    return f"{hit.document_title} {hit.path} {hit.text}"
