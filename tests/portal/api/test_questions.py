"""Questions over HTTP: whole, and step by step as server-sent events."""

import json

from starlette.testclient import TestClient

from portal.answering.models import Answer
from portal.publication.store import Store

QUESTION = {"question": "方案要求新增多少停车泊位？"}


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    """The events of a stream as (name, data)."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_an_answer_quotes_its_clause_word_for_word(client: TestClient, store: Store) -> None:
    reply = client.post("/api/v1/ask", json=QUESTION)
    answer = Answer.model_validate(reply.json())
    assert reply.headers["cache-control"] == "no-store"
    assert (answer.kind, answer.version) == ("answer", store.version)
    assert "4.5万个" in answer.answer
    assert answer.citations[0].clause == "3.5.1"
    for citation in answer.citations:
        (text,) = (r["text"] for r in store.rows("SELECT text FROM clauses WHERE clause = ?", [citation.clause]))
        assert citation.quote in text


def test_a_question_the_plan_does_not_answer_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/ask", json={"question": "今天晚上吃什么？"}).json()
    assert (answer["kind"], answer["citations"], answer["figures"]) == ("refusal", [], [])
    assert "12345" in answer["answer"]


def test_the_stream_tells_each_step_and_then_the_answer(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json=QUESTION, headers={"Accept": "text/event-stream"})
    told = events(reply.text)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in told] == ["step"] * (len(told) - 1) + ["answer"]
    assert [data["name"] for name, data in told if name == "step"] == [
        "normalise",
        "read",
        "look_up",
        "tell",
    ]
    whole = client.post("/api/v1/ask", json=QUESTION).json()
    assert told[-1][1]["answer"] == whole["answer"]


def test_the_stream_is_not_held_back_by_compression(client: TestClient) -> None:
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip"}
    with client.stream("POST", "/api/v1/ask", json=QUESTION, headers=headers) as reply:
        assert "content-encoding" not in reply.headers


def test_a_follow_up_is_understood_from_the_history(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/ask", json={"question": "那现在完成了吗？", "history": ["人均道路面积的目标是多少？"]}
    ).json()
    assert {f["indicator"] for f in answer["figures"]} == {"road_area_per_capita"}
