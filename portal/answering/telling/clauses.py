"""What the documents say: the sentences found, each with its clause, and nothing of our own but a word of where they stand."""

from portal.answering.draft import Draft
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.clauses import ClauseFacts, WholeClause
from portal.answering.lookup.cue_words import says
from portal.answering.telling.dispatch import tell

_CLAUSE_SENTENCES = 3


@tell.register
def tell_clauses(facts: ClauseFacts, knowledge: Knowledge) -> Draft:
    """The spans found, under one line that says whose words they are."""
    draft = Draft(AnswerKind.CONTENT, facts.query.language, knowledge)
    first = facts.spans[0]
    row = knowledge.clause(first.clause, first.document)
    draft.say("clauses_near" if facts.near else "clauses_intro", title=draft.said(row, "title"))
    for span in facts.spans:
        draft.quote(span.clause, span.start, span.end, span.document)
    return draft


@tell.register
def tell_whole_clause(facts: WholeClause, knowledge: Knowledge) -> Draft:
    """A clause by its number: its first sentences, a link to the rest, the titles of its parts."""
    row = facts.clause
    assert row is not None
    draft = Draft(AnswerKind.CLAUSE, facts.query.language, knowledge)
    number, document = str(row["clause"]), str(row["document"])
    draft.say("clause_intro", title=draft.said(dict(row), "title"), clause=number)
    sentences = [s for s in knowledge.sentences if (s["document"], s["clause"]) == (document, number)]
    body = [s for s in sentences if not s["heading"]] or sentences
    shown = len(body) if says(facts.query.text, "whole") else _CLAUSE_SENTENCES
    for sentence in body[:shown]:
        draft.quote(number, sentence["start"], sentence["end"], document)
    if len(body) > shown:
        draft.say("clause_more", url=f"/policy?clause={number}")
    if facts.children:
        draft.rows += [dict(c) for c in facts.children]
        names = [f"{c['title']}（{c['clause']}）" for c in facts.children]
        draft.say("clause_children", children="；".join(names))
    return draft
