"""The question pipeline over the real published data, with the real model and with words alone."""

import pytest

from portal.answering.knowledge import Knowledge
from portal.answering.models import Answer, Ask
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings


class Asking:
    """A shorthand: `asking("问题", "上一问")` is the answer."""

    def __init__(self, service: AnswerService) -> None:
        self.service = service

    def __call__(self, question: str, *history: str, **page: str) -> Answer:
        return self.service.answer(Ask(question=question, history=list(history), **page))


@pytest.fixture(scope="session")
def encoder(published: Settings) -> LazyEncoder:
    """The bundled model, loaded."""
    encoder = LazyEncoder(published.embedding_model)
    encoder.get()
    return encoder


@pytest.fixture(scope="session")
def asking(published: Settings, encoder: LazyEncoder) -> Asking:
    """Ask the portal with its model."""
    return Asking(AnswerService(Publications(published), encoder, published))


@pytest.fixture(scope="session")
def asking_by_words(published: Settings) -> Asking:
    """Ask the portal while its model has not been loaded."""
    return Asking(AnswerService(Publications(published), LazyEncoder(published.embedding_model), published))


@pytest.fixture(scope="session")
def knowledge(asking_by_words: Asking) -> Knowledge:
    """What the published version knows."""
    return asking_by_words.service.knowledge()
