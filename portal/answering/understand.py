"""Step 2: a clean question → what it asks for, about what, where and when, and what speaks against answering it."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Mention
from portal.answering.language import patterns, units
from portal.answering.models import Language
from portal.answering.naming import indicators_named
from portal.answering.normalise import MASKED
from portal.texts.folding import fold
from portal.texts.numerals import chinese_number

Intent = Literal[
    "target",
    "progress",
    "premise",
    "figure",
    "quotation",
    "content",
    "project",
    "place",
    "nearest",
    "data",
    "gaps",
    "overview",
    "about",
    "clause",
]
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d{2})(?![\d.]|\s*(?:个|座|处|套|家|所|户|元|吨|平))")
# 2000年以前建的、2005年的小区: when something was built is not the year asked about.
_BUILT = r"(?:建|盖|修)(?:成|好|起来)?"
_BUILT_IN = re.compile(rf"\s*年?(?:(?:以|之)?前(?:{_BUILT})?的?|{_BUILT}的)(?:老|旧|破)*(?:小区|房|楼|住宅|院)")
_YEAR_RANGE = re.compile(r"(20\d{2})\s*[-–—~至到]\s*(20\d{2})")
_CLAUSE_ID = re.compile(r"(?<![\d.])(\d(?:\.\d{1,2}){1,2})(?![\d.%]|\s*(?:万|个|吨|平))")
_CLAUSE_PART = re.compile(r"第?([一二三四五六七八九十])(?:部分|章|大部分|、)")
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(亿|万)?\s*(%|[\u4e00-\u9fff]{0,3})")
_CHINESE_NUMBER = re.compile(r"百分之([一二三四五六七八九十百零]+)")
# 新建几座中转站（不是湿垃圾站）: what a question sets aside is not what it asks about.
_ASIDE = re.compile(
    r"[,，(（](?:不是|不算|不含|而非|并非|不包括|\s*(?:not|rather than|excluding) )[^,，.。?？)）]*[)）]?"
)
_BESIDE_PLACES = 1
_CLAUSE_WORDS = re.compile(r"条|款|章|节|部分|clause|section")


@dataclass(frozen=True)
class Quantity:
    """A number a question states: `value` in single units, `unit` as the words that follow it."""

    value: float
    unit: str


@dataclass(frozen=True)
class Understanding:
    """What a question asks for. Ids are of the knowledge it was read with."""

    question: str
    folded: str
    text: str
    language: Language
    cues: frozenset[str]
    mentions: tuple[Mention, ...] = ()
    indicators: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    place_sort: str | None = None
    districts: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    years: tuple[int, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    clause: str | None = None
    hostile: str | None = None
    off_topic: str | None = None
    unstated: str | None = None
    elsewhere: str | None = None
    intent: Intent = "content"
    inherited: bool = field(default=False, compare=False)
    dangling: bool = False

    @property
    def subjects(self) -> bool:
        """Whether the question names anything the data hold."""
        return bool(self.indicators or self.projects or self.places or self.clause or self.asks_measure)

    @property
    def asks_measure(self) -> bool:
        """Whether a background measure is named and a figure of it, or a target for it, is asked for."""
        wanted = {"quantity", "size", "progress", "premise"} & self.cues or {"target", "content"} & self.cues == {
            "target"
        }
        return bool(self.measures and not self.indicators and (wanted or self.years))


def understand(question: str, language: Language, knowledge: Knowledge) -> Understanding:
    """Read one question on its own.

    Args:
        question: normalised.
        language: of the question's words.
        knowledge: names and words of the published version.
    """
    # What was masked is not asked about: 〔手机号已隐去〕 is no question for a phone number.
    bare = MASKED.sub(" ", question)
    folded = fold(bare)
    text = _ASIDE.sub(
        "", knowledge.vocabulary.canonical(knowledge.spelling.corrected(folded) if language == "en" else bare)
    )
    mentions = knowledge.mentions(text)
    cues = frozenset(patterns("cues").matching(folded) | patterns("cues").matching(text))
    read = Understanding(
        question=question,
        folded=folded,
        text=text,
        language=language,
        cues=cues,
        mentions=tuple(mentions),
        indicators=tuple(indicators_named(mentions, text, knowledge)),
        measures=_ids(mentions, "measures"),
        projects=_by_words(text, language, "projects", knowledge) or _ids(mentions, "projects"),
        places=_by_words(text, language, "places", knowledge) or _ids(mentions, "places"),
        place_sort=_place_sort(text, mentions, knowledge),
        districts=_ids(mentions, "districts"),
        scopes=scopes_asked(text, knowledge),
        years=_years(folded, mentions, knowledge),
        quantities=_quantities(folded),
        clause=_clause(folded, cues, knowledge),
        hostile=patterns("hostile").first(folded),
        off_topic=_off_topic(text, mentions, knowledge),
        unstated=patterns("unstated").first(folded),
        elsewhere=knowledge.vocabulary.elsewhere(_without(text, mentions), knowledge.english_name_words),
    )
    return replace(read, intent=intent_of(read, knowledge))


def intent_of(read: Understanding, knowledge: Knowledge) -> Intent:
    """What sort of answer a question wants, from its cues and what it names."""
    cues = read.cues
    if {"about", "greeting"} & cues and not read.subjects:
        return "about"
    if "gaps" in cues and not read.subjects:
        return "gaps"
    if "overview" in cues and not read.subjects:
        return "overview"
    if read.clause is not None:
        return "clause"
    if "nearest" in cues and (read.place_sort or read.places):
        return "nearest"
    if any(_is_subject(p, read, knowledge) for p in read.places):
        return "place"
    if _asks_for_places(read, knowledge) and not ({"target", "progress"} & cues) and not read.projects:
        return "place"
    if "files" in cues or ("data" in cues and "content" not in cues):
        return "data"
    if read.projects and ("when" in cues or not _asks_amount(read)):
        return "quotation" if "quotation" in cues else "project"
    if read.asks_measure:
        return "figure"
    if "quotation" in cues and read.subjects:
        return "quotation"
    if "progress" in cues or (read.indicators and asks_past(read, knowledge)):
        return "progress"
    if read.quantities and "premise" in cues:
        return "premise"
    if "whether" in cues and not _asks_amount(read) and not _mostly_named(read, knowledge):
        return "content"
    if "where" in cues and not _asks_amount(read):
        return "content"
    if _asks_amount(read) or ("target" in cues and "content" not in cues):
        return "target"
    if read.indicators and (
        "content" not in cues or "when" in cues or ("target" in cues and _mostly_named(read, knowledge))
    ):
        return "target"
    return "content"


def scopes_asked(text: str, knowledge: Knowledge) -> frozenset[str]:
    """The parts of the territory a canonical text asks about."""
    return frozenset(s.id for s in knowledge.vocabulary.scopes if any(re.search(pattern, text) for pattern in s.asked))


def unit_group(text: str) -> str | None:
    """The group of the measure word a folded question asks with (几棵 → plants), or None where it names none."""
    for name, words in units().items():
        for word in words:
            if re.search(rf"(?<!哪)(?:多少|几)\s*{word}", text):
                return name
    return None


@lru_cache(maxsize=64)
def group_of_unit(unit: str) -> str | None:
    """The group of measure words a unit of the data belongs to (吨/年 → mass), or None."""
    return next((name for name, words in units().items() if any(re.match(word, unit) for word in words)), None)


def _asks_for_places(read: Understanding, knowledge: Knowledge) -> bool:
    """Whether a sort of place in a district is asked for, and in English little else (the waste capacity of a district's park)."""
    if not read.place_sort or not read.districts:
        return False
    if read.language == "zh":
        return True
    if read.indicators:
        return False
    named = [*knowledge.vocabulary.places[read.place_sort].words, *(m.text for m in read.mentions), "district county"]
    return len(english_words(knowledge.content_of(read.text)) - english_words(" ".join(named))) <= _BESIDE_PLACES


def _asks_amount(read: Understanding) -> bool:
    return bool({"quantity", "size"} & read.cues)


def asks_past(read: Understanding, knowledge: Knowledge) -> bool:
    """A bare figure of a year: within the plan's last year only with a word of result, otherwise it can only be a result."""
    due = knowledge.site.period_end.year
    return any(y < due or (y > due and "target" not in read.cues) for y in read.years)


def _is_subject(place: str, read: Understanding, knowledge: Knowledge) -> bool:
    """Whether a place named is what the question is about; a station may only say where."""
    if knowledge.places[place]["kind"] != "metro_station" or not (read.indicators or "content" in read.cues):
        return True
    return not knowledge.content_of(_without(read.text, list(read.mentions))).strip(" ?？!！.。")


def _mostly_named(read: Understanding, knowledge: Knowledge) -> bool:
    """Whether the names found are most of what the question says."""
    named = [m.text for m in read.mentions if m.ids("indicators")]
    rest = read.text
    for name in named:
        rest = rest.replace(name, " ")
    return len(knowledge.content_of(rest).replace(" ", "")) <= 0.6 * sum(map(len, named))


def _by_words(text: str, language: Language, table: str, knowledge: Knowledge) -> tuple[str, ...]:
    return knowledge.named_in_english.named(text, table) if language == "en" else ()


def _ids(mentions: list[Mention], table: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for m in mentions for i in m.ids(table)))


def _place_sort(text: str, mentions: list[Mention], knowledge: Knowledge) -> str | None:
    """The sort of place asked for: not one a place is named by, nor one a target's name goes on from."""

    def named(start: int, end: int) -> bool:
        return any(
            m.start <= start and end <= m.end and (end < m.end or m.ids("places") or m.ids("projects"))
            for m in mentions
        )

    found = [
        (match.span(), sort)
        for sort, words in knowledge.vocabulary.places.items()
        for word in words.words
        for match in re.finditer(rf"\b{re.escape(word)}s?\b" if word.isascii() else re.escape(word), text)
        if not named(*match.span())
    ]
    # A car park is no park.
    outer = [
        sort
        for (start, end), sort in found
        if not any(s <= start and end <= e and e - s > end - start for (s, e), _ in found)
    ]
    return next((sort for sort in knowledge.vocabulary.places if sort in outer), None)


def _years(folded: str, mentions: list[Mention], knowledge: Knowledge) -> tuple[int, ...]:
    """The years asked about; a year the plan itself writes as part of a thing (2000年前建成) is not one."""
    if _YEAR_RANGE.search(folded):
        return ()
    period = range(knowledge.site.period_start.year, knowledge.site.period_end.year + 1)
    asked = []
    for match in _YEAR.finditer(folded):
        if _BUILT_IN.match(folded, match.end()):
            continue
        written = folded[max(match.start() - 1, 0) : match.end() + 2].strip()
        if int(match.group()) in period or written not in knowledge.plan_text:
            asked.append(int(match.group()))
    return tuple(dict.fromkeys(asked))


def _quantities(folded: str) -> tuple[Quantity, ...]:
    found = []
    for digits, scale, unit in _NUMBER.findall(folded):
        value = float(digits.replace(",", "")) * {"万": 1e4, "亿": 1e8}.get(scale, 1)
        if unit.startswith("年") and not scale:
            continue
        found.append(Quantity(value, unit))
    found += [Quantity(float(chinese_number(n)), "%") for n in _CHINESE_NUMBER.findall(folded)]
    return tuple(found)


def _clause(folded: str, cues: frozenset[str], knowledge: Knowledge) -> str | None:
    found = _CLAUSE_ID.search(folded)
    if found and (knowledge.site.plan, found.group(1)) in knowledge.clauses:
        alone = folded.replace(found.group(1), "").strip()
        if _CLAUSE_WORDS.search(folded) or "quotation" in cues or "content" in cues or len(alone) < 4:
            return found.group(1)
    part = _CLAUSE_PART.search(folded)
    if part and _CLAUSE_WORDS.search(folded):
        clause = str(chinese_number(part.group(1)))
        if (knowledge.site.plan, clause) in knowledge.clauses:
            return clause
    return None


def _off_topic(text: str, mentions: list[Mention], knowledge: Knowledge) -> str | None:
    rest = _without(text, mentions)
    own = {name: [re.compile(p) for p in words] for name, words in knowledge.vocabulary.off_topic.items()}
    for name, words in own.items():
        if any(p.search(rest) for p in words):
            return name
    return patterns("off_topic").first(rest, unless_in=knowledge.plan_text)


def _without(text: str, mentions: list[Mention]) -> str:
    """A canonical text without the projects, places and measures it names."""
    for mention in reversed(mentions):
        if any(n.table in {"projects", "places", "measures"} for n in mention.names):
            text = f"{text[: mention.start]} {text[mention.end :]}"
    return text
