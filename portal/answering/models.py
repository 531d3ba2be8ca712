"""What goes into the question pipeline and what comes out; the API's and the chat's contract."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.answering.kinds import Outcome
from portal.answering.query import Language, Query
from portal.publication.json_object import JsonObject
from portal.publication.statuses import FigureKind

QUESTION_MAX = 300
HISTORY_MAX = 20
READINGS_MAX = 3


class Earlier(BaseModel):
    """An earlier question of a conversation, and the reading of it the asker meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    reading: int = Field(0, ge=0, le=READINGS_MAX, description="as in the question itself")


class Ask(BaseModel):
    """A question with the earlier questions of the conversation, oldest first."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description=f"at most {QUESTION_MAX} characters are read")
    history: list[str | Earlier] = Field(
        default_factory=list, description="earlier questions of this conversation, oldest first"
    )
    reading: int = Field(
        0, ge=0, le=READINGS_MAX, description="which reading is meant: 0 the likeliest, else a number of `readings`"
    )
    language: Language | None = Field(None, description="language of the answer; the question's own where null")
    indicator: str | None = Field(None, description="id of the indicator the asker is looking at")
    clause: str | None = Field(None, description="id of the clause the asker is looking at")


class Citation(BaseModel):
    """A clause an answer speaks from; `quote` is an exact span of it and `url` opens it with the span highlighted."""

    document: str
    clause: str
    title: str
    quote: str
    url: str
    document_title: str = Field("", description="title of the document the clause is of")
    label: str = Field("", description="the clause as people write it: 第十九条第二款第（三）项, 三、（四）1.")


class Figure(BaseModel):
    """A figure of an answer: a target of the plan (`kind` = target) or a row of `observations` with its kind.

    A value whose source wrote more than digits (4万余, 98以上) has those words in `value_text`; what must be said beside it is in
    `caveat`, in Chinese.
    """

    indicator: str
    kind: Literal[
        "target",
        FigureKind.ACTUAL,
        FigureKind.ANNUAL_PLAN,
        FigureKind.LATER_TARGET,
        FigureKind.EARLIER_TARGET,
    ]
    value: float | None
    unit: str
    period: str
    scope: str
    source: str
    value_text: str = ""
    reliability: str = ""
    corrected: bool = False
    caveat: str = ""


class Computed(BaseModel):
    """How a computed answer was made: the SQL as it runs, and the rows it gave."""

    sql: list[str]
    rows: list[JsonObject]


class Reading(BaseModel):
    """Another way a question could have been meant; asked again with this `reading`, it is answered so."""

    reading: int
    understood: str


class Answer(BaseModel):
    """An answer or a refusal, as every face of the portal gives it."""

    id: str
    kind: Literal[Outcome.ANSWER, Outcome.REFUSAL]
    answer: str = Field(description="Markdown in the question's language; quotations stay as the plan writes them")
    citations: list[Citation]
    figures: list[Figure]
    suggestions: list[str]
    version: str
    timings_ms: dict[str, float]
    question: str = Field(description="the question normalised and masked")
    understood: str = Field("", description="what the question was taken for, in words")
    readings: list[Reading] = Field(default_factory=list, description="other ways it could have been meant")
    language: Language = "zh"
    sort: str = Field("", description="which composer answered, or why it was refused")
    mode: Literal["hybrid", "lexical"] = Field("hybrid", description="lexical while the model is still loading")
    path: Literal["extractive", "llm"] = Field("extractive", description="llm where a language model worded it")
    query: Query | None = Field(None, description="what the question was taken for, as a typed query")
    computed: Computed | None = Field(None, description="where something was computed: the SQL and its rows")


class Step(BaseModel):
    """A step of the pipeline as it starts, for faces that show it."""

    name: Annotated[str, Field(description="normalise, read, look_up, tell or smooth")]
    detail: str = ""
