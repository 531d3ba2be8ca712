"""A conversation is found again for a while, by nobody who was not given its id, and memory stays bounded."""

import datetime

import pytest

from portal.chat.conversations import Conversations, Turn

NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def turns(*questions: str) -> list[Turn]:
    return [Turn(question, None, NOW) for question in questions]


def asked(conversations: Conversations, conversation: str) -> list[str]:
    return [turn.question for turn in conversations.find(conversation)]


def test_a_conversation_is_found_as_it_was_last_kept(clock: Clock) -> None:
    conversations = Conversations(clock=clock)
    conversations.keep("a", turns("一"))
    conversations.keep("a", turns("一", "二"))
    assert asked(conversations, "a") == ["一", "二"]
    assert asked(conversations, "b") == []


def test_it_is_forgotten_when_told_to(clock: Clock) -> None:
    conversations = Conversations(clock=clock)
    conversations.keep("a", turns("一"))
    conversations.forget("a")
    conversations.forget("never there")
    assert asked(conversations, "a") == []


def test_it_is_forgotten_when_nobody_touches_it(clock: Clock) -> None:
    conversations = Conversations(idle_seconds=100, clock=clock)
    conversations.keep("a", turns("一"))
    clock.now = 90
    assert asked(conversations, "a") == ["一"]
    clock.now = 189
    assert asked(conversations, "a") == ["一"]
    clock.now = 289
    assert asked(conversations, "a") == []


def test_the_longest_untouched_goes_first_when_there_are_too_many_turns(clock: Clock) -> None:
    conversations = Conversations(turns_max=4, clock=clock)
    conversations.keep("a", turns("一", "二"))
    conversations.keep("b", turns("三"))
    conversations.find("a")
    conversations.keep("c", turns("四", "五"))
    assert asked(conversations, "b") == []
    assert asked(conversations, "a") == ["一", "二"]
    assert asked(conversations, "c") == ["四", "五"]


def test_only_the_last_twenty_turns_are_kept(clock: Clock) -> None:
    conversations = Conversations(clock=clock)
    conversations.keep("a", turns(*(str(n) for n in range(25))))
    assert asked(conversations, "a") == [str(n) for n in range(5, 25)]


def test_a_flood_of_conversations_stays_within_the_bound(clock: Clock) -> None:
    conversations = Conversations(turns_max=50, clock=clock)
    for n in range(1000):
        conversations.keep(str(n), turns("一", "二", "三"))
    assert sum(len(conversations.find(str(n))) for n in range(1000)) == 48


def test_ids_are_long_and_never_alike() -> None:
    ids = {Conversations().start() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(i) for i in ids} == {32}
