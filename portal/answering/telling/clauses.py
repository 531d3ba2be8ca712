"""What the documents say: the sentences found, each with its clause, and nothing of our own but a word of where they stand."""

from portal.answering.draft import Draft
from portal.answering.facts import Span
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.clauses import ClauseFacts, WholeClause
from portal.answering.lookup.cue_words import says
from portal.answering.query import Facet
from portal.answering.telling.dispatch import tell

_CLAUSE_SENTENCES = 3


@tell.register
def tell_clauses(facts: ClauseFacts, knowledge: Knowledge) -> Draft:
    """The spans found, under one line that says whose words they are."""
    draft = Draft(AnswerKind.CONTENT, facts.query.language, knowledge)
    first = facts.spans[0]
    row = knowledge.clause(first.clause, first.document)
    if facts.unlisted:
        draft.say("clauses_unlisted", term=facts.unlisted)
        draft.gap()
    if _names_nobody(facts, knowledge):
        draft.say("clauses_nobody")
        draft.gap()
    title = draft.said(row, "title")
    if facts.numbers is not None:
        draft.say("clauses_numbers", title=title, count=draft.count(facts.numbers))
    else:
        draft.say("clauses_near" if facts.near else "clauses_intro", title=title)
    for span in facts.spans:
        draft.quote(span.clause, span.start, span.end, span.document, around=True)
    return draft


def _names_nobody(facts: ClauseFacts, knowledge: Knowledge) -> bool:
    """Whether who is responsible is asked, and no word of the spans says who is."""
    if facts.query.facet is not Facet.RESPONSIBLE or not says(facts.query.question, "who"):
        return False
    texts = (knowledge.clause(s.clause, s.document)["text"][s.start : s.end] for s in facts.spans)
    return not any(says(text, "responsible") for text in texts)


@tell.register
def tell_whole_clause(facts: WholeClause, knowledge: Knowledge) -> Draft:
    """A clause by its number: what it says on the matter asked about, else its first sentences; a link to the rest, the titles of its
    parts."""
    row = facts.clause
    assert row is not None
    draft = Draft(AnswerKind.CLAUSE, facts.query.language, knowledge)
    number, document = str(row["clause"]), str(row["document"])
    draft.say("clause_intro", title=draft.said(dict(row), "title"), clause=number)
    _quote_clause(draft, facts, document, number)
    if facts.children:
        draft.rows += [dict(c) for c in facts.children]
        names = [f"{c['title']}（{c['clause']}）" for c in facts.children]
        draft.say("clause_children", children="；".join(names))
    return draft


def _quote_clause(draft: Draft, facts: WholeClause, document: str, number: str) -> None:
    """A clause's sentences on the matter asked about, else its first ones; all where the whole is asked for."""
    sentences = [s for s in draft.knowledge.sentences if (s["document"], s["clause"]) == (document, number)]
    body = [s for s in sentences if not s["heading"]] or sentences
    whole = says(facts.query.text, "whole")
    first = body if whole else body[:_CLAUSE_SENTENCES]
    spans = [] if whole else list(facts.spans)
    for span in spans or [Span(document, number, s["start"], s["end"]) for s in first]:
        draft.quote(span.clause, span.start, span.end, span.document, around=True)
    if len(body) > len(spans or first):
        draft.say("clause_more_matter" if spans else "clause_more", url=f"/policy?clause={number}")
