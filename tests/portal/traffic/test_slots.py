"""Costly work has places, a short queue and a share for each client; what finds no room is told at once."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.traffic.slots import BusyError, Kind, Slots
from tests import coroutines


def kind(**changed: float) -> Kind:
    return Kind(**{"name": "synthetic", "at_once": 1, "waiting": 1, "wait_seconds": 30.0, "share": 5, **changed})  # type: ignore[arg-type]


def test_one_runs_one_waits_and_the_third_is_told() -> None:
    slots = Slots(kind())
    order: list[str] = []
    entered, go = threading.Event(), threading.Event()

    def first() -> None:
        with slots.held("a"):
            entered.set()
            assert go.wait(30)
            order.append("first")

    def second() -> None:
        with slots.held("b"):
            order.append("second")

    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(first)]
        assert entered.wait(30)
        work.append(pool.submit(second))
        while not slots.waiting:
            pass
        with pytest.raises(BusyError) as busy, slots.held("c"):
            pass
        go.set()
        for done in work:
            done.result(30)
    assert order == ["first", "second"]
    assert (busy.value.status, busy.value.retry_after, slots.running, slots.waiting) == (503, 30, 0, 0)
    assert busy.value.sentence.zh == "现在同类的请求太多。请30秒后再试；其他页面不受影响。"


def test_a_client_cannot_take_every_place() -> None:
    slots = Slots(kind(at_once=3, share=2))
    with slots.held("a"), slots.held("a"):
        with pytest.raises(BusyError) as busy, slots.held("a"):
            pass
        with slots.held("b"):
            pass
    assert (busy.value.status, busy.value.own) == (429, True)
    with slots.held("a"):
        assert slots.running == 1


def test_who_waits_too_long_is_told_and_leaves_no_trace() -> None:
    slots = Slots(kind(wait_seconds=0.01))
    with slots.held("a"):
        with pytest.raises(BusyError), slots.held("b"):
            pass
        assert slots.waiting == 0
    with slots.held("b"):
        assert slots.running == 1


def test_coroutines_and_threads_share_the_places_and_one_may_be_given_back_early() -> None:
    slots = Slots(kind(waiting=2))

    async def both() -> list[str]:
        order = []

        async def waits() -> None:
            async with slots.held_async("b"):
                order.append("in")

        async with slots.held_async("a") as ticket:
            task = asyncio.create_task(waits())
            await asyncio.sleep(0)
            while not slots.waiting:
                await asyncio.sleep(0)
            order.append("given back")
            slots.leave(ticket)
            await task
            order.append("end")
        return order

    assert coroutines.run(both()) == ["given back", "in", "end"]
    assert (slots.running, slots.waiting) == (0, 0)


def test_who_goes_away_while_waiting_gives_up_the_place_in_the_queue() -> None:
    slots = Slots(kind())

    async def leaves() -> None:
        async with slots.held_async("a"):
            task = asyncio.create_task(enter())
            while not slots.waiting:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert slots.waiting == 0

    async def enter() -> None:
        async with slots.held_async("b"):
            raise AssertionError("not reached")

    coroutines.run(leaves())
    with slots.held("b"):
        assert slots.running == 1
