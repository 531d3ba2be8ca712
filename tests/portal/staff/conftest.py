"""A desk over the synthetic city with an account of each role, and browsers that sign in there."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import portal.services
from portal.desk.accounts import Accounts, Role
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
from portal.desk.offers import About, Kind, Offer
from portal.desk.publishing import Publishing
from portal.desk.review import Review, meaning_by
from portal.desk.subjects import ContributionSubject
from portal.publication.store import Store
from portal.retrieval.retriever import LazyEncoder
from portal.services import Services
from portal.settings import Settings
from portal.staff import app as staff
from tests.synthetic import SyntheticProject

PASSWORD = "synthetic pass phrase"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def desk(
    cheap_passwords: None,
    city_services: Services,
    city: Store,
    tmp_path: Path,
    project: SyntheticProject,
    monkeypatch: pytest.MonkeyPatch,
) -> Services:
    settings = Settings(var=tmp_path)
    database = Database(settings)
    files = project.settings.model_copy(update={"var": tmp_path})
    made = replace(
        city_services,
        contributions=Contributions(database, settings),
        accounts=Accounts(database, settings),
        changes=Changes(database, settings),
        maintained=Maintained(files),
        publishing=Publishing(database, files),
        kept_answers=KeptAnswers(database, settings),
        enquiries=Enquiries(database, settings),
        feedback=Feedback(database, settings),
        review=Review(database, meaning_by(city_services.answers)),
        effects=Effects(database, files, Maintained(files)),
        # A model of its own, which nothing loads: whether the one of the whole run is there depends on who ran before.
        meanings=Meanings(database, LazyEncoder("bundled")),
        most_asked=MostAsked(database, meaning_by(city_services.answers)),
    )
    for role in Role:
        made.accounts.add(f"{role}1", role, PASSWORD, "test", NOW)
    about = About(kind=ContributionSubject.INDICATOR, id="synthetic_rate")
    figure = Offer(about=about, kind=Kind.FIGURE, value="46" + SCRIPT, text=SCRIPT, contact=SCRIPT)
    made.contributions.receive(figure, city, NOW)
    made.changes.begin(SCRIPT, SCRIPT, None, "editor1", NOW)
    monkeypatch.setattr(portal.services, "services", lambda: made)
    return made


Enter = Callable[..., TestClient]


@pytest.fixture
def enter(desk: Services) -> Enter:
    """A browser, signed in as the account of a role or not at all."""
    application = staff.create_desk(secure=False)

    def entered(role: Role | None = None) -> TestClient:
        client = TestClient(application, follow_redirects=False, client=("127.0.0.1", 50000))
        if role is not None:
            reply = client.post("/desk/sign-in", data={"name": f"{role}1", "password": PASSWORD})
            assert (reply.status_code, reply.headers["location"]) == (303, "/desk")
        return client

    return entered


def word(client: TestClient) -> str:
    """What a page of the session has in its forms."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/desk/nowhere").text)
    assert found
    return found[1]
