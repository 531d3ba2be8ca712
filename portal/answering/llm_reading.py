"""Optional first step: a language model reads what is asked, as one more reading beside those the examples make.

What it gives is a form, never a sentence: what the question is about, what of it is wanted, the names of what is meant. Names count
only where the tables hold them; years, numbers, cities and claims are read by code. Its reading is looked up, compared with the
others, told and checked like any, and where it fails the others are there.
"""

import logging
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Field

from portal.answering.knowledge import Knowledge
from portal.answering.llm import chat_model, in_time
from portal.answering.query import Facet, Language, Operation, Query, Subject, SubjectKind
from portal.answering.reading.names import named
from portal.answering.reading.reader import query_of, read
from portal.answering.wording import Rejected
from portal.settings import Settings

_log = logging.getLogger(__name__)
# Names beyond these say that the form was not understood.
_MOST_NAMES = 6
_LONGEST_NAME = 60
# What is found by the words of the question, and so has no subjects.
_BY_WORDS = {SubjectKind.CLAUSE, SubjectKind.PORTAL}


class Form(BaseModel):
    """What a question asks."""

    about: SubjectKind = Field(description="the kind of thing whose rows or texts answer")
    facet: Facet = Field(description="what of it is wanted")
    operation: Operation = Field(description="what is to be done with it")
    names: list[str] = Field(
        default_factory=list,
        description="names of the things meant, each as one of the names listed; empty for none or all",
    )


class ModelReader:
    """Reads questions through an OpenAI-compatible endpoint. Safe to call from several threads.

    Args:
        settings: `llm_url`, `llm_model`, `llm_key`, `llm_timeout_s`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def readings(self, question: str, language: Language, knowledge: Knowledge) -> list[Query]:
        """The question as the model reads it; none where it failed, was late, or named what no table holds.

        Args:
            question: normalised and masked.
            language: of the question.
            knowledge: the published version.
        """
        try:
            form = in_time(lambda: self._filled(question, knowledge), self._settings.llm_timeout_s)
            return [_query(form, question, language, knowledge)]
        except Rejected as why:
            _log.warning("The language model's reading was not used: %s", why)
            return []

    def _filled(self, question: str, knowledge: Knowledge) -> Form:
        """The form as the model fills it.

        Raises:
            Rejected: it is no such form.
        """
        from langsmith import tracing_context

        # Its schema is part of what is asked; a model without structured output fails and is not used.
        model = chat_model(self._settings).with_structured_output(Form, method="json_schema")
        with tracing_context(enabled=False):
            filled = model.invoke(
                [("system", _words()["system"].format(names="\n".join(_known(knowledge)))), ("user", question)]
            )
        if not isinstance(filled, Form):
            raise Rejected("it is no form")
        return filled


def _query(form: Form, question: str, language: Language, knowledge: Knowledge) -> Query:
    """The query a filled form stands for, everything but its choices read from the question by code.

    Raises:
        Rejected: it names nothing that the tables hold of the kind it says.
    """
    reading = read(question, language, knowledge)
    subjects = tuple(dict.fromkeys(_linked(form, language, knowledge)))
    if form.names and not subjects and form.about not in _BY_WORDS:
        raise Rejected("it names what no table holds")
    # As sure as can be: what the tables hold for it is compared with the others all the same.
    query = query_of(reading, form.about, subjects, form.operation, form.facet, 0.0, knowledge)
    return query.model_copy(update={"by_model": True})


def _linked(form: Form, language: Language, knowledge: Knowledge) -> Iterator[Subject]:
    """The rows of the kind a form says that its names stand for."""
    for name in form.names[:_MOST_NAMES]:
        canonical = knowledge.vocabulary.canonical(name[:_LONGEST_NAME].lower())
        yield from named(canonical, language, (), knowledge).of(form.about)


def _known(knowledge: Knowledge) -> list[str]:
    """The names a model may give, a line a kind."""
    rows = {
        SubjectKind.INDICATOR: [r["name_zh"] for r in knowledge.indicators.values()],
        SubjectKind.PROJECT: [r["name"] for r in knowledge.projects.values()],
        SubjectKind.DISTRICT: [r["name"] for r in knowledge.districts.values()],
        SubjectKind.PLACE: [r["name"] for r in knowledge.places.values() if r["name"]],
        SubjectKind.DATASET: [d.title_zh for d in knowledge.datasets],
    }
    return [f"{kind}：{'、'.join(dict.fromkeys(map(str, names)))}" for kind, names in rows.items() if names]


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    tables = tomllib.loads((Path(__file__).parent / "llm.toml").read_text("utf-8"))
    return dict(tables["reading"])
