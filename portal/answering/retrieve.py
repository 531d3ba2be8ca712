"""Step 3: an understood question → the sentences of the plan, or the indicators, that can answer it."""

import re
from collections.abc import Set
from dataclasses import dataclass, replace

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Row, share
from portal.answering.language import units
from portal.answering.understand import Understanding, group_of_unit, unit_group
from portal.retrieval.lexical import terms
from portal.retrieval.retriever import Hit
from portal.retrieval.stems import stemmed

_DEPTH = 40
_PIECES = re.compile(r"[\s,，。;；!！?？]+")
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
# An indicator that says this much more of the question than the one named is the one meant (路边划的停车位).
_CLEARLY_MORE = 0.22
# Least share of the question's telling words that an indicator's own words must hold where no name of it was used.
_COVERED = 0.45
_LISTED = 0.25
# Least share of the question's telling words that a background measure's name must hold.
_NAMED_BY = 0.8
# An English word is held where the terms held are this much of one of the plan's words for it; what has such a word counts double.
_TRANSLATED = 0.6
_SUBJECT = 2.0
_STATED_IN = 5
_STATED_BONUS = 0.3
_UNIT_BONUS = 0.15
_TIED = 0.02
_MOST_SENTENCES = 3
_NEAR_BEST = 0.72


@dataclass(frozen=True)
class Found:
    """A sentence or part found: its passage row, score (within one question), the part of it that is its own and not its
    clause's, and the retriever's own measures."""

    row: Row
    score: float
    own: float
    hit: Hit


def words_of(read: Understanding, knowledge: Knowledge) -> str:
    """The words of a question that carry content, canonical; of an English one the plan's words for it and its own as stems."""
    own = knowledge.content_of(read.text)
    if read.language == "zh":
        return own
    return " ".join([*dict.fromkeys(knowledge.vocabulary.translated(read.text).values()), stemmed(own)])


def _hits(read: Understanding, knowledge: Knowledge) -> list[Hit]:
    if read.language == "zh":
        return knowledge.retriever.search(read.text, _DEPTH)
    words = words_of(read, knowledge)
    return knowledge.bilingual.search(f"{read.text} {words}", _DEPTH, words)


def find(read: Understanding, knowledge: Knowledge) -> list[Found]:
    """Passages for a question, best first, headings last."""
    wants_number = bool({"quantity", "premise"} & read.cues)
    measure = unit_group(read.folded)
    content = words_of(read, knowledge)
    weights = knowledge.weighed(content)
    phrases = [word for word in content.split() if len(word) >= _PHRASE]
    titles = {key: share(weights, held) for key, held in knowledge.title_terms.items()}
    found = []
    for hit in _hits(read, knowledge):
        row = dict(hit.metadata)
        score = hit.score
        score += _TEXT_BONUS * share(weights, knowledge.passage_terms[row["id"]])
        score += _PHRASE_BONUS * any(phrase in hit.text for phrase in phrases)
        if row["is_heading"]:
            score -= _HEADING_MALUS
        elif wants_number and _DIGIT.search(row["text"]):
            score += _QUANTITY_BONUS
            if measure and any(re.search(rf"\d+\s*{w}", row["text"]) for w in units()[measure]):
                score += _QUANTITY_BONUS
        clause = _TITLE_BONUS * titles[row["document"], row["clause"]]
        found.append(Found(row, score + clause, score, hit))
    return sorted(found, key=lambda f: -f.score)


def indicators_found(found: list[Found], read: Understanding, knowledge: Knowledge) -> list[Row]:
    """The indicators whose own words say most of the question, those stated in a passage found ahead of the others.

    An indicator counts when its words hold enough of what the question says; one in the measure asked for goes before others.
    """
    stated: dict[str, float] = {}
    for rank, item in enumerate(found[:_STATED_IN]):
        if not item.row["is_heading"] and item.row["document"] == knowledge.site.plan:
            for i in knowledge.indicators_in(item.row["clause"], item.row["start"], item.row["end"]):
                stated.setdefault(i, _STATED_BONUS / (1 + rank))
    measure = unit_group(read.folded)
    scores = {}
    for i, held in knowledge.indicator_terms.items():
        covered = coverage(read, held, knowledge)
        if covered >= _COVERED:
            fits = _UNIT_BONUS if measure and measure == group_of_unit(knowledge.indicators[i]["unit"] or "") else 0.0
            scores[i] = covered + stated.get(i, 0.0) + fits
    if not scores:
        return []
    best = max(scores, key=lambda i: scores[i])
    # Asked for all there is on a subject, its neighbours in the clause are meant too.
    listed = "listing" in read.cues
    near = {i for i, held in knowledge.indicator_terms.items() if listed and coverage(read, held, knowledge) >= _LISTED}
    return [
        row
        for i, row in knowledge.indicators.items()
        if scores.get(i, 0.0) >= scores[best] - _TIED
        or (listed and i in near and row["clause"] == knowledge.indicators[best]["clause"])
    ]


def measures_found(read: Understanding, knowledge: Knowledge) -> list[str]:
    """The background measures whose names say nearly all of the question, an English one's all of it."""
    if read.language == "en":
        said = english_words(knowledge.content_of(read.text))
        plan_words = {w for words in knowledge.vocabulary.translated(read.text).values() for w in words.split()}
        return [m for m, words in knowledge.english_measures.items() if m in plan_words or (said and said <= words)]
    weights = {t: w for t, w in knowledge.weighed(knowledge.content_of(read.text)).items() if len(t) > 1}
    if len(weights) < 2:
        return []
    return [m for m, held in knowledge.measure_terms.items() if share(weights, held) >= _NAMED_BY]


def spans_of(found: list[Found], read: Understanding, knowledge: Knowledge) -> list[tuple[str, str, int, int]]:
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
    bounds = {(s["document"], s["clause"], s["sentence"]): (s["start"], s["end"]) for s in knowledge.sentences}
    return [(s[0], s[1], *bounds[s]) for s in sorted(chosen, key=lambda s: s[2])]


def coverage(read: Understanding, held: Set[str], knowledge: Knowledge, telling: bool = False) -> float:
    """How much of what the question says, weighed by how telling each word is, is among the terms held: 0 to 1.

    An English word counts as held when the plan's words for it are.

    Args:
        read: the question.
        held: index terms.
        knowledge: the published version.
        telling: weigh English words, too, by how rare they are in the plan; else what the plan has a word for counts double.
    """
    if read.language == "zh":
        weights = knowledge.weighed(knowledge.content_of(read.text))
        # Single characters alone (几个市) say too little to go by.
        return share(weights, held) if any(len(t) > 1 for t in weights) else 0.0
    weights = dict.fromkeys(english_words(knowledge.content_of(read.text)), 1.0)
    if telling:
        weights = {word: knowledge.bilingual.lexical.idf(word) for word in weights}
    known = english_words(" ".join(held))
    for expression, chinese in knowledge.vocabulary.translated(read.text).items():
        alternatives = [{t: w for t, w in knowledge.weighed(c).items() if len(t) > 1} for c in chinese.split()]
        words = english_words(expression)
        if not telling:
            # What the plan has a word for is the subject; the rest only says something of it.
            weights |= dict.fromkeys(words & weights.keys(), _SUBJECT)
        if any(a and share(a, held) >= _TRANSLATED for a in alternatives):
            known |= words
    return share(weights, known)


def supported(found: list[Found], read: Understanding, evidence: str, knowledge: Knowledge) -> bool:
    """Whether the text found is about what was asked, judged by the question's words and, where there is one, the cosine.

    Args:
        found: passages, best first.
        read: the question.
        evidence: the text an answer would quote, with its headings.
        knowledge: the published version.
    """
    if not terms(words_of(read, knowledge)):
        return False
    held = knowledge.terms_of(evidence)
    covered = coverage(read, held, knowledge, telling=True)
    if "whether" in read.cues and read.language == "zh":
        # A complaint tells its story around the matter: 工地灰大得很 窗台一天落一层土咋弄.
        pieces = (replace(read, text=piece) for piece in _PIECES.split(read.text))
        covered = max(covered, *(coverage(piece, held, knowledge) for piece in pieces))
    dense = [f.hit.dense for f in found if f.hit.dense is not None]
    if read.language == "en":
        return covered + (_COSINE_WEIGHT_EN * (max(dense) - _COSINE_MIDDLE_EN) if dense else 0.0) >= _SUPPORTED_EN
    nearness = _COSINE_WEIGHT * (max(dense) - _COSINE_MIDDLE) if dense else 0.0
    return covered + nearness >= (_SUPPORTED_WHETHER if "whether" in read.cues else _SUPPORTED)


def settled(indicators: list[Row], read: Understanding, knowledge: Knowledge) -> list[Row]:
    """The indicator meant where the one named has a neighbour in its clause that says clearly more of the question."""
    if len(indicators) != 1 or read.inherited:
        return indicators
    named = indicators[0]
    mentioned = {t for m in read.mentions if m.ids("indicators") for t in terms(m.text) if len(t) > 1}
    weights = knowledge.weighed(words_of(read, knowledge))
    scores = {
        i: share(weights, held)
        for i, held in knowledge.indicator_terms.items()
        if knowledge.indicators[i]["clause"] == named["clause"] and mentioned & held
    }
    best = max(scores, key=lambda i: scores[i], default=named["id"])
    if scores.get(best, 0.0) >= scores.get(named["id"], 0.0) + _CLEARLY_MORE:
        return [knowledge.indicators[best]]
    return indicators


def neighbours(indicators: list[Row], read: Understanding, knowledge: Knowledge) -> list[Row]:
    """With the indicators named, the others of their clauses that go by the same name, for a question that asks for all."""
    named = [knowledge.terms_of(m.text) for m in read.mentions if m.ids("indicators")]
    pairs = [{t for t in held if len(t) > 1} for held in named]
    clauses = {i["clause"] for i in indicators}
    return [
        row
        for i, row in knowledge.indicators.items()
        if row in indicators
        or (row["clause"] in clauses and any(p and p <= knowledge.indicator_terms[i] for p in pairs))
    ]
