"""Two portals as on machines of their own, with everything they share: object storage for versions, PostgreSQL for what people bring in,
Redis for rates and conversations, nginx in front. Whichever is asked tells the same, and goes on with what the other began."""

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipelines.publish import push, use
from portal.desk.accounts import Accounts, Role
from portal.desk.changes import Changes, State
from portal.desk.database import Database
from portal.settings import Settings
from tests.portal.publication.test_object_storage import told, until
from tests.portal.s3_server import Server, serving
from tests.portal.staff.conftest import PASSWORD
from tests.portal.traffic.behind import visitor
from tests.portal.traffic.replicas import RATE, Two, two_with_nothing_of_their_own
from tests.postgresql_server import empty_database, postgresql
from tests.synthetic import SyntheticProject

QUESTION = "合成率的目标是多少？我叫合成人甲"
WORD = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@pytest.fixture
def storage(built: SyntheticProject) -> Iterator[Server]:
    with serving() as server:
        push(built.settings.published, server.storage())
        yield server


@pytest.fixture
def two(storage: Server, tmp_path: Path) -> Iterator[Two]:
    with postgresql() as server:
        database = empty_database(server)
        settings = Settings(var=tmp_path / "nothing", database_url=database)
        now = datetime.datetime.now(datetime.UTC)
        changes = Changes(Database(settings), settings)
        changes.begin("合成缘由", "synthetic reason", None, "editor1", now)
        changes.put(1, "observations", ("id",), None, {"id": "合成行"}, "editor1", now)
        changes.turn(1, [State.OPEN], State.READY, "editor1", now)
        for role in (Role.CLERK, Role.PUBLISHER):
            Accounts(Database(settings), settings).add(f"{role}1", role, PASSWORD, "test", now)
        with two_with_nothing_of_their_own(storage, database, tmp_path) as running:
            yield running


def direct(address: str) -> httpx.Client:
    """One of the two, without nginx."""
    return httpx.Client(base_url=address, timeout=60, trust_env=False)


def signed_in(client: httpx.Client, role: Role) -> str:
    """Sign in at the desk; the word its forms carry."""
    reply = client.post("/desk/sign-in", data={"name": f"{role}1", "password": PASSWORD})
    assert (reply.status_code, reply.headers["location"]) == (303, "/desk")
    # By hand: the client would keep it for the name in its requests, and not for the machine it asks.
    client.headers["Cookie"] = reply.headers["set-cookie"].partition(";")[0]
    found = WORD.search(client.get("/desk/nowhere").text)
    assert found
    return found[1]


def test_either_tells_and_goes_on_with_what_the_other_was_given(two: Two) -> None:
    one, other = map(direct, two.addresses)
    with one, other:
        assert told(one) == told(other)
        for path in ("/api/v1/documents", "/api/v1/versions", "/api/v1/clauses/1", "/feed.atom", "/llms.txt"):
            assert one.get(path).text == other.get(path).text
    offer = {"about": {"kind": "indicator", "id": "synthetic_rate"}, "kind": "other", "text": "合成的话"}
    before = two.answered()
    with visitor(two.port, "127.0.0.2") as client:
        word = signed_in(client, Role.CLERK)
        numbers, codes = [], []
        for _ in range(4):
            taken = client.post("/desk/enquiries", data={"csrf": word, "question": QUESTION})
            assert taken.status_code == 303, taken.text
            numbers.append(taken.headers["location"])
            assert client.get(numbers[-1]).status_code == 200
            codes.append(client.post("/api/v1/contributions", json=offer).raise_for_status().json()["code"])
        assert len(set(numbers)) == len(set(codes)) == 4
        listed = client.get("/desk/enquiries").text
        (answer,) = set(re.findall(r"/answer/[0-9A-Za-z_-]+", client.get(numbers[0]).text))
    assert all(after > b for after, b in zip(two.answered(), before, strict=True)), "each has answered some"
    assert all(number in listed for number in numbers)
    for address in two.addresses:
        with direct(address) as client:
            assert client.get(answer).status_code == 200
            assert {client.get(f"/api/v1/contributions/{c}").json()["state"] for c in codes} == {"received"}


def test_both_take_up_what_is_published_and_gone_back_to_and_neither_publishes(
    two: Two, storage: Server, built: SyntheticProject
) -> None:
    one, other = map(direct, two.addresses)
    with one, other:
        first = told(one)[0]
        built.correct()
        second = built.build().version
        push(built.settings.published, storage.storage())
        for version, value in ((second, 46.0), (first, 45.0)):
            use("", version, storage.storage())
            for client in (one, other):
                until(lambda c=client: c.get("/readyz").json()["version"], version)
                assert told(client)[:2] == (version, [value])
    with visitor(two.port, "127.0.0.3") as client:
        word = signed_in(client, Role.PUBLISHER)
        for _ in two.addresses:
            refused = client.post("/desk/changes/1", data={"csrf": word, "decision": "publish"})
            assert refused.status_code == 400
            assert "请到构建版本的机器上发布" in refused.text
            assert "合成行" in refused.text


def test_a_visitor_has_one_rate_at_both_and_nobody_else_pays_for_it(two: Two) -> None:
    with visitor(two.port, "127.0.0.4") as client:
        asked = [client.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code for _ in range(3 * RATE)]
    assert set(asked) == {200, 429}
    with visitor(two.port, "127.0.0.5") as client:
        assert client.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code == 200


def test_no_log_of_either_holds_what_was_asked(two: Two, tmp_path: Path) -> None:
    with visitor(two.port, "127.0.0.6") as client:
        for _ in range(4):
            client.post("/api/v1/ask", json={"question": QUESTION}).raise_for_status()
            client.get("/api/v1/search", params={"q": QUESTION})
            client.post("/api/v1/query", json={"sql": f"SELECT '{QUESTION}'"})
    written = {"request", "answer", "slow_query", "job"}
    for log in (tmp_path / f"log-{n}" for n in range(2)):
        # What runs in the background ends when it ends.
        until(lambda at=log: written - _events(at), set())
        assert not any(
            part in log.read_text("utf-8") for part in (QUESTION, json.dumps(QUESTION)[1:-1], "合成人甲", "合成率")
        )


def _events(log: Path) -> set[str]:
    """The kinds of whole line a log holds; its first one is not the portal's."""
    whole = log.read_text("utf-8").rpartition("\n")[0]
    return {json.loads(line)["event"] for line in whole.splitlines()[1:]}
