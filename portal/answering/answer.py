"""Which composer answers a question, and with what."""

from dataclasses import replace
from functools import cached_property

from portal.answering.compose.about import compose_about, compose_data, compose_gaps, compose_overview
from portal.answering.compose.content import compose_clause, compose_content
from portal.answering.compose.measures import compose_measures
from portal.answering.compose.places import compose_district, compose_nearest, compose_places
from portal.answering.compose.progress import compose_progress, compose_published, published_as, say_published
from portal.answering.compose.projects import compose_projects
from portal.answering.compose.targets import agreeing, compose_premise, compose_quotation, compose_target
from portal.answering.draft import Draft, Refused
from portal.answering.followup import understand_in_context
from portal.answering.knowledge import Knowledge, Row
from portal.answering.parts import AND_WHAT_OF, parts_of
from portal.answering.refuse import (
    asks_for_an_unknown_trait,
    asks_for_something_else,
    check_attribute,
    check_subject,
    check_years,
    counts_what_is_not_counted,
    fits_unit,
)
from portal.answering.retrieve import (
    Found,
    find,
    indicators_found,
    measures_found,
    neighbours,
    settled,
    spans_of,
    supported,
)
from portal.answering.understand import Understanding, asks_past

_ABOUT_FIGURES = {"target", "progress", "premise", "quotation"}


class Conversation:
    """A question on its way through the pipeline: what was understood, what was found.

    Args:
        read: the question as understood.
        knowledge: the published version.
    """

    def __init__(self, read: Understanding, knowledge: Knowledge) -> None:
        self.read = read
        self.knowledge = knowledge
        self.indicators: list[Row] = []

    @cached_property
    def found(self) -> list[Found]:
        """Passages for the question, best first; searched only when something needs them."""
        return find(self.read, self.knowledge)

    def look_up(self) -> None:
        """Check the question, then look up the indicators it names.

        Raises:
            Refused: the question asks for what no document states.
        """
        check_subject(self.read, self.knowledge)
        check_attribute(self.read)
        named = [self.knowledge.indicators[i] for i in self.read.indicators]
        if named and "listing" in self.read.cues:
            named = neighbours(named, self.read, self.knowledge)
        self.indicators = _of_scope(named, self.read, self.knowledge)


def respond(conversation: Conversation) -> Draft:
    """Compose the answer, part by part where the question has parts.

    Raises:
        Refused: nothing that was found answers the question.
    """
    return _respond_to_parts(conversation) or _respond(conversation)


def _respond_to_parts(conversation: Conversation) -> Draft | None:
    """The answers to the parts as one; None where there is one part, or a part has no answer on its own."""
    whole, knowledge = conversation.read, conversation.knowledge
    parts = parts_of(whole.question, knowledge)
    if len(parts) < 2 or whole.inherited:
        return None
    # Only 充电桩呢 takes what it asks from the part before.
    before = [parts[:n] if AND_WHAT_OF.search(part) else [] for n, part in enumerate(parts)]
    reads = [understand_in_context(part, earlier, knowledge) for part, earlier in zip(parts, before, strict=True)]
    asked = [Conversation(replace(read, language=whole.language), knowledge) for read in reads]
    drafts = []
    try:
        for part in asked:
            part.look_up()
            drafts.append(_respond(part))
    except Refused:
        return None
    named = [{i["id"] for i in part.indicators} for part in asked]
    if all(named) and set.union(*named) <= set(whole.indicators):
        # One list of targets reads better than several answers.
        return None
    first = drafts[0]
    for other in drafts[1:]:
        if not all(c in first.citations for c in other.citations):
            first.add(other)
    conversation.indicators = [i for part in asked for i in part.indicators]
    return first


def _respond(conversation: Conversation) -> Draft:
    read, knowledge = conversation.read, conversation.knowledge
    if read.intent == "about":
        return compose_about(read, knowledge)
    if read.intent == "data":
        return compose_data(read, knowledge)
    if read.intent == "gaps":
        return compose_gaps(read, knowledge)
    if read.intent == "overview":
        return compose_overview(read, knowledge)
    if read.intent == "clause" and read.clause:
        return compose_clause(read, read.clause, knowledge)
    if read.intent == "figure":
        return compose_measures(read, knowledge)
    if read.intent == "nearest":
        origins = [knowledge.places[p] for p in read.places]
        return compose_nearest(read, read.place_sort, origins, knowledge)
    if read.intent == "place":
        if read.places:
            return compose_places(read, [knowledge.places[p] for p in read.places], knowledge)
        return compose_district(read, read.place_sort or "", list(read.districts), knowledge)
    if read.projects and read.intent in {"project", "quotation"}:
        rows = [knowledge.projects[p] for p in read.projects]
        return compose_projects(read, rows, knowledge, quotation=read.intent == "quotation")
    if read.intent in _ABOUT_FIGURES and (draft := _figures(conversation)):
        return draft
    return _content(conversation)


def _figures(conversation: Conversation) -> Draft | None:
    read, knowledge = conversation.read, conversation.knowledge
    if not conversation.indicators:
        measures = measures_found(read, knowledge)
        # An English measure's name says all of the question; a Chinese one only nearly all, so targets go first.
        if read.language == "zh" or not measures:
            conversation.indicators = _of_scope(indicators_found(conversation.found, read, knowledge), read, knowledge)
        if not conversation.indicators:
            return compose_measures(replace(read, measures=tuple(measures)), knowledge) if measures else None
    conversation.indicators = indicators = settled(conversation.indicators, read, knowledge)
    if asks_for_something_else(read, indicators, knowledge):
        raise Refused("refuse_attribute")
    stated = agreeing(read, indicators)
    if not stated and (published := published_as(read, indicators, knowledge)):
        if not {"premise", "target"} <= read.cues:
            return compose_published(read, published, knowledge)
        draft = compose_premise(read, indicators, knowledge)
        say_published(draft, published)
        return draft
    if stated and "premise" in read.cues and "progress" not in read.cues:
        return compose_premise(read, indicators, knowledge)
    if read.intent == "progress" or asks_past(read, knowledge):
        return compose_progress(read, indicators, knowledge)
    check_years(read, indicators, knowledge)
    if not fits_unit(read, " ".join(i["quote"] for i in indicators), [i["unit"] or "" for i in indicators]):
        return None
    if read.intent == "quotation":
        return compose_quotation(indicators, read, knowledge)
    if read.intent == "premise":
        return compose_premise(read, indicators, knowledge)
    return compose_target(read, indicators, knowledge)


def _content(conversation: Conversation) -> Draft:
    read, knowledge = conversation.read, conversation.knowledge
    check_years(read, conversation.indicators, knowledge)
    asks_figure = read.language == "en" and not conversation.indicators and "content" not in read.cues
    if asks_figure and (measures := measures_found(read, knowledge)):
        return compose_measures(replace(read, measures=tuple(measures)), knowledge)
    spans = spans_of(conversation.found, read, knowledge)
    if not spans:
        raise Refused("refuse_nothing")
    if asks_for_an_unknown_trait(read, knowledge):
        raise Refused("refuse_attribute")
    document, clause = spans[0][:2]
    row = knowledge.clause(clause, document)
    text = " ".join(row["text"][start:end] for _, _, start, end in spans)
    evidence = f"{row['path']} {knowledge.also_called(document, clause)} {text}"
    if read.language == "en":
        evidence += f" {row.get('title_en') or ''} {' '.join(knowledge.english_of(*span) for span in spans)}"
    if not supported(conversation.found, read, evidence, knowledge):
        raise Refused("refuse_nothing")
    if not fits_unit(read, text, []) or counts_what_is_not_counted(read, text):
        raise Refused("refuse_attribute")
    return compose_content(read, spans, knowledge)


def _of_scope(indicators: list[Row], read: Understanding, knowledge: Knowledge) -> list[Row]:
    """All rows of the families named, or only those of the part of the territory asked about."""
    families = {i["family"] for i in indicators}
    whole = [i for i in knowledge.indicators.values() if i["family"] in families]
    order = {i["family"]: n for n, i in enumerate(indicators)}
    whole.sort(key=lambda i: order[i["family"]])
    if not read.scopes:
        return whole
    stated = [w for s in knowledge.vocabulary.scopes if s.id in read.scopes for w in s.stated]
    chosen = []
    for indicator in whole:
        alone = sum(i["family"] == indicator["family"] for i in whole) == 1
        if alone or any(w in (indicator["scope"] or "") for w in stated):
            chosen.append(indicator)
    return chosen or whole
