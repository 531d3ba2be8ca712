"""What the plan says about something: the two or three sentences that answer, or a whole clause asked for by number."""

from portal.answering.draft import Draft
from portal.answering.knowledge import Knowledge
from portal.answering.understand import Understanding

_CLAUSE_SENTENCES = 3


def compose_content(read: Understanding, spans: list[tuple[str, str, int, int]], knowledge: Knowledge) -> Draft:
    """The sentences found, each with its clause.

    Args:
        read: the question.
        spans: (document, clause, start, end) in the order they are to be read.
        knowledge: the published version.
    """
    draft = Draft("content", read.language, knowledge)
    draft.say("content_intro")
    for document, clause, start, end in spans:
        draft.quote(clause, start, end, document)
    return draft


def compose_clause(read: Understanding, clause: str, knowledge: Knowledge) -> Draft:
    """A clause by its number: its first sentences, a link to the rest, the titles of its parts."""
    row = knowledge.clause(clause)
    draft = Draft("clause", read.language, knowledge)
    draft.say("clause_intro", title=row["title"], clause=clause)
    sentences = [s for s in knowledge.sentences if s["clause"] == clause and s["document"] == row["document"]]
    body = [s for s in sentences if not s["heading"]] or sentences
    for sentence in body[:_CLAUSE_SENTENCES]:
        draft.quote(clause, sentence["start"], sentence["end"], row["document"])
    if len(body) > _CLAUSE_SENTENCES:
        draft.say("clause_more", url=f"/policy?clause={clause}")
    children = [c for c in knowledge.clauses.values() if c["parent"] == clause and c["document"] == row["document"]]
    if children:
        names = [f"{c['title']}（{c['clause']}）" for c in children]
        draft.rows += children
        draft.say("clause_children", children="；".join(names))
    return draft
