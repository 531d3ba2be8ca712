"""Two portals behind nginx beside one, with the files of `deploy/nginx` and `deploy/redis`: questions and pages a second, and what each
request costs of a processor at the portals, at nginx and at Redis.

Each portal is held to 40 % of a core by a control group, so that the machine that asks has the rest. Where none can be made that is said:
what a request costs is told all the same, and no ratio is held against its target.
"""

import asyncio
import contextlib
import itertools
import random
import ssl
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from tests.benchmarks import processors
from tests.benchmarks.answers import EVALUATION, read_questions
from tests.benchmarks.measuring import Measured, serving, wait
from tests.benchmarks.pages import ACTS
from tests.benchmarks.visitors import Visitor
from tests.portal.traffic.behind import OWN, nginx
from tests.redis_server import free_port, redis_server

SHARE = 0.4
ROUNDS = 4
SECONDS = 10
# What was begun under another load is over by then.
SETTLE_SECONDS = 2
ASKERS = 12
READERS = 24
WARM_UP = 40
RATIO = 1.8
_GIVEN = {
    "PORTAL_PUBLIC_URL": OWN,
    "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
    # Every visitor is this one machine: what bounds one of them is none of what is measured.
    "PORTAL_ASK_PER_MINUTE": "1000000",
}


@dataclass(frozen=True)
class Front:
    """An nginx with portals behind it: its port, and the processes whose seconds are told."""

    name: str
    port: int
    portals: tuple[int, ...]
    nginx: int


@dataclass(frozen=True)
class Load:
    """What was done in a second, and what one deed cost: milliseconds of a processor by whom."""

    a_second: float
    portals: float
    nginx: float
    redis: float
    busiest: float


@dataclass
class Counter:
    """How much has been done so far, and whether it is over."""

    done: int = 0
    is_over: bool = field(default=False)


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """One portal and two in turns.

    Args:
        environment: settings of the portal, with a published version.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-replicas-")))
        # nginx' own user reads what root has made.
        folder.chmod(0o755)
        groups = [stack.enter_context(processors.group(f"replica-{n}", SHARE)) for n in (1, 2)]
        url, redis = stack.enter_context(redis_server(folder, free_port()))
        given = {**environment, **_GIVEN, "PORTAL_REDIS_URL": url}
        servers = [stack.enter_context(serving(given)) for _ in groups]
        for server in servers:
            wait(server.process, lambda s=server: s.client.get("/readyz").json()["encoder"] == "ready")
        addresses, processes = [str(s.client.base_url) for s in servers], [s.process.pid for s in servers]
        fronts = []
        for name, count, file in (("一台", 1, "portal.conf"), ("两台", 2, "portal-replicas.conf")):
            (folder / file).mkdir()
            port, process = stack.enter_context(nginx(folder / file, *addresses[:count], file=file))
            fronts.append(Front(name, port, tuple(processes[:count]), process))
        is_held = all(groups)
        for group, process in zip(groups, processes, strict=True):
            if group:
                group.take(process)
        rounds = asyncio.run(_rounds(fronts, redis.pid))
    yield Measured("每台限为一个核的多少（0：这里建不了 cgroup，没有限）", 100 * SHARE * is_held, None, "%")
    for what, loads in rounds.items():
        yield from _told(what, loads, is_held)


def _told(what: str, loads: Mapping[str, Sequence[Load]], is_held: bool) -> Iterator[Measured]:
    """The medians of the rounds, one portal and two, and the ratio of the same round's."""
    for name, told in loads.items():
        yield Measured(f"{name}：{what}", statistics.median(x.a_second for x in told), None, "/s")
        yield Measured(f"{name}：最忙的门户用了一个核的", 100 * statistics.median(x.busiest for x in told), None, "%")
        for who in ("portals", "nginx", "redis"):
            cost = statistics.median(getattr(x, who) for x in told)
            yield Measured(f"{name}：一次{what}的处理器时间（{who}）", cost, None, "ms")
    one, two = loads.values()
    ratio = statistics.median(b.a_second / a.a_second for a, b in zip(one, two, strict=True))
    yield Measured(f"{what}：两台是一台的几倍", ratio, RATIO if is_held else None, "倍", at_least=True)


async def _rounds(fronts: Sequence[Front], redis: int) -> dict[str, dict[str, list[Load]]]:
    """Questions and pages, at one portal and at two in turns, so that what else the machine does meets both alike."""
    found = [q for file in sorted(EVALUATION.glob("questions_*.jsonl")) for q in read_questions(file)]
    # None twice: a question that was asked before is cheaper.
    asked = list({q["question"]: q for q in found}.values())
    random.Random(1).shuffle(asked)
    questions = iter(asked)
    told: dict[str, dict[str, list[Load]]] = {
        "问题": {f.name: [] for f in fronts},
        "网页": {f.name: [] for f in fronts},
    }
    async with contextlib.AsyncExitStack() as stack:
        askers = {f: [await stack.enter_async_context(_client(f, n)) for n in range(ASKERS)] for f in fronts}
        readers = {f: [await stack.enter_async_context(_page(f, n)) for n in range(READERS)] for f in fronts}
        for client in askers[fronts[-1]]:
            for question in itertools.islice(questions, WARM_UP // ASKERS):
                await _ask(client, question)
        for number in range(ROUNDS):
            # Whichever came last comes first.
            order = fronts if number % 2 else fronts[::-1]
            for front in order:

                def ask(number: int, f: Front = front) -> Awaitable[object]:
                    return _ask(askers[f][number], next(questions))

                told["问题"][front.name].append(await _load(front, redis, ASKERS, ask))
            for front in order:
                turns = [itertools.cycle(ACTS[n % len(ACTS) :] + ACTS[: n % len(ACTS)]) for n in range(READERS)]

                def read(number: int, f: Front = front, t: Sequence[Iterator[Any]] = turns) -> Awaitable[object]:
                    return readers[f][number].run(*next(t[number]))

                told["网页"][front.name].append(await _load(front, redis, READERS, read))
    return told


async def _load(front: Front, redis: int, many: int, act: Callable[[int], Awaitable[object]]) -> Load:
    """So many visitors who do the next thing as soon as one is done: what was done, and what it cost.

    Raises:
        Exception: what `act` raises; a deed that fails ends the measurement.
    """
    counter = Counter()

    async def visit(number: int) -> None:
        while not counter.is_over:
            await act(number)
            counter.done += 1

    visits = asyncio.gather(*(visit(n) for n in range(many)))
    await asyncio.wait([visits], timeout=SETTLE_SECONDS)
    groups = (front.portals, (front.nginx,), (redis,))
    began, done = time.perf_counter(), counter.done
    before = [[processors.seconds(p) for p in group] for group in groups]
    await asyncio.wait([visits], timeout=SECONDS)
    after = [[processors.seconds(p) for p in group] for group in groups]
    lasted, deeds = time.perf_counter() - began, counter.done - done
    counter.is_over = True
    await visits
    spent = [[b - a for a, b in zip(x, y, strict=True)] for x, y in zip(before, after, strict=True)]
    return Load(deeds / lasted, *(1000 * sum(x) / deeds for x in spent), max(spent[0]) / lasted)


def _trusting() -> ssl.SSLContext:
    """A context that takes the certificate nginx was given, which it signed itself."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _address(number: int) -> str:
    """A visitor's address, of this machine: nginx sends each to a portal by it."""
    return f"127.0.4.{number + 1}"


@contextlib.asynccontextmanager
async def _client(front: Front, number: int) -> Any:
    transport = httpx.AsyncHTTPTransport(local_address=_address(number), verify=False)
    base, host = f"https://127.0.0.1:{front.port}", {"Host": OWN.removeprefix("https://")}
    async with httpx.AsyncClient(base_url=base, transport=transport, headers=host, timeout=60) as client:
        yield client


async def _ask(client: httpx.AsyncClient, question: dict[str, Any]) -> None:
    reply = (await client.post("/api/v1/ask", json=question)).raise_for_status().json()
    if reply["kind"] not in {"answer", "refusal"}:
        raise RuntimeError(f"no answer: {reply}")


@contextlib.asynccontextmanager
async def _page(front: Front, number: int) -> Any:
    """A page that is open, its first script run."""
    url = OWN.replace("https", "wss") + f":{front.port}/_stcore/stream"
    here: dict[str, Any] = {"host": "127.0.0.1", "port": front.port, "local_addr": (_address(number), 0)}
    opened = connect(
        url,
        ssl=_trusting(),
        origin=OWN,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
        proxy=None,
        open_timeout=60,
        **here,
    )
    async with opened as socket:
        page = Visitor(socket)
        await page.run()
        yield page
