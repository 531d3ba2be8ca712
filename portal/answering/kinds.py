"""The kinds of answer there are, as every face of the portal names them."""

from enum import StrEnum


class Outcome(StrEnum):
    """Whether a question was answered."""

    ANSWER = "answer"
    REFUSAL = "refusal"


class AnswerKind(StrEnum):
    """What an answer tells of; that of a refusal is its reason (`portal.answering.refusals`)."""

    CONTENT = "content"
    CLAUSE = "clause"
    RULES = "rules"
    DOCUMENT_CARD = "document_card"
    TARGET = "target"
    PROGRESS = "progress"
    PREMISE = "premise"
    OVERVIEW = "overview"
    FIGURE = "figure"
    PROJECT = "project"
    PLACE = "place"
    NEAREST = "nearest"
    DISTRICT = "district"
    ABOUT = "about"
    DATA = "data"
