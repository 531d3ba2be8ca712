"""A hostile client at twice the size of what once switched the portal off, while an honest one looks, asks and watches.

Only this machine is attacked; every loop is bounded in number and time. The two clients have addresses of their own (127.0.0.1 and
127.0.0.2) and the server counts both, as it would count strangers. The attacker is a process of its own: what its requests cost it
is no part of what the honest one waits for.

Run as `python -m tests.benchmarks.attack [--minutes 10] [--only words mixed]`, or against a server that runs already with `--address`.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor

import httpx

from tests.benchmarks.measuring import Measured, resident_together, serving, wait
from tests.benchmarks.mixed_load import mixed
from tests.benchmarks.open_pages import hurried, question
from tests.benchmarks.strangers import QUESTION, SQL, WORDS, Seen, client

ATTACKER, HONEST = "127.0.0.1", "127.0.0.2"
# What the same attack at half the size did before there were bounds: how long nothing was answered, and the memory it took.
BEFORE = {
    "words": "126 s silent, 2.7 GB",
    "sql": "10 s silent",
    "charts": "p50 4.7 s",
    "reports": "4.7 s silent",
    "questions": "1.3 s silent",
    "sockets": "104 questions answered in 21 s",
}


@contextlib.asynccontextmanager
async def honest(address: str) -> AsyncIterator[dict[str, Seen]]:
    """Somebody who looks at the overview, a watcher of health, and a question every two seconds, for as long as the block lasts."""
    seen = {"overview": Seen(), "healthz": Seen(), "question": Seen()}
    async with client(address, HONEST) as visitor:

        async def again(name: str, every: float, send: Callable[[], Awaitable[httpx.Response]]) -> None:
            while True:
                await seen[name].get(send())
                await asyncio.sleep(every)

        tasks = [
            asyncio.create_task(again("overview", 0.2, lambda: visitor.get("/"))),
            asyncio.create_task(again("healthz", 0.2, lambda: visitor.get("/healthz"))),
            asyncio.create_task(again("question", 2, lambda: visitor.post("/api/v1/ask", json=QUESTION))),
        ]
        try:
            yield seen
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def words(address: str, attacker: httpx.AsyncClient, seen: Seen) -> None:
    """Ninety searches of 900 words at once."""
    await asyncio.gather(*(seen.get(attacker.get(f"/api/v1/datasets/places/rows?q={WORDS}")) for _ in range(90)))


async def queries(address: str, attacker: httpx.AsyncClient, seen: Seen) -> None:
    """A hundred and twenty heavy SQL queries at once."""
    await asyncio.gather(*(seen.get(attacker.post("/api/v1/query", json=SQL)) for _ in range(120)))


async def charts(address: str, attacker: httpx.AsyncClient, seen: Seen) -> None:
    """Twelve charts a second, each of another filter, for fifteen seconds."""
    tasks = []
    for number in range(180):
        path = f"/chart/observations/value.svg?filter.unit=%25&filter.value__gt={number / 1000}"
        tasks.append(asyncio.create_task(seen.get(attacker.get(path))))
        await asyncio.sleep(1 / 12)
    await asyncio.gather(*tasks)


async def reports(address: str, attacker: httpx.AsyncClient, seen: Seen) -> None:
    """Ninety reports at once, in two languages."""
    await asyncio.gather(*(seen.get(attacker.get(f"/report.pdf?lang={('zh', 'en')[n % 2]}&x={n}")) for n in range(90)))


async def questions(address: str, attacker: httpx.AsyncClient, seen: Seen) -> None:
    """Two hundred and eight questions at once."""
    await asyncio.gather(*(seen.get(attacker.post("/api/v1/ask", json=QUESTION)) for _ in range(208)))


async def sockets(address: str, attacker: httpx.AsyncClient, seen: Seen) -> None:
    """Forty open pages into which a question is typed every 50 ms, for fifteen seconds."""
    await seen.get(attacker.get("/healthz"))
    await hurried(address, ATTACKER, question)


ATTACKS = {
    "words": words,
    "sql": queries,
    "charts": charts,
    "reports": reports,
    "questions": questions,
    "sockets": sockets,
}


def attack(name: str, address: str) -> Seen:
    """One attack, in a process of its own: what came of it."""

    async def act() -> Seen:
        seen = Seen()
        async with client(address, ATTACKER) as attacker:
            await ATTACKS[name](address, attacker, seen)
        return seen

    return asyncio.run(act())


async def attacked(
    address: str, process: int | None, names: Iterable[str], pool: ProcessPoolExecutor
) -> list[Measured]:
    """Attacks, one after the other, each beside an honest visitor."""
    lines = []
    for name in names:
        peak = 0.0
        async with honest(address) as seen:
            await asyncio.sleep(1)
            start = time.perf_counter()
            work = asyncio.get_running_loop().run_in_executor(pool, attack, name, address)
            while not work.done():
                peak = max(peak, resident_together(process)) if process else peak
                await asyncio.wait([work], timeout=0.25)
            lasted = time.perf_counter() - start
            # Long enough for a question under attack to be answered.
            await asyncio.sleep(2.5)
        bad = await work
        lines += [
            Measured(f"{name} (before: {BEFORE[name]}): overview p95", seen["overview"].p95(), 500, "ms"),
            Measured(f"{name}: /healthz p95", seen["healthz"].p95(), 500, "ms"),
            Measured(f"{name}: /healthz at most", max(seen["healthz"].taken) * 1000, None, "ms"),
            Measured(f"{name}: honest question p95", seen["question"].p95(), None, "ms"),
            Measured(f"{name}: the attack's own p95", bad.p95(), None, "ms"),
            Measured(f"{name}: honest requests shed", max(s.shed() for s in seen.values()), 5, "%"),
            Measured(f"{name}: attack lasted", lasted, None, "s"),
            Measured(f"{name}: broken answers", sum(len(s.broken) for s in (*seen.values(), bad)), 0, ""),
            Measured(f"{name}: memory at most", peak, 1.5, "GB"),
        ]
        told = {name: dict(bad.statuses), "honest": {k: dict(s.statuses) for k, s in seen.items()}}
        print(json.dumps(told), flush=True)
    return lines


def measure(
    environment: Mapping[str, str], seconds: float = 60, names: Iterable[str] = (*ATTACKS, "mixed")
) -> Iterator[Measured]:
    """Attack a server of its own.

    Args:
        environment: settings of the portal, with a published version.
        seconds: how long the mixed load lasts.
        names: which attacks.
    """
    with serving({**environment, "PORTAL_UNLIMITED": ""}) as server:
        # The model keeps a core busy while it loads: that is not what is measured.
        wait(server.process, lambda: server.client.get("/readyz").json().get("encoder") == "ready", 300)
        # As for the first page of all.
        server.client.get("/").raise_for_status()
        yield from against(str(server.client.base_url), server.process.pid, seconds, names)


def against(address: str, process: int | None, seconds: float, names: Iterable[str]) -> Iterator[Measured]:
    """Attack a server that runs."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        # The first use starts the process.
        pool.submit(len, "").result()
        yield from asyncio.run(attacked(address, process, [n for n in ATTACKS if n in names], pool))
    if "mixed" in names:
        yield from asyncio.run(mixed(address, process, seconds))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--address", default="")
    parser.add_argument("--pid", type=int, default=None)
    parser.add_argument("--only", nargs="+", choices=[*ATTACKS, "mixed"], default=[*ATTACKS, "mixed"])
    given = parser.parse_args()
    seconds = given.minutes * 60
    if given.address:
        lines = list(against(given.address, given.pid, seconds, given.only))
    else:
        lines = list(measure({}, seconds, given.only))
    for line in lines:
        told = "" if line.target is None else f"  (at most {line.target:g}: {'met' if line.met else 'NOT met'})"
        print(f"{line.value:10.2f} {line.unit:3} {line.what}{told}")


if __name__ == "__main__":
    main()
