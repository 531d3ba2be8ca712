"""A question as a typed query: what it is about, what of that is wanted, and what is to be done with it.

The JSON form is stable and given back with every answer.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]


class SubjectKind(StrEnum):
    """What a question can be about."""

    INDICATOR = "indicator"
    MEASURE = "measure"
    PROJECT = "project"
    PLACE = "place"
    DISTRICT = "district"
    CITY = "city"
    CLAUSE = "clause"
    DOCUMENT = "document"
    DATASET = "dataset"
    THEME = "theme"
    PORTAL = "portal"


class Facet(StrEnum):
    """What of the subject is wanted."""

    TARGET = "target"
    RESULT = "result"
    STATUS = "status"
    DUE = "due"
    SCOPE = "scope"
    SOURCE = "source"
    RELIABILITY = "reliability"
    LICENCE = "licence"
    UPDATE = "update"
    METHOD = "method"
    RESPONSIBLE = "responsible"
    DEFINITION = "definition"
    TEXT = "text"
    LOCATION = "location"
    DISTANCE = "distance"
    COUNT = "count"
    DOWNLOAD = "download"
    CONTACT = "contact"


class Operation(StrEnum):
    """What is to be done with it."""

    VALUE = "value"
    LIST = "list"
    COUNT = "count"
    COMPARE = "compare"
    RANK = "rank"
    EXTREME = "extreme"
    SERIES = "series"
    DIFFERENCE = "difference"
    SHARE = "share"
    CHECK = "check"
    NEAREST = "nearest"
    EXPLAIN = "explain"
    SUMMARISE = "summarise"


class Outside(StrEnum):
    """Kinds of question that no published document answers, whatever it says."""

    PERSON = "person"
    FORECAST = "forecast"
    PERSONAL = "personal"
    OFF_TOPIC = "off_topic"
    HOSTILE = "hostile"
    PRICE = "price"


class Subject(BaseModel):
    """Something the question names: its kind, the id in the data, and the words it was named by."""

    model_config = ConfigDict(frozen=True)

    kind: SubjectKind
    id: str
    text: str = ""


class Where(BaseModel):
    """What narrows the subjects down; empty fields narrow nothing."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    status: tuple[str, ...] = ()
    theme: str | None = None
    clause: str | None = None
    document: str | None = None
    years: tuple[int, ...] = ()
    from_: int | None = Field(None, alias="from", description="first year of a range")
    to: int | None = Field(None, description="last year of a range")
    recent: int | None = Field(None, description="the latest so many years")
    plan_years: bool = Field(False, description="the years of the plan")
    latest: bool = Field(False, description="the latest there is")
    cities: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    scopes: tuple[str, ...] = Field((), description="parts of the territory, as the vocabulary names them")
    unit: str | None = None
    over: float | None = None
    under: float | None = None
    lowest: bool = Field(False, description="of an extreme: the least instead of the most")
    kinds: tuple[str, ...] = Field((), description="kinds of place")


class Stated(BaseModel):
    """A number a question states: `of` the indicators by whose name it stands, `scopes` the parts of the territory said right before."""

    model_config = ConfigDict(frozen=True)

    value: float
    of: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


class Claim(BaseModel):
    """What the question states and wants confirmed. `negated` where it states that something is not so."""

    model_config = ConfigDict(frozen=True)

    about: Literal["target", "result", "event"]
    relation: Literal["is", "at_least", "at_most", "more", "less", "happened"] = "is"
    value: float | None = Field(None, description="in single units (4.5万 = 45000)")
    unit: str | None = None
    negated: bool = False
    stated: tuple[Stated, ...] = Field((), description="all numbers stated: a yes would be said of every one")
    done: bool = Field(False, description="it is also stated that it was done")
    unsaid: bool = Field(False, description="neither yes nor no is said of it: an accusation, a motive, a rumour")
    always: bool = Field(
        False, description="it is stated of every year (从来没有低于35%); with `negated`, of some year"
    )
    rank: int | None = Field(
        None, description="the rank that is stated (全省第八), from the lowest where the question says so"
    )
    up_to: bool = Field(False, description="a rank up to the one stated is meant (全省前五)")
    years: tuple[int, ...] = Field((), description="the years stated beside a range (2019年以来最高的是2023年)")


class QuestionQuery(BaseModel):
    """One reading of a question. `likelihood` compares readings of one question and says nothing across questions."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="the question in canonical words, for looking up texts")
    question: str = Field("", description="the question as it was put, cleaned and masked")
    language: Language = "zh"
    subjects: tuple[Subject, ...] = ()
    about: SubjectKind = Field(SubjectKind.CLAUSE, description="the kind of thing whose rows or texts are to answer")
    facet: Facet = Facet.TEXT
    operation: Operation = Operation.SUMMARISE
    where: Where = Where()
    claim: Claim | None = None
    outside: Outside | None = Field(None, description="the likeliest kind no document answers")
    outside_likelihood: float = 0.0
    unknown: tuple[str, ...] = Field((), description="places, bodies or people it names that the data do not hold")
    elsewhere: tuple[str, ...] = Field((), description="other cities or regions it names that no table holds")
    where_before: Where | None = Field(
        None,
        description="what narrowed the turn before, where this one asks the same of another year or place",
        exclude=True,
    )
    subjects_before: tuple[Subject, ...] = Field(
        (), description="what the turns before were about, where this one is about something else", exclude=True
    )
    inherited: bool = Field(False, description="whether subjects or filters come from the question before or the page")
    by_model: bool = Field(False, description="whether the operator's language model read it so")
    likelihood: float = 0.0

    def of(self, kind: SubjectKind) -> tuple[str, ...]:
        """Ids of the subjects of a kind, in the order named."""
        return tuple(s.id for s in self.subjects if s.kind is kind)


# In the public API's description `Query` is a query in SQL; in here nothing else is meant by it.
Query = QuestionQuery
