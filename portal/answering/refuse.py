"""When not to answer: what the question asks for, or of whom, is not in the public documents."""

import re

from portal.answering.draft import Refused
from portal.answering.knowledge import Knowledge, Row
from portal.answering.language import units
from portal.answering.understand import Understanding, unit_group

_HOSTILE = {
    "instruction": "refuse_hostile",
    "invent": "refuse_hostile",
    "attack": "refuse_hostile",
    "harm": "refuse_off_topic",
}
_UNIT_GROUPS = {"个": "count", "处": "count", "座": "count", "家": "count", "所": "count", "套": "count", "%": "percent",
                "平方米": "area", "吨/年": "mass", "吨/平方公里·月": "mass"}  # fmt: skip


def check_question(read: Understanding, knowledge: Knowledge) -> None:
    """Refuse what no search can mend: commands, other cities, other subjects, attributes no document states.

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
        raise Refused("refuse_elsewhere", city=city, place=read.elsewhere)
    if read.off_topic:
        raise Refused("refuse_off_topic", plan=site.plan_short if read.language == "zh" else site.plan_short_en)
    if read.unstated and not (read.intent == "data" and read.unstated == "procedure"):
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


def fits_unit(read: Understanding, evidence: str, stated: list[str]) -> bool:
    """Whether an answer can be in the measure asked for: 多少棵 is not answered with a number of 处.

    Args:
        read: the question.
        evidence: the text an answer would quote.
        stated: units of the indicators found, empty for content.
    """
    asked = unit_group(read.folded)
    if asked is None or asked in {_UNIT_GROUPS.get(u) for u in stated}:
        return True
    return any(re.search(rf"\d+\s*{w}", evidence) for w in units()[asked])
