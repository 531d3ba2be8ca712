"""The API over the real published version and over the synthetic city, with the real services."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from portal.answering.service import AnswerService
from portal.api.app import create_api
from portal.chat.conversations import Conversations
from portal.desk.accounts import Accounts
from portal.desk.changes import Changes
from portal.desk.contributions import Contributions
from portal.desk.database import Database
from portal.desk.effects import Effects
from portal.desk.enquiries import Enquiries
from portal.desk.feedback import Feedback
from portal.desk.kept_answers import KeptAnswers
from portal.desk.maintained import Maintained
from portal.desk.meanings import Meanings
from portal.desk.most_asked import MostAsked
from portal.desk.publishing import Publishing
from portal.desk.review import Review, meaning_by
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.services import Services
from portal.settings import Settings


def services_for(settings: Settings) -> Services:
    """The services of a portal with these settings; the model is loaded when first asked for."""
    publications = Publications(settings)
    encoder = LazyEncoder(settings.embedding_model)
    answers = AnswerService(publications, encoder, settings)
    database = Database(settings)
    return Services(
        publications,
        encoder,
        answers,
        database,
        Feedback(database, settings),
        Conversations(),
        Contributions(database, settings),
        Accounts(database, settings),
        Changes(database, settings),
        Maintained(settings),
        Publishing(database, settings),
        KeptAnswers(database, settings),
        Enquiries(database, settings),
        Review(database, meaning_by(answers)),
        Effects(database, settings, Maintained(settings)),
        Meanings(database, encoder),
        MostAsked(database, meaning_by(answers)),
    )


@pytest.fixture(scope="session")
def services(published: Settings) -> Services:
    return services_for(published)


@pytest.fixture(scope="session")
def api(services: Services) -> FastAPI:
    return create_api(lambda: services)


@pytest.fixture(scope="session")
def client(api: FastAPI) -> Iterator[TestClient]:
    """A client that is given what a stranger would be given: an error inside is an answer, not an exception."""
    yield from client_of(api)


def client_of(api: FastAPI) -> Iterator[TestClient]:
    """A client on this machine."""
    address = ("127.0.0.1", 50000)
    with TestClient(api, base_url="http://portal.test", raise_server_exceptions=False, client=address) as client:
        yield client


@pytest.fixture(scope="session")
def city_api(city_services: Services) -> FastAPI:
    """The API over the synthetic city, for what is checked of the code."""
    return create_api(lambda: city_services)


@pytest.fixture(scope="session")
def city_client(city_api: FastAPI) -> Iterator[TestClient]:
    """A client of the synthetic city's API."""
    yield from client_of(city_api)
