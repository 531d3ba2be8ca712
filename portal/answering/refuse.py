"""When not to answer: what the question asks for, or of whom, is not in the public documents."""

import re
from collections.abc import Set

from portal.answering.draft import Refused
from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Row
from portal.answering.language import units
from portal.answering.understand import Understanding, group_of_unit, unit_group
from portal.retrieval.lexical import terms

_HOSTILE = {
    "instruction": "refuse_hostile",
    "invent": "refuse_hostile",
    "attack": "refuse_hostile",
    "harm": "refuse_off_topic",
}
# 几个保安、多少个厕所、有多少保安？ but not 多少换成LED: what follows a bare 多少 must end there.
_COUNTED = re.compile(
    r"(?<!哪)(?:多少|几)(?:(?:个|座|处|家|所|套|项|条|种|名|位|辆|台|根|块|只|棵|层|间|盏)([\u4e00-\u9fff]{2,6})"
    r"|([\u4e00-\u9fff]{2,6})(?=$|[?？,，。是吗了]))"
)
_COUNTED_EN = re.compile(
    r"how many ((?:[a-z'-]+ ){0,3}?[a-z'-]+) (?:will|do|does|did|are|is|was|were|have|has|had|should|must|can|could|would|get|there)\b"
)
# How many lifts, but not how many square metres: a measure is no thing to count.
_COUNTS_EN = re.compile(
    r"\bhow many (?!of\b|per ?cent|square|(?:kilo)?met(?:re|er)s|ton(?:ne)?s|hectares|days|minutes)"
)
_COUNTING = ("count", "people", "vehicles", "plants", "floors", "heads", "lights")
_TRAIT = re.compile(r"的([\u4e00-\u9fff]{2,8}?)(?=是|要|有|达|定|为|多|几|怎|如|什|和|与|及|跟|[^\u4e00-\u9fff]|$)")
_MEASURES = {
    "area": re.compile(r"占地|多大(?!比例|比重|份额|程度|规模|范围|的?力度)|多少亩|什么面积"),
    "length": re.compile(r"多(长|远|宽|深)(?!时间|期)"),
}


def check_subject(read: Understanding, knowledge: Knowledge) -> None:
    """Refuse what no search can mend: commands, other cities, other subjects.

    Raises:
        Refused: with the sentence that says why.
    """
    site = knowledge.site
    if not read.question.strip(" 　?？!！。.,，、;；'\"-"):
        raise Refused("refuse_empty")
    if read.hostile in _HOSTILE:
        raise Refused(_HOSTILE[read.hostile], plan=site.plan_short)
    if read.hostile == "abuse" and not read.subjects:
        raise Refused("refuse_abuse")
    if read.elsewhere:
        city = site.city if read.language == "zh" else site.city_en
        raise Refused("refuse_elsewhere", city=city, place=read.elsewhere.title())
    if read.dangling:
        raise Refused("refuse_dangling")
    if read.off_topic:
        raise Refused("refuse_off_topic", plan=site.plan_short if read.language == "zh" else site.plan_short_en)


def check_attribute(read: Understanding) -> None:
    """Refuse traits no document states: money, hours, contacts, persons, procedures, opinions.

    Raises:
        Refused: with the sentence that says which.
    """
    if read.intent == "about" or (read.intent in {"data", "place", "nearest"} and read.unstated == "procedure"):
        return
    if read.unstated:
        raise Refused(f"refuse_{read.unstated}")


def check_years(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> None:
    """Refuse a target of a year the plan does not cover, unless a later document states one.

    Raises:
        Refused: a year outside the plan.
    """
    period = range(knowledge.site.period_start.year, knowledge.site.period_end.year + 1)
    for year in read.years:
        if year in period:
            continue
        stated = any(
            r["period_end"] and r["period_end"].year == year
            for i in indicators
            for r in knowledge.observations.get(i["id"], [])
        )
        if not stated:
            raise Refused("refuse_year", year=year, start=period[0], end=period[-1])


def asks_for_something_else(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> bool:
    """Whether the thing counted (几个**保安**) or the trait asked (停车场的**层高**) is nowhere in what the indicators say."""
    if read.language == "en":
        return _counts_something_else(read, indicators, knowledge)
    evidence: set[str] = set()
    for indicator in indicators:
        evidence |= knowledge.indicator_terms[indicator["id"]] | knowledge.sentence_terms[indicator["id"]]
    things = [m.group(1) or m.group(2) for m in _COUNTED.finditer(read.text)]
    if unit_group(read.folded) not in {group_of_unit(i["unit"] or "") for i in indicators}:
        things += _traits(read)
    return any(_foreign(thing, evidence, knowledge) for thing in things)


def _counts_something_else(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> bool:
    """Whether an English question counts a thing (how many **benches** will a pocket park get) that the indicators do not name."""
    counted = _COUNTED_EN.search(read.text)
    if counted is None:
        return False
    thing = counted.group(1)
    words = english_words(thing.split()[-1])
    translated = {t for c in knowledge.vocabulary.translated(thing).values() for t in terms(c) if len(t) > 1}
    return not any(
        words & knowledge.english_names[i["id"]] or translated & knowledge.indicator_terms[i["id"]] for i in indicators
    )


def asks_for_an_unknown_trait(read: Understanding, knowledge: Knowledge) -> bool:
    """Whether a trait of something named (安置房的**装修标准**) is mentioned nowhere in the plan."""
    return any(_foreign(trait, knowledge.plan_terms, knowledge) for trait in _traits(read))


def _traits(read: Understanding) -> list[str]:
    found = (_TRAIT.match(read.text, m.end) for m in read.mentions if m.ids("indicators"))
    return [match.group(1) for match in found if match]


def _foreign(words: str, held: Set[str], knowledge: Knowledge) -> bool:
    pairs = {t for t in terms(knowledge.content_of(words)) if len(t) > 1}
    return bool(pairs) and not pairs & held


def fits_unit(read: Understanding, evidence: str, stated: list[str]) -> bool:
    """Whether an answer can be in the measure asked for: 多少棵 is not answered with a number of 处.

    Args:
        read: the question.
        evidence: the text an answer would quote.
        stated: units of the indicators found, empty for content.
    """
    if stated and set(stated) == {"%"} and _COUNTS_EN.search(read.text):
        return False
    asked = unit_group(read.folded) or next((g for g, p in _MEASURES.items() if p.search(_unnamed(read))), None)
    if asked is None or asked in {group_of_unit(u) for u in stated}:
        return True
    if asked == "area" and "面积" in evidence:
        return True
    return any(re.search(rf"\d+\s*{w}", evidence) for w in units()[asked])


def counts_what_is_not_counted(read: Understanding, evidence: str) -> bool:
    """Whether an English question asks how many and the text found counts nothing: it has no number, or one of minutes or percent."""
    if read.language != "en" or "quantity" not in read.cues:
        return False
    if not _COUNTS_EN.search(read.text):
        return not re.search(r"\d", evidence)
    words = (word for group in _COUNTING for word in units()[group])
    return not any(re.search(rf"\d\s*[万亿]?\s*{word}", evidence) for word in words)


def _unnamed(read: Understanding) -> str:
    """The canonical question without the names in it."""
    text = read.text
    for mention in read.mentions:
        text = text.replace(mention.text, " ")
    return text
