"""Step 2, second half: a question that goes on from earlier ones is written out with what they were about."""

import re
from dataclasses import replace

from portal.answering.knowledge import Knowledge, without_scope
from portal.answering.language import patterns
from portal.answering.normalise import language_of, normalise
from portal.answering.understand import Understanding, intent_of, scopes_asked, understand
from portal.retrieval.lexical import terms

_SHORT = 14
# An index term this rare (inverse document frequency) is a subject; 处理 or 管理 could be of anything.
_TELLING = 4.5
_COMPLETE = {"about", "data", "gaps", "overview", "clause"}
_CARRIED = {"target", "progress", "premise", "figure", "project", "place"}


def understand_in_context(
    question: str, history: list[str], knowledge: Knowledge, indicator: str | None = None, clause: str | None = None
) -> Understanding:
    """Read a question in the light of the conversation and of the page it was asked from.

    Args:
        question: normalised.
        history: earlier questions, oldest first, as typed.
        knowledge: the published version.
        indicator: id of the indicator being looked at.
        clause: id of the clause being looked at.
    """
    before: Understanding | None = None
    for earlier in history:
        cleaned = normalise(earlier)
        if cleaned.text:
            before = _continued(understand(cleaned.text, cleaned.language, knowledge), before, knowledge)
    read = understand(question, language_of(question), knowledge)
    if before is None and not read.subjects:
        before = _page(indicator, clause, read, knowledge)
    if before is None and _only_points(read, knowledge):
        return replace(read, dangling=True)
    return _continued(read, before, knowledge)


def _only_points(read: Understanding, knowledge: Knowledge) -> bool:
    """Whether a question points back (那县级城市呢, 它达标了吗) and names nothing that could be looked for."""
    if "follow" not in read.cues or read.subjects or read.place_sort or read.intent in _COMPLETE:
        return False
    text = patterns("cues").without(read.text, "progress", "target", "quotation", "when", "quantity", "follow")
    for scope in knowledge.vocabulary.scopes:
        text = re.sub("|".join(scope.asked), " ", text)
    return not any(len(t) > 1 for t in terms(knowledge.content_of(text)))


def _page(indicator: str | None, clause: str | None, read: Understanding, knowledge: Knowledge) -> Understanding | None:
    """The page a question was asked from, as if it had been asked about before; only for questions that point at it."""
    if "follow" not in read.cues:
        return None
    if indicator in knowledge.indicators:
        return understand(knowledge.indicators[indicator]["name_zh"], "zh", knowledge)
    if clause is not None and (knowledge.site.plan, clause) in knowledge.clauses:
        return understand(knowledge.clause(clause)["title"], "zh", knowledge)
    return None


def _continued(read: Understanding, before: Understanding | None, knowledge: Knowledge) -> Understanding:
    if before is not None and len(read.question) <= _SHORT and _asks_of_place(read, before, knowledge):
        return replace(read, places=before.places, mentions=before.mentions, intent="place", inherited=True)
    if before is None or not _goes_on(read):
        return read
    if read.subjects:
        # A subject of its own: only the sort of question may carry over (充电桩呢？).
        if before.intent in {"target", "progress"} and not ({"quantity", "target", "progress", "content"} & read.cues):
            return replace(read, intent="project" if read.projects else before.intent)
        return read
    if not before.subjects:
        if _stands_alone(read, knowledge):
            return read
        return _joined(read, before, knowledge)
    if siblings := _siblings(read, before, knowledge):
        return _continued(replace(read, indicators=siblings), before, knowledge)
    merged = replace(
        read,
        question=f"{_topic(before, knowledge)}：{read.question.strip()}",
        text=f"{before.text} {read.text}",
        folded=read.folded,
        indicators=before.indicators,
        measures=before.measures,
        projects=before.projects,
        places=before.places,
        place_sort=read.place_sort or before.place_sort,
        mentions=before.mentions,
        scopes=read.scopes or before.scopes,
        clause=read.clause or before.clause,
        inherited=True,
    )
    plain = not (
        {"quotation", "progress", "content", "target", "quantity", "premise", "when", "where", "size"} & read.cues
    )
    if plain and before.intent in _CARRIED:
        past = before.intent == "progress" or (before.intent != "figure" and _past(read, knowledge))
        return replace(merged, intent="progress" if past else before.intent)
    return replace(merged, intent=intent_of(merged, knowledge))


def _joined(read: Understanding, before: Understanding, knowledge: Knowledge) -> Understanding:
    """Neither question names a thing the data hold: read them as one."""
    both = understand(f"{before.question} {read.question}", read.language, knowledge)
    intent = read.intent if {"quantity", "progress", "quotation"} & read.cues else both.intent
    return replace(
        both,
        folded=read.folded,
        scopes=scopes_asked(read.text, knowledge) or both.scopes,
        unstated=read.unstated,
        intent=intent,
        inherited=True,
    )


def _goes_on(read: Understanding) -> bool:
    if read.hostile or read.off_topic or read.elsewhere or read.intent in _COMPLETE:
        return False
    return "follow" in read.cues or (not read.subjects and len(read.question) <= _SHORT)


def _stands_alone(read: Understanding, knowledge: Knowledge) -> bool:
    """Whether all a question says is said in the documents too: then it has a subject of its own, if none with a name."""
    pairs = {t for t in terms(knowledge.content_of(read.text)) if len(t) > 1}
    return (
        pairs <= knowledge.plan_terms
        and "follow" not in read.cues
        and max(knowledge.weighed(" ".join(pairs)).values(), default=0.0) >= _TELLING
    )


def _past(read: Understanding, knowledge: Knowledge) -> bool:
    return any(y != knowledge.site.period_end.year for y in read.years)


def _topic(before: Understanding, knowledge: Knowledge) -> str:
    """What the earlier question was about, in a few words."""
    if before.indicators:
        rows = [knowledge.indicators[i] for i in before.indicators]
        names = [r["name_zh"] if before.language == "zh" else r["name_en"] for r in rows]
    elif before.measures:
        names = list(before.measures)
    elif before.projects:
        names = [knowledge.projects[p]["name"] for p in before.projects]
    elif before.places:
        names = [knowledge.places[p]["name"] for p in before.places]
    else:
        names = [before.question]
    return "、".join(dict.fromkeys(map(without_scope, names)))


def _siblings(read: Understanding, before: Understanding, knowledge: Knowledge) -> tuple[str, ...]:
    """Indicators of the same clause that a few words point to (供热普及率 … 那燃气呢), where the one before does not have them."""
    pairs = {t for t in terms(knowledge.content_of(read.text)) if len(t) > 1}
    if not pairs or not before.indicators or read.scopes:
        return ()
    rows = [knowledge.indicators[i] for i in before.indicators]
    if any(pairs <= knowledge.indicator_terms[r["id"]] for r in rows):
        return ()
    clauses = {c for r in rows for c in (r["clause"], *(r["also_in"] or "").split("|")) if c}
    near = [
        i for i, r in knowledge.indicators.items() if r["clause"] in clauses and pairs <= knowledge.indicator_terms[i]
    ]
    # 供水呢 means what is called so, not what is only promised in the same breath.
    return tuple([i for i in near if pairs <= knowledge.name_terms[i]] or near)


def _asks_of_place(read: Understanding, before: Understanding, knowledge: Knowledge) -> bool:
    """Whether a short question after one about a place asks for a fact of it (有几个车位), not for the plan's target."""
    kinds = {knowledge.places[p]["kind"] for p in before.places}
    words = knowledge.vocabulary.places.get(read.place_sort or "")
    return (
        bool(words and kinds & set(words.kinds))
        and not ({"target", "progress", "nearest"} & read.cues)
        and not read.places
    )
