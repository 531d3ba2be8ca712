"""A hostile client at twice the size of what once switched the portal off, while an honest one looks, asks and watches.

Only this machine is attacked; every loop is bounded in number and time. The two clients have addresses of their own (127.0.0.1 and
127.0.0.2) and the server counts both, as it would count strangers. The attacker is a process of its own: what its requests cost it
is no part of what the honest one waits for.

Run as `python -m tests.benchmarks.attack [--minutes 10] [--only words mixed]`, or against a server that runs already with `--address`.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import multiprocessing
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.benchmarks.measuring import Measured, resident, serving, wait

ATTACKER, HONEST = "127.0.0.1", "127.0.0.2"
QUESTION = {"question": "人均道路面积的目标是多少？"}
# Some 4 KB of words: what once cost seconds on fifty rows.
WORDS = "+".join(f"a{n}" for n in range(900))
SQL = {"sql": "SELECT count(*) FROM sentences a, sentences b, sentences c WHERE a.text < b.text AND b.text < c.text"}
DEEP = "[" * 30_000
_TIMEOUT = 130
# What the same attack at half the size did before there were bounds: how long nothing was answered, and the memory it took.
BEFORE = {
    "words": "126 s silent, 2.7 GB",
    "sql": "10 s silent",
    "charts": "p50 4.7 s",
    "reports": "4.7 s silent",
    "questions": "1.3 s silent",
}


@dataclass
class Seen:
    """What one client met with: answers by status, the seconds they took, and 5xx that are no honest "come again"."""

    statuses: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def p95(self) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        return statistics.quantiles(self.taken, n=20)[-1] * 1000 if len(self.taken) > 1 else 0.0

    def shed(self) -> float:
        """Per cent of the answers that said "not now"."""
        refused = self.statuses["429"] + self.statuses["503"]
        return 100 * refused / max(1, self.statuses.total())

    async def get(self, sent: Awaitable[httpx.Response], named: str = "") -> None:
        """Send a request and note what came of it."""
        start = time.perf_counter()
        try:
            reply = await sent
        except httpx.HTTPError as error:
            self.statuses[type(error).__name__] += 1
            self.broken.append(f"{type(error).__name__} {named}")
        else:
            self.statuses[str(reply.status_code)] += 1
            if reply.status_code >= 500 and not (reply.status_code == 503 and "retry-after" in reply.headers):
                self.broken.append(f"{reply.status_code} {reply.request.url.path}")
        self.taken.append(time.perf_counter() - start)


def client(address: str, source: str) -> httpx.AsyncClient:
    """A client of an address of its own on this machine."""
    transport = httpx.AsyncHTTPTransport(local_address=source, limits=httpx.Limits(max_connections=200), retries=0)
    return httpx.AsyncClient(base_url=address, transport=transport, timeout=_TIMEOUT, trust_env=False)


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


ATTACKS = {"words": words, "sql": queries, "charts": charts, "reports": reports, "questions": questions}


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
                peak = max(peak, resident(process)) if process else peak
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


def hostile(number: int) -> tuple[str, str, dict[str, object]]:
    """One request of a mixed load: method, path, and what goes with it."""
    requests: list[tuple[str, str, dict[str, object]]] = [
        ("GET", "/", {}),
        ("GET", "/indicator?id=road_area_per_capita", {}),
        ("GET", "/api/v1/datasets", {}),
        ("GET", "/api/v1/datasets/indicators/rows?limit=50", {}),
        ("GET", "/api/v1/datasets/places/rows?q=a&order=name", {}),
        ("GET", "/api/v1/datasets/observations.csv", {}),
        ("GET", f"/api/v1/datasets/observations.xlsx?filter.value__gt={number % 997}", {}),
        ("POST", "/api/v1/ask", {"json": QUESTION}),
        ("POST", "/api/v1/query", {"json": {"sql": "SELECT count(*) FROM observations"}}),
        ("POST", "/api/v1/query", {"json": SQL}),
        ("GET", f"/chart/observations/value.svg?filter.unit=%25&filter.value__gt={number % 997}", {}),
        ("GET", "/report.pdf", {}),
        ("GET", f"/api/v1/datasets/places/rows?q={WORDS}", {}),
        ("POST", "/api/3/action/datastore_search", {"content": DEEP}),
        ("POST", "/api/v1/ask", {"content": b'{"question":"\\ud800"}'}),
        ("PUT", "/_stcore/upload_file/a/b", {"content": b"x" * 10_000}),
        ("GET", "/_stcore/metrics", {}),
        ("GET", "/..%2f..%2fetc/passwd", {}),
        ("GET", "/api/v1/search?q=%F0%28%8C", {}),
        (
            "GET",
            "/?q=![x](http://127.0.0.9:9/p.png)",
            {"headers": {"Host": "evil.test", "X-Forwarded-For": "10.9.9.9"}},
        ),
    ]
    return requests[random.Random(number).randrange(len(requests))]


async def mixed(address: str, process: int | None, seconds: float, rate: int = 50) -> list[Measured]:
    """So many requests a second of everything, honest and hostile, from twenty addresses of this machine."""
    seen, room = Seen(), asyncio.Semaphore(300)
    memory, files = [], []
    async with contextlib.AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(client(address, f"127.0.1.{n}")) for n in range(1, 21)]

        async def send(number: int) -> None:
            method, path, more = hostile(number)
            async with room:
                await seen.get(crowd[number % len(crowd)].request(method, path, **more), f"{method} {path[:60]}")  # type: ignore[arg-type]

        tasks: set[asyncio.Task[None]] = set()
        start = time.perf_counter()
        for number in itertools.count():
            if (now := time.perf_counter() - start) > seconds:
                break
            tasks.add(task := asyncio.create_task(send(number)))
            task.add_done_callback(tasks.discard)
            if process and number % rate == 0:
                memory.append(resident(process))
                files.append(len(list(Path(f"/proc/{process}/fd").iterdir())))
            await asyncio.sleep(max(0, (number + 1) / rate - now))
        await asyncio.gather(*tasks)
    for what in Counter(seen.broken).most_common(5):
        print("broken:", what, flush=True)
    print(json.dumps({"mixed": dict(seen.statuses)}), flush=True)
    lines = [
        Measured(f"mixed load {seconds:g} s at {rate}/s: p95", seen.p95(), None, "ms"),
        Measured("mixed load: 5xx other than 503 with Retry-After", len(seen.broken), 0, ""),
        Measured("mixed load: told to come again", seen.shed(), 5, "%"),
    ]
    half = len(memory) // 2
    if half:
        grown = statistics.mean(memory[-max(1, half // 3) :]) - statistics.mean(memory[half : half + max(1, half // 3)])
        lines += [
            Measured("mixed load: memory at most", max(memory), 1.5, "GB"),
            Measured("mixed load: memory grown in the second half", grown * 1000, 50, "MB"),
            Measured("mixed load: descriptors at most", max(files), None, ""),
            Measured("mixed load: descriptors grown in the second half", files[-1] - files[half], 40, ""),
        ]
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
