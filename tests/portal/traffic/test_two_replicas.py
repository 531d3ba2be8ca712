"""Two portals behind nginx, with the files of `deploy/nginx` and `deploy/redis`: one rate for a visitor whichever answers, and when one is
killed every request is answered by the other."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from redis import Redis

from portal.settings import Settings
from tests.portal.traffic.behind import visitor
from tests.portal.traffic.replicas import RATE, Two, two_replicas


@pytest.fixture
def two(city_settings: Settings, tmp_path: Path) -> Iterator[Two]:
    with two_replicas(city_settings, tmp_path) as running:
        yield running


def queries(two: Two, address: str, count: int) -> Counter[int]:
    """What became of so many queries of a visitor."""
    with visitor(two.port, address) as client:
        asked = [client.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code for _ in range(count)]
    return Counter(asked)


def test_a_visitor_has_one_rate_whichever_portal_answers_and_its_own_at_each_without_redis(two: Two) -> None:
    began = time.monotonic()
    before = two.answered()
    told = queries(two, "127.0.0.2", 3 * RATE)
    came_back = RATE * (time.monotonic() - began) / 60
    assert all(after > b for after, b in zip(two.answered(), before, strict=True)), "each has answered some"
    assert RATE <= told[200] <= RATE + came_back + 1
    assert set(told) == {200, 429}
    assert queries(two, "127.0.0.3", 1) == {200: 1}

    two.redis.kill()
    two.redis.wait()
    # Each counts for itself now: nobody is refused because Redis is away, and the bounds still hold.
    told = queries(two, "127.0.0.2", 4 * RATE)
    assert told[200] > RATE + 1
    assert told[429] > 0
    assert set(told) == {200, 429}
    for address in two.addresses:
        metrics = httpx.get(f"{address}metrics", timeout=30).text
        assert "portal_common_memory_losses_total 1.0" in metrics
        assert 'portal_problem{part="common_memory"} 1.0' in metrics
        assert httpx.get(f"{address}readyz", timeout=30).status_code == 200


def test_every_request_is_answered_while_one_of_two_is_killed(two: Two) -> None:
    over, became = threading.Event(), [[], [], []]  # type: ignore[var-annotated]

    def keep_asking(address: str, told: "list[int | str]") -> None:
        question = {"json": {"question": "合成率的目标是多少"}}
        asked = [
            ("GET", "/healthz", {}),
            ("GET", "/about", {}),
            ("GET", "/api/v1/datasets/indicators/rows", {}),
            ("POST", "/api/v1/ask", question),
        ]
        for method, path, more in itertools.cycle(asked):
            if over.is_set():
                return
            with visitor(two.port, address) as client:
                try:
                    status = client.request(method, path, **more).status_code  # type: ignore[arg-type]
                    # Questions have a rate; who asks that often is told so by either.
                    told.append(200 if (status, path) == (429, "/api/v1/ask") else status)
                except httpx.HTTPError as error:
                    told.append(f"{type(error).__name__} at {path}")

    def until_answered(more: int) -> None:
        count = sum(map(len, became))
        while sum(map(len, became)) < count + more:
            time.sleep(0.05)

    askers = [threading.Thread(target=keep_asking, args=(f"127.0.0.{n + 2}", told)) for n, told in enumerate(became)]
    for asker in askers:
        asker.start()
    try:
        until_answered(40)
        assert all(two.answered())
        two.processes[0].kill()
        two.processes[0].wait()
        until_answered(60)
    finally:
        over.set()
        for asker in askers:
            asker.join()
    assert {status for told in became for status in told} == {200}
    assert two.processes[1].poll() is None


def test_nothing_of_what_they_remember_together_is_written_to_a_disk_or_names_an_address(
    two: Two, tmp_path: Path
) -> None:
    assert queries(two, "127.0.0.9", 1) == {200: 1}
    with Redis.from_url(two.url) as client:
        keys = [key.decode() for key in client.keys("*")]
        assert len(keys) == 1
        assert "127.0.0.9" not in keys[0]
        assert client.config_get("save")["save"] == ""
        assert client.config_get("appendonly")["appendonly"] == "no"
    two.redis.terminate()
    two.redis.wait()
    assert list(tmp_path.glob("*.rdb")) == []
