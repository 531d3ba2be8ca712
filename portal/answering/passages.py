"""A question's words → the sentences of the documents, or the indicators, that can answer it."""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Row, share
from portal.answering.language.lexicon import group_of_unit, unit_asked, units
from portal.measures.registry import measures
from portal.retrieval.lexical import terms
from portal.retrieval.retriever import Hit
from portal.retrieval.stems import stemmed
from portal.texts.folding import fold

_DEPTH = 40
PIECES = re.compile(r"[\s,，。;；!！?？]+")
"""What parts a message into pieces: pauses, stops and blanks."""
_DIGIT = re.compile(r"\d")
# A question for a number is better answered by a sentence that holds one; a heading answers nothing.
_QUANTITY_BONUS = 0.12
_HEADING_MALUS = 0.35
# A clause whose own title says what is asked about is the one that deals with it.
_TITLE_BONUS = 0.2
_TEXT_BONUS = 0.2
# Words of the question that stand together in a sentence just so.
_PHRASE_BONUS = 0.1
_PHRASE = 3
# Share of the question's telling words in the text found, plus cosine: .25 keeps all but one of 125 content questions of the
# development sets and turns away 97 % of 228 citizens' questions on other law (STARD). The cosine alone separates nothing:
# unrelated text scores .80 to .88.
_SUPPORTED = 0.25
# Who only asks whether the plan deals with something (井盖翘起来没人管?) is served by less: the sentence that does.
_SUPPORTED_WHETHER = 0.1
_COSINE_MIDDLE = 0.88
_COSINE_WEIGHT = 8.0
# The same for English, whose cosines with the Chinese passages are lower: of 73 content questions of the kept sets all but a few
# with slips of the pen pass, of 50 questions on other things (`tests/evaluation/other_english.txt`) few do.
_SUPPORTED_EN = 0.34
_COSINE_MIDDLE_EN = 0.82
_COSINE_WEIGHT_EN = 2.0
# Least share of the question's telling words that an indicator's own words must hold where no name of it was used.
_COVERED = 0.45
# The same where it is stated in the measure asked with (每平方公里几吨).
_COVERED_IN_UNIT = 0.35
_LISTED = 0.25
# Least share of the question's telling words that a background measure's name must hold.
_NAMED_BY = 0.8
# One word alone (第一) is in many a name.
_TELLS_A_MEASURE = 2
# How much of a measure's name one word must be, for it to be meant by that word alone.
_PART_OF_NAME = 0.3
# An English word is held where the terms held are this much of one of the plan's words for it; what has such a word counts double.
_TRANSLATED = 0.6
_SUBJECT = 2.0
_STATED_IN = 5
_STATED_BONUS = 0.3
_UNIT_BONUS = 0.15
# 燃气 stands in one quotation with 供水, but is the name of one of the two.
_CALLED_BONUS = 0.2
_TIED = 0.02
_MOST_SENTENCES = 3
_NEAR_BEST = 0.72


@dataclass(frozen=True)
class Asked:
    """What a search needs of a question.

    Attributes:
        text: in canonical words.
        folded: as it was put, folded.
        language: of its words.
        wants_number: whether a quantity is asked for.
        wants_all: whether all there is on a subject is asked for.
        whether: whether only that the documents deal with something is asked.
    """

    text: str
    folded: str
    language: str
    wants_number: bool = False
    wants_all: bool = False
    whether: bool = False


@dataclass(frozen=True)
class Found:
    """A sentence or part found: its passage row, score (within one question), the part of it that is its own and not its
    clause's, and the retriever's own measures."""

    row: Row
    score: float
    own: float
    hit: Hit


def words_of(asked: Asked, knowledge: Knowledge) -> str:
    """The words of a question that carry content, canonical; of an English one the plan's words for it and its own as stems."""
    own = knowledge.content_of(asked.text)
    if asked.language == "zh":
        return own
    return " ".join([*dict.fromkeys(knowledge.vocabulary.translated(asked.text).values()), stemmed(own)])


@lru_cache(maxsize=256)
def _hits(asked: Asked, knowledge: Knowledge) -> list[Hit]:
    if asked.language == "zh":
        return knowledge.retriever.search(asked.text, _DEPTH)
    words = words_of(asked, knowledge)
    return knowledge.bilingual.search(f"{asked.text} {words}", _DEPTH, words)


def find(asked: Asked, knowledge: Knowledge) -> list[Found]:
    """Passages for a question, best first, headings last."""
    measure = unit_asked(asked.folded)
    content = words_of(asked, knowledge)
    weights = knowledge.weighed(content)
    phrases = [word for word in content.split() if len(word) >= _PHRASE]
    titles: dict[tuple[str, str], float] = {}
    found = []
    for hit in _hits(asked, knowledge):
        row = dict(hit.metadata)
        score = hit.score
        score += _TEXT_BONUS * share(weights, knowledge.passage_terms[row["id"]])
        score += _PHRASE_BONUS * any(phrase in hit.text for phrase in phrases)
        if row["is_heading"]:
            score -= _HEADING_MALUS
        elif asked.wants_number and _DIGIT.search(row["text"]):
            score += _QUANTITY_BONUS
            if measure and re.search(rf"\d+\s*(?:{units()[measure]})", row["text"]):
                score += _QUANTITY_BONUS
        key = row["document"], row["clause"]
        if key not in titles:
            titles[key] = _TITLE_BONUS * share(weights, knowledge.title_terms[key])
        found.append(Found(row, score + titles[key], score, hit))
    return sorted(found, key=lambda f: -f.score)


def indicators_found(found: list[Found], asked: Asked, knowledge: Knowledge) -> list[Row]:
    """The indicators whose own words say most of the question, those stated in a passage found ahead of the others.

    An indicator counts when its words hold enough of what the question says; one in the measure asked for goes before others.
    """
    covered = {i: coverage(asked, held, knowledge) for i, held in knowledge.indicator_terms.items()}
    stated, measure = _stated_in(found, knowledge), unit_asked(asked.folded)

    def score(i: str) -> float:
        fits = measure and measure == group_of_unit(knowledge.indicators[i]["unit"] or "")
        called = coverage(asked, knowledge.name_terms[i], knowledge)
        return covered[i] + stated.get(i, 0.0) + (_UNIT_BONUS if fits else 0.0) + _CALLED_BONUS * called

    scores = {i: score(i) for i, part in covered.items() if part >= _least(knowledge.indicators[i], measure)}
    scores = _without_uncalled(scores, asked, knowledge)
    if not scores:
        return []
    best = max(scores, key=lambda i: scores[i])
    kept = {i for i, score in scores.items() if score >= scores[best] - _TIED}
    if asked.wants_all:
        # Asked for all there is on a subject, its neighbours in the clause are meant too.
        clause = knowledge.indicators[best]["clause"]
        kept |= {i for i, row in knowledge.indicators.items() if row["clause"] == clause and covered[i] >= _LISTED}
    return [row for i, row in knowledge.indicators.items() if i in kept]


def _without_uncalled(scores: dict[str, float], asked: Asked, knowledge: Knowledge) -> dict[str, float]:
    """Without those stated in one breath with another whose own name alone holds a word of the question (供水 beside 燃气)."""
    said = {t for t in knowledge.weighed(words_of(asked, knowledge)) if len(t) > 1}
    called = {knowledge.indicators[i]["quote"] for i in scores if said & knowledge.name_terms[i]}
    return {
        i: s
        for i, s in scores.items()
        if said & knowledge.name_terms[i] or knowledge.indicators[i]["quote"] not in called
    }


def _least(indicator: Row, measure: str | None) -> float:
    """How much of a question an indicator's own words must hold, by the measure asked with."""
    return _COVERED_IN_UNIT if measure and measure == group_of_unit(indicator["unit"] or "") else _COVERED


def _stated_in(found: list[Found], knowledge: Knowledge) -> dict[str, float]:
    """What an indicator gains for being stated in one of the best passages: the more, the better the passage."""
    stated: dict[str, float] = {}
    for rank, item in enumerate(found[:_STATED_IN]):
        if not item.row["is_heading"] and item.row["document"] == knowledge.site.plan:
            for i in knowledge.indicators_in(item.row["clause"], item.row["start"], item.row["end"]):
                stated.setdefault(i, _STATED_BONUS / (1 + rank))
    return stated


def measures_found(asked: Asked, knowledge: Knowledge) -> list[str]:
    """The measures whose names say nearly all of the question, an English one's all of it; ids, the fullest first."""
    held = knowledge.measure_words
    if asked.language == "en":
        said = english_words(knowledge.content_of(asked.text))
        found = [m for m, (_, words) in held.items() if said and said <= words]
        return found if len(said) >= _TELLS_A_MEASURE else _only(found, said, knowledge)
    weights = {t: w for t, w in knowledge.weighed(knowledge.content_of(asked.text)).items() if len(t) > 1}
    shares = {m: share(weights, terms) for m, (terms, _) in held.items()}
    best = max(shares.values(), default=0.0)
    found = [m for m, of in shares.items() if of >= _NAMED_BY and of == best]
    return found if len(weights) >= _TELLS_A_MEASURE else _only(found, set(weights), knowledge)


def _only(found: list[str], said: Set[str], knowledge: Knowledge) -> list[str]:
    """What one word alone tells: the one thing whose name it is a good part of; nothing where several have it in their names."""
    if len(found) != 1:
        return []
    names = [fold(text) for text, measure, _ in measures(knowledge.store).named() if measure == found[0]]
    return found if any(word in n and len(word) >= _PART_OF_NAME * len(n) for n in names for word in said) else []


def spans_of(found: list[Found], knowledge: Knowledge) -> list[tuple[str, str, int, int]]:
    """The two or three sentences of the best clause that answer, in the order they stand there."""
    best: dict[tuple[str, str], float] = {}
    sentences: dict[tuple[str, str, int], float] = {}
    for item in found:
        row = item.row
        if row["is_heading"]:
            continue
        key = (row["document"], row["clause"])
        best[key] = max(best.get(key, 0.0), item.score)
        sentence = (*key, row["sentence"])
        sentences[sentence] = max(sentences.get(sentence, 0.0), item.own)
    if not best:
        return []
    clause = max(best, key=lambda k: best[k])
    ranked = sorted((s for s in sentences if s[:2] == clause), key=lambda s: -sentences[s])
    chosen = [s for s in ranked if sentences[s] >= _NEAR_BEST * sentences[ranked[0]]][:_MOST_SENTENCES]
    bounds = {s["sentence"]: (s["start"], s["end"]) for s in knowledge.sentences_of[clause]}
    return [(*clause, *bounds[number]) for number in sorted(s[2] for s in chosen)]


def coverage(asked: Asked, held: Set[str], knowledge: Knowledge, telling: bool = False) -> float:
    """How much of what the question says, weighed by how telling each word is, is among the terms held: 0 to 1.

    An English word counts as held when the plan's words for it are.

    Args:
        read: the question.
        held: index terms.
        knowledge: the published version.
        telling: weigh English words, too, by how rare they are in the plan; else what the plan has a word for counts double.
    """
    if asked.language == "zh":
        weights = knowledge.weighed(knowledge.content_of(asked.text))
        # Single characters alone (几个市) say too little to go by.
        return share(weights, held) if any(len(t) > 1 for t in weights) else 0.0
    said = english_words(knowledge.content_of(asked.text))
    weights = {word: knowledge.bilingual.lexical.idf(word) if telling else 1.0 for word in said}
    known = english_words(" ".join(held))
    for expression, chinese in knowledge.vocabulary.translated(asked.text).items():
        words = english_words(expression)
        if not telling:
            # What the plan has a word for is the subject; the rest only says something of it.
            weights |= dict.fromkeys(words & weights.keys(), _SUBJECT)
        if _holds_one(chinese.split(), held, knowledge):
            known |= words
    return share(weights, known)


def _holds_one(alternatives: Iterable[str], held: Set[str], knowledge: Knowledge) -> bool:
    """Whether most of one of the plan's words for an expression is among the terms held."""
    weighed = ({t: w for t, w in knowledge.weighed(word).items() if len(t) > 1} for word in alternatives)
    return any(weights and share(weights, held) >= _TRANSLATED for weights in weighed)


def supported(found: list[Found], asked: Asked, evidence: str, knowledge: Knowledge) -> bool:
    """Whether the text found is about what was asked, judged by the question's words and, where there is one, the cosine.

    Args:
        found: passages, best first.
        read: the question.
        evidence: the text an answer would quote, with its headings.
        knowledge: the published version.
    """
    if not terms(words_of(asked, knowledge)):
        return False
    held = knowledge.terms_of(evidence)
    covered = coverage(asked, held, knowledge, telling=True)
    if asked.whether and asked.language == "zh":
        # A complaint tells its story around the matter: 工地灰大得很 窗台一天落一层土咋弄.
        pieces = (replace(asked, text=piece) for piece in PIECES.split(asked.text))
        covered = max(covered, *(coverage(piece, held, knowledge) for piece in pieces))
    dense = [f.hit.dense for f in found if f.hit.dense is not None]
    if asked.language == "en":
        return covered + (_COSINE_WEIGHT_EN * (max(dense) - _COSINE_MIDDLE_EN) if dense else 0.0) >= _SUPPORTED_EN
    nearness = _COSINE_WEIGHT * (max(dense) - _COSINE_MIDDLE) if dense else 0.0
    return covered + nearness >= (_SUPPORTED_WHETHER if asked.whether else _SUPPORTED)
