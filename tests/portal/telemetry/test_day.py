"""A day of mixed use in small: every way to ask is used, and no line of the log holds a question, a statement or a word of theirs."""

import json
import re
from collections import Counter
from pathlib import Path

import httpx
import pytest

from portal.settings import Settings
from tests import coroutines
from tests.benchmarks.visitors import arrive
from tests.browser.conftest import serving
from tests.portal.staff.conftest import PASSWORD

EVALUATION = Path(__file__).parents[2] / "evaluation"
# What stands in each place a visitor can write to, beside the kept questions.
PERSONAL = "我叫合成人甲，电话13800138000，身份证41030319900101123X，我家楼下停车位够吗"
TAKEN = 40


def questions() -> list[str]:
    """Some of every file of kept questions."""
    kept = []
    for file in sorted(EVALUATION.glob("*.jsonl")):
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        kept += [line["question"] for line in lines[:: max(1, len(lines) // 3)]]
    return [PERSONAL, *kept]


async def by_page(address: str, asked: list[str]) -> None:
    """Ask questions in a page's own box, over its socket."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    visitor = await arrive(address)
    await visitor.run()
    await visitor.run("data", "dataset=indicators&q=合成搜索的字")
    await visitor.run()
    for question in asked:
        message = BackMsg()
        message.rerun_script.fragment_id = visitor.fragments[0]
        typed = message.rerun_script.widget_states.widgets.add(id=visitor.chat)
        typed.chat_input_value.data = question
        await visitor.socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(await visitor.socket.recv(decode=False))
            if told.WhichOneof("type") == "script_finished" and told.script_finished != told.FINISHED_EARLY_FOR_RERUN:
                break
    await visitor.socket.close()


def at_the_desk(client: httpx.Client, question: str) -> None:
    """Sign in as the clerk and take an enquiry down."""
    client.post("/desk/sign-in", data={"name": "clerk1", "password": PASSWORD})
    shown = client.get("/desk/enquiries").text
    word = re.search(r'name="csrf" value="([0-9a-f]{64})"', shown)
    assert word
    taken = client.post("/desk/enquiries", data={"csrf": word[1], "question": question})
    assert taken.status_code == 303, taken.text


@pytest.fixture(scope="module")
def day(city_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], str, str]:
    """What was asked, the log of it, and the metrics at its end."""
    import datetime

    from portal.desk.accounts import Accounts, Role
    from portal.desk.database import Database

    folder = tmp_path_factory.mktemp("day")
    settings = city_settings.model_copy(update={"var": folder / "var"})
    Accounts(Database(settings), settings).add(
        "clerk1", Role.CLERK, PASSWORD, "test", datetime.datetime.now(datetime.UTC)
    )
    asked = questions()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_DESK", "true")
        # Every query is slow: the log of those is looked through as well.
        patch.setenv("PORTAL_SLOW_QUERY_SECONDS", "0.000001")
        with (
            serving(settings, folder / "log") as address,
            httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
        ):
            use(client, asked)
            at_the_desk(client, asked[1])
            coroutines.run(by_page(address, asked[:8]))
            metrics = client.get("/metrics").text
    return asked, (folder / "log").read_text("utf-8"), metrics


def use(client: httpx.Client, asked: list[str]) -> None:
    """Ask over HTTP, in every form it takes words in."""
    for number, question in enumerate(asked):
        stream = {"Accept": "text/event-stream"} if number % 2 else {}
        assert client.post("/api/v1/ask", json={"question": question}, headers=stream).status_code == 200
    for question in asked[:TAKEN]:
        quoted = question.replace("'", "''")
        client.post("/api/v1/query", json={"sql": f"SELECT '{quoted}' AS \"{question[:20].replace(chr(34), '')}\""})
        client.post("/api/v1/query", json={"sql": f"SELECT {question}"})
        client.get("/api/v1/search", params={"q": question})
        client.get("/api/v1/datasets/indicators/rows", params={"q": question})
        client.get("/api/v1/datasets/indicators.csv", params={"filter.name_zh": question})
        client.get(f"/api/v1/clauses/{question.replace('/', '')}")
        client.get("/", params={"q": question})
        client.get("/api/3/action/package_search", params={"q": question})
        client.post("/api/3/action/datastore_search", json={"resource_id": "indicators", "q": question})
        client.post("/api/v1/measures/query", json={"measure": question, "operation": "value"})
        client.get(f"/{question.replace('/', '')}")
    about = {"kind": "indicator", "id": "synthetic_rate"}
    client.post("/api/v1/contributions", json={"about": about, "kind": "other", "text": PERSONAL, "contact": PERSONAL})
    call = {"name": "ask", "arguments": {"question": PERSONAL}}
    tool = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    client.post("/mcp", json=tool, headers={"Accept": "application/json, text/event-stream"})


def pieces(asked: list[str]) -> set[str]:
    """Each question, and of a long one each half: a line that cuts it would hold one of them."""
    halves = {half for q in asked if len(q) > 16 for half in (q[: len(q) // 2], q[len(q) // 2 :])}
    return {*asked, *halves, "13800138000", "41030319900101123X", "合成人甲", "合成搜索的字"}


def test_no_line_holds_what_anybody_asked(day: tuple[list[str], str, str]) -> None:
    asked, log, _ = day
    assert len(asked) > 50
    folded = log.lower()
    assert [p for p in pieces(asked) if p.lower() in folded or json.dumps(p)[1:-1].lower() in folded] == []


def test_every_line_is_json_and_each_kind_of_use_left_its_own(day: tuple[list[str], str, str]) -> None:
    asked, log, _ = day
    # The first line is the address, for whoever started it.
    lines = [json.loads(line) for line in log.splitlines()[1:]]
    count = Counter(line["event"] for line in lines)
    assert count["answer"] >= len(asked) + 8 + 1
    assert count["request"] > len(asked) + 10 * TAKEN
    assert count["sql"] == 2 * TAKEN
    assert count["page"] >= 3
    assert count["socket"] == 1
    assert count["slow_query"] > TAKEN
    assert {line["job"] for line in lines if line["event"] == "job"} >= {"warm_up"}
    answers = [line for line in lines if line["event"] == "answer"]
    assert all(re.fullmatch("[0-9a-f]{16}", line["request"]) for line in answers)
    requests = {line["request"]: line for line in lines if line["event"] in {"request", "socket"}}
    faces = Counter(requests[line["request"]]["route"] for line in answers)
    assert faces.keys() == {"/api/v1/ask", "/_stcore/stream", "/desk/enquiries", "/mcp"}


def test_the_metrics_tell_what_became_of_it(day: tuple[list[str], str, str]) -> None:
    _, _, metrics = day
    values = {}
    for line in metrics.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    assert sum(v for n, v in values.items() if n.startswith("portal_answers_total")) > 10
    assert sum(v for n, v in values.items() if n.startswith("portal_refusals_total")) > 10
    assert values['portal_sql_total{outcome="ok"}'] + values['portal_sql_total{outcome="syntax"}'] > TAKEN
    assert values['portal_answer_step_seconds_count{step="look_up"}'] > 50
    assert values["portal_publication_age_seconds"] > 0
    assert values["portal_versions"] == 1
    assert values['portal_problem{part="publication"}'] == 0
