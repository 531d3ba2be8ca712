"""How many of what: whether what was found counts the very thing a Chinese question asks the number of.

Of car parks the plan sets how many are built; who asks how many guards stand in them is not answered by that.
"""

import re

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import asked_unit, group_of_unit, units
from portal.answering.lookup.clauses import ClauseFacts
from portal.answering.lookup.target_facts import Checked, Gap, TargetsFound
from portal.answering.refusals import Refusal
from portal.texts.folding import fold

# Measure words that say nothing of what is counted, and those of an extent, which has no thing counted behind it (几分钟路程).
_OF_ANYTHING = {"count", "percent"}
_OF_EXTENT = {"area", "length", "mass", "time"}
_THING = re.compile(r"[\u3400-\u9fff]{2,6}")


def counting(facts: Facts, knowledge: Knowledge) -> Facts:
    """The facts as they are; `Nothing` where a number is asked for of something that they do not count."""
    if not isinstance(facts, ClauseFacts | TargetsFound | Checked | Gap) or facts.query.language != "zh":
        return facts
    asked = asked_unit(fold(facts.query.question))
    if asked is None:
        return facts
    group, rest = asked
    if _has_unit(facts, group, knowledge) and (group in _OF_EXTENT or _names_thing(facts, rest, knowledge)):
        return facts
    return Nothing(facts.query, facts.evidence, facts.fit, why=Refusal.ATTRIBUTE)


def _has_unit(facts: ClauseFacts | TargetsFound | Checked | Gap, group: str, knowledge: Knowledge) -> bool:
    """Whether anything found is counted by the measure word asked with."""
    if group in _OF_ANYTHING:
        return True
    if not isinstance(facts, ClauseFacts):
        standings = [v.standing for v in facts.verdicts] if isinstance(facts, Checked) else facts.standings
        rows = [r for s in standings for r in (s.indicator, *s.results, *s.others, *s.planned, *s.related)]
        return any(group_of_unit(str(r["unit"] or "").lstrip("万亿")) == group for r in rows)
    texts = (knowledge.clause(s.clause, s.document)["text"][s.start : s.end] for s in facts.spans)
    return any(re.search(rf"\d\s*[万亿]?\s*(?:{units()[group]})", text) for text in texts)


def _names_thing(facts: ClauseFacts | TargetsFound | Checked | Gap, rest: str, knowledge: Knowledge) -> bool:
    """Whether what is found speaks of the thing named after the measure word; so where none is named."""
    named = _THING.match(knowledge.content_of(knowledge.vocabulary.canonical(rest)))
    asked = {t for t in knowledge.terms_of(named.group()) if len(t) > 1} if named else set()
    names = " ".join(s.text for s in facts.query.subjects)
    return not asked or bool(asked & knowledge.terms_of(f"{facts.evidence} {names}"))
