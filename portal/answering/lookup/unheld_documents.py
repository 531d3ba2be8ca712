"""Documents a question names by title that are not held: what they say cannot be told from another."""

import re

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.documents import documents_of
from portal.answering.query import Query
from portal.texts.folding import fold

_TITLE = re.compile(r"《([^《》]{4,60})》")
# A law appealed to by its name alone (按劳动合同法); 办法 and 执法 name none.
_LAW = re.compile(
    r"(?:按照?|依照|依据|根据|违反)([\u3400-\u9fff]{2,12}?(?<![办执违方做说立司非合看无守想])法)(?![律规制院官庭])"
)
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百\d]+[条章款项]")


def unheld_title(query: Query, knowledge: Knowledge) -> str | None:
    """The title of a document whose content a question asks for, that is neither held nor named in the plan; None without one.

    Args:
        query: the question.
        knowledge: the published version.
    """
    if not (_ARTICLE.search(query.question) or says(query.question, "of_text")):
        return None
    return next(iter(unheld_titles(query.question, knowledge)), None)


def unheld_titles(question: str, knowledge: Knowledge) -> list[str]:
    """The titles in a question of documents that are neither held nor named in the plan.

    Args:
        question: as it was put.
        knowledge: the published version.
    """
    documents = documents_of(knowledge)
    titles: list[str] = [*_TITLE.findall(question), *_LAW.findall(question)]
    return [t for t in titles if not documents.named_documents(t) and fold(t) not in knowledge.plan_text]
