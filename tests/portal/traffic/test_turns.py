"""Scripts of pages run so many at a time; each client that waits is let in once before another comes again."""

import asyncio
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from portal.traffic import turns
from portal.traffic.turns import Turn, Turns, has_ended
from tests import coroutines


def finished(how: Any) -> bytes:
    return ForwardMsg(script_finished=how).SerializeToString()


def test_clients_take_turns_however_many_pages_one_of_them_has() -> None:
    async def act() -> list[str]:
        places, order = Turns(at_once=1), []

        async def page(client: str) -> None:
            await places.take(client)
            order.append(client)
            await asyncio.sleep(0)
            places.give_back()

        await places.take("first")
        waiting = [asyncio.create_task(page(client)) for client in ("many", "many", "many", "one", "two")]
        await asyncio.sleep(0)
        places.give_back()
        await asyncio.gather(*waiting)
        return order

    assert coroutines.run(act()) == ["many", "one", "two", "many", "many"]


def test_who_goes_away_while_waiting_leaves_the_place_to_the_next() -> None:
    async def act() -> None:
        places = Turns(at_once=1)
        await places.take("a")
        gone, given = (asyncio.create_task(places.take(c)) for c in ("b", "c"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        places.give_back()
        await asyncio.wait_for(given, 30)
        # Let in and gone at the same moment: the place is not lost.
        last = asyncio.create_task(places.take("d"))
        await asyncio.sleep(0)
        places.give_back()
        last.cancel()
        with pytest.raises(asyncio.CancelledError):
            await last
        await asyncio.wait_for(places.take("e"), 30)

    coroutines.run(act())


def test_a_script_started_anew_keeps_its_place_and_one_that_waits_for_something_gives_it_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def act() -> None:
        places = Turns(at_once=1)
        turn, other = Turn(places, "a"), Turn(places, "b")
        await turn.begin()
        await turn.begin()
        waiting = asyncio.create_task(other.begin())
        await asyncio.sleep(0)
        assert not waiting.done()
        turn.end()
        turn.end()
        await asyncio.wait_for(waiting, 30)
        monkeypatch.setattr(turns, "HOLD_SECONDS", 0.01)
        other.end()
        await turn.begin()
        await asyncio.wait_for(other.begin(), 30)

    coroutines.run(act())


@pytest.mark.parametrize(
    ("data", "ended"),
    [
        (finished(ForwardMsg.FINISHED_SUCCESSFULLY), True),
        (finished(ForwardMsg.FINISHED_WITH_COMPILE_ERROR), True),
        (finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY), True),
        (finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN), False),
        (ForwardMsg(hash="x" * 1000).SerializeToString(), False),
        (ForwardMsg(hash="x").SerializeToString(), False),
        (None, False),
    ],
)
def test_what_says_that_a_script_has_ended(data: bytes | None, ended: bool) -> None:
    assert has_ended(data) is ended
