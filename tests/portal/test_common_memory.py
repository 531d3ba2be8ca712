"""What several processes remember together: one rate, one conversation; and each for itself while the memory is away."""

import datetime
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from redis import Redis

from portal.chat.common_conversations import CommonConversations
from portal.chat.conversations import IDLE_SECONDS, Turn
from portal.common_memory import CommonMemory, common_memory
from portal.settings import Settings
from portal.telemetry import meters
from portal.traffic.common_rates import CommonBuckets
from portal.traffic.rates import TokenBuckets
from tests.redis_server import free_port, redis_server

NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server(tmp_path: Path) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    with redis_server(tmp_path, free_port()) as running:
        yield running


@pytest.fixture
def url(server: "tuple[str, subprocess.Popen[bytes]]") -> str:
    return server[0]


def buckets(url: str, per_minute: int = 2, kind: str = "question", clock: Clock | None = None) -> CommonBuckets:
    """Those of one process."""
    memory = CommonMemory(url, clock=clock or Clock())
    return CommonBuckets(kind, TokenBuckets(per_minute, clock=Clock()), memory)


def turns(*questions: str) -> list[Turn]:
    return [Turn(question, None, NOW) for question in questions]


def losses() -> float:
    return meters.common_memory_losses._value.get()


def test_a_client_has_one_rate_at_all_processes(url: str) -> None:
    one, other = buckets(url), buckets(url)
    assert [one.take("a"), other.take("a")] == [None, None]
    waits = [one.take("a"), other.take("a")]
    assert all(w and 1 <= w <= 30 for w in waits)
    assert other.take("b") is None
    assert buckets(url, kind="sql").take("a") is None


def test_a_minutes_worth_comes_back_by_and_by(url: str) -> None:
    one = buckets(url, per_minute=3)
    assert [one.take("a") for _ in range(3)] == [None, None, None]
    with Redis.from_url(url) as client:
        (key,) = client.keys("portal:rate:*")
        assert 0 < client.ttl(key) <= 61
        since = float(client.hget(key, "since"))
        # As if twenty-one seconds had passed: one more, and no second.
        client.hset(key, "since", f"{since - 21:.6f}")
    assert one.take("a") is None
    assert one.take("a") is not None


def test_nobody_is_refused_because_the_memory_is_away_and_it_is_said_once(
    server: "tuple[str, subprocess.Popen[bytes]]", tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url, process = server
    clock = Clock()
    one = buckets(url, clock=clock)
    assert one.take("a") is None
    process.kill()
    process.wait()
    before = losses()
    with caplog.at_level(logging.WARNING):
        assert [one.take("a") for _ in range(3)] == [None, None, 30]
        clock.now = 100
        assert one.take("b") is None
        assert losses() == before + 1
        assert [r.levelname for r in caplog.records] == ["ERROR"]
        assert url not in caplog.text
        with redis_server(tmp_path, int(url.rsplit(":", 1)[1].partition("/")[0])):
            assert one.take("c") is None
            with Redis.from_url(url) as client:
                assert client.keys("portal:rate:*") == []
            clock.now = 200
            assert one.take("c") is None
            with Redis.from_url(url) as client:
                assert len(client.keys("portal:rate:*")) == 1
        assert [r.levelname for r in caplog.records] == ["ERROR", "WARNING"]
        assert losses() == before + 1


def test_another_process_goes_on_with_a_conversation(url: str) -> None:
    one, other = CommonConversations(CommonMemory(url)), CommonConversations(CommonMemory(url))
    id = one.start()
    one.keep(id, turns(*(str(n) for n in range(25))))
    found = other.find(id)
    assert list(found) == turns(*(str(n) for n in range(5, 25)))
    other.keep(id, [*found, *turns("后来")])
    assert one.find(id)[-1].question == "后来"
    assert other.find("another") == ()


def test_a_conversation_forgotten_at_one_process_is_found_at_none(url: str) -> None:
    one, other = CommonConversations(CommonMemory(url)), CommonConversations(CommonMemory(url))
    one.keep("a", turns("一"))
    other.keep("a", turns("一"))
    one.forget("a")
    assert one.find("a") == other.find("a") == ()


def test_it_lies_there_for_a_while_and_under_no_id(url: str) -> None:
    one = CommonConversations(CommonMemory(url))
    id = one.start()
    one.keep(id, turns("一"))
    with Redis.from_url(url) as client:
        (key,) = client.keys("*")
        assert id not in key.decode()
        client.expire(key, 10)
        one.find(id)
        assert IDLE_SECONDS - 60 < client.ttl(key) <= IDLE_SECONDS


def test_what_another_release_wrote_is_not_read(url: str, caplog: pytest.LogCaptureFixture) -> None:
    one = CommonConversations(CommonMemory(url))
    one.keep("a", turns("一"))
    with Redis.from_url(url) as client:
        (key,) = client.keys("*")
        client.set(key, '[{"asked": "synthetic-words"}]')
    assert list(one.find("a")) == turns("一")
    assert "synthetic-words" not in caplog.text


def test_a_process_keeps_its_own_conversations_while_the_memory_is_away() -> None:
    one = CommonConversations(CommonMemory(f"redis://127.0.0.1:{free_port()}/0"))
    one.keep("a", turns("一"))
    assert list(one.find("a")) == turns("一")
    one.forget("a")
    assert one.find("a") == ()


def test_the_memory_is_one_for_all_uses_and_off_by_default() -> None:
    assert common_memory(Settings.model_fields["redis_url"].default) is None
    assert common_memory("redis://a.invalid/0") is common_memory("redis://a.invalid/0")


@pytest.mark.parametrize("wrong", ["localhost:6379", "http://a.invalid", "redis://", "redis://a.invalid/zero"])
def test_a_slip_in_the_address_is_told_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(redis_url=wrong)
