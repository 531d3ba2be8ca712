"""How build, answers, pages and memory grow with sentences, rows, places and visitors: the points of the curves in docs/growth.md.

All that grows is synthetic, and says so in its name. `python -m tests.benchmarks.growth --to docs/growth.csv` writes the points,
`--only` the named curves anew; `python -m tests.benchmarks.growth_chart` draws them. The whole takes about an hour.
"""

import argparse
import asyncio
import contextlib
import csv
import itertools
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import httpx
from rich.console import Console

from tests.benchmarks import documents, growing_vectors, places, processors, rows
from tests.benchmarks.many_documents import SENTENCES, many_documents, questions, write
from tests.benchmarks.measuring import Measured, Server, ask, resident, resident_together, serving, timed, wait
from tests.benchmarks.open_pages import opened
from tests.benchmarks.pages import ACTS
from tests.benchmarks.visitors import Visitor

SENTENCES_AT = (400, 3_000, 10_000, 30_000)
# Beyond what is embedded above: only the vectors are compared.
VECTORS_AT = (400, 3_000, 10_000, 30_000, 100_000)
ROWS_AT = (10_000, 100_000, 1_000_000, 10_000_000)
PLACES_AT = (1_000, 10_000, 100_000, 200_000)
VISITORS_AT = (1, 10, 100, 300, 1_000)
ASKED = 100
WARM_UP = 10
READ = 40
# A visitor reads a page for so long.
PAUSE_SECONDS = 30
# Of a core: the portal of the visitors, and those who ask it.
VISITED_SHARE, ASKING_SHARE = 0.4, 0.6
FIELDS = ("curve", "size", "what", "value", "unit")


@dataclass(frozen=True)
class Point:
    """One measured point: of a curve, at a size, what."""

    curve: str
    size: int
    what: str
    value: float
    unit: str

    def measured(self) -> Measured:
        """The same as a line of the table."""
        return Measured(f"{self.curve} {self.size}：{self.what}", self.value, None, self.unit)


def sentences(environment: Mapping[str, str]) -> Iterator[Point]:
    """Documents of a hundred sentences beside a plan, all compared exactly."""
    with tempfile.TemporaryDirectory(prefix="portal-growth-") as folder:
        project = many_documents(Path(folder) / "city", 0)
        given, held, spent = dict(environment) | documents.folders(project), 0, 0.0
        for size in SENTENCES_AT:
            for number in range(held, size // SENTENCES):
                write(project, number)
            held = size // SENTENCES
            spent += _built(lambda: documents.build(given))
            yield Point("sentences", size, "全部构建（处理器时间）", spent, "s")
            write(project, held // 2, f"合成修改的一句话，第{size}次。")
            again = _built(lambda: documents.build(given))
            yield Point("sentences", size, "改一份文件再构建（处理器时间）", again, "s")
            asked = questions(held, WARM_UP + ASKED)
            with _ready(given) as server:
                yield from _answers("sentences", size, server, asked)


def vectors(_: Mapping[str, str]) -> Iterator[Point]:
    """The search among sentences alone, with made-up vectors."""
    for size, what, value, unit in growing_vectors.compared(VECTORS_AT):
        yield Point("vectors", size, what, value, unit)


def table_rows(environment: Mapping[str, str]) -> Iterator[Point]:
    """One table beside the real ones: a filtered page in order, a sum over all of it, its file."""
    for size in ROWS_AT:
        with tempfile.TemporaryDirectory(prefix="portal-growth-") as folder:
            published = Path(folder) / "published"
            file = rows.publish(Path(environment["PORTAL_PUBLISHED"]), published, size)
            yield Point("rows", size, "Parquet 文件", file.stat().st_size / 1e6, "MB")
            # As long as it takes: the settings' own bounds would end the longest.
            patient = {"PORTAL_READ_SECONDS": "60", "PORTAL_QUERY_SECONDS": "60"}
            with _ready({**environment, **patient, "PORTAL_PUBLISHED": str(published)}) as server:

                def page(turn: int, client: httpx.Client = server.client) -> None:
                    given = {"filter.lot": rows.lot(turn), "order": "-turnover"}
                    client.get(f"/api/v1/datasets/{rows.DATASET}/rows", params=given).raise_for_status()

                def total(_: int, client: httpx.Client = server.client) -> None:
                    client.post("/api/v1/query", json={"sql": rows.AGGREGATE}).raise_for_status()

                yield from _asked_for("rows", size, "筛选并排序的一页", server, page, READ)
                try:
                    yield from _asked_for("rows", size, "按停车场汇总", server, total, 10)
                except httpx.HTTPStatusError as refused:
                    # Where it ends is a point of the curve as well.
                    yield Point("rows", size, "按停车场汇总：谢绝，状态码", refused.response.status_code, "")
                yield Point("rows", size, "内存（各进程合计）", resident_together(server.process.pid), "GB")


def city_places(_: Mapping[str, str]) -> Iterator[Point]:
    """Places of a city: the nearest twenty, and questions among their names."""
    for size in PLACES_AT:
        with tempfile.TemporaryDirectory(prefix="portal-growth-") as folder:
            given: dict[str, str] = {}
            spent = _built(lambda f=folder, s=size, g=given: g.update(places.published(Path(f), s)))
            yield Point("places", size, "全部构建（处理器时间）", spent, "s")
            with _ready(given) as server:

                def near(turn: int, client: httpx.Client = server.client) -> None:
                    chosen = random.Random(turn)
                    lon, lat = chosen.uniform(112.3, 112.6), chosen.uniform(34.5, 34.8)
                    at = {"lon": lon, "lat": lat, "radius_m": 5_000, "limit": 20}
                    client.get("/api/v1/places/near", params=at).raise_for_status()

                yield from _asked_for("places", size, "最近的 20 个", server, near, READ)
                said = [f"{begin}{q}" for begin in ("", "请问", "想知道", "我问一下") for q in places.QUESTIONS]
                yield from _answers("places", size, server, said)


def visitors(environment: Mapping[str, str]) -> Iterator[Point]:
    """Pages that are open at one portal, each changed every half a minute by a visitor of an address of its own."""
    for size in VISITORS_AT:
        with (
            _ready({**environment, "PORTAL_UNLIMITED": "127.0.0.1"}, VISITED_SHARE) as server,
            processors.group("asking", ASKING_SHARE) as own,
        ):
            # Else what is asked waits for what the machine does beside it, and that is counted as the portal's time.
            if own:
                own.take(os.getpid(), alone=True)
            yield from asyncio.run(_visited(server, size))
            if own:
                own.give_back(os.getpid())


async def _visited(server: Server, size: int) -> list[Point]:
    address, process = str(server.client.base_url), server.process.pid
    taken, lost = [], 0
    pages = []
    for number in range(size):
        socket = await opened(address, f"127.0.{5 + number // 250}.{number % 250 + 1}")
        pages.append(Visitor(socket))
        await pages[-1].run()

    async def visit(number: int) -> None:
        nonlocal lost
        acts = itertools.cycle(ACTS[number % len(ACTS) :] + ACTS[: number % len(ACTS)])
        await asyncio.sleep(PAUSE_SECONDS * number / size)
        for _ in range(2 if size > 1 else 20):
            begun = time.perf_counter()
            try:
                taken.append(await pages[number].run(*next(acts)))
            except Exception:
                lost += 1
                return
            pause = PAUSE_SECONDS if size > 1 else 1
            await asyncio.sleep(max(0, pause - (time.perf_counter() - begun)))

    spent, began = processors.seconds(process), time.perf_counter()
    await asyncio.gather(*map(visit, range(size)))
    busy = (processors.seconds(process) - spent) / (time.perf_counter() - began)
    for page in pages:
        with contextlib.suppress(Exception):
            await page.socket.close()
    p95 = statistics.quantiles(taken, n=20)[-1]
    return [
        Point("visitors", size, "换页 p50", 1000 * statistics.median(taken), "ms"),
        Point("visitors", size, "换页 p95", 1000 * p95, "ms"),
        Point("visitors", size, "没有成的", lost, "次"),
        Point("visitors", size, "用了一个核的", 100 * busy, "%"),
        Point("visitors", size, "内存", resident(process), "GB"),
    ]


@contextlib.contextmanager
def _ready(environment: Mapping[str, str], share: float = 1) -> Iterator[Server]:
    """A server whose model is loaded, then held to a share of a core where the machine lets us: no more, and hardly less."""
    with processors.group("growth", share) as held, serving(environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json().get("encoder") == "ready", 900)
        if held:
            held.take(server.process.pid)
        yield server


def _answers(curve: str, size: int, server: Server, asked: list[str]) -> Iterator[Point]:
    """Answers over HTTP, each question asked once, and the memory afterwards."""
    for question in asked[:WARM_UP]:
        ask(server.client, {"question": question})
    rest = asked[WARM_UP:]
    yield from _asked_for(
        curve, size, "答案", server, lambda n: ask(server.client, {"question": rest[n - 1]}), len(rest), begin=1
    )
    yield Point(curve, size, "内存", resident(server.process.pid), "GB")


def _asked_for(
    curve: str, size: int, what: str, server: Server, act: Callable[[int], None], times: int, begin: int = 0
) -> Iterator[Point]:
    """The middle one of so many requests, and what one costs of a processor; that is the same however busy the machine is.

    Args:
        act: asks, by the number of its turn.
        begin: 0 where one is asked before that is not counted.
    """
    if not begin:
        act(0)
    before = processors.seconds(server.process.pid)
    taken = [timed(lambda n=n: act(n)) * 1000 for n in range(1, times + 1)]
    spent = processors.seconds(server.process.pid) - before
    yield Point(curve, size, f"{what} p50", statistics.median(taken), "ms")
    yield Point(curve, size, f"{what}（处理器时间）", 1000 * spent / times, "ms")


def _built(build: Callable[[], object]) -> float:
    """The processor's seconds of what a build has run."""

    def children() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = children()
    build()
    return children() - before


CURVES: dict[str, Callable[[Mapping[str, str]], Iterator[Point]]] = {
    "visitors": visitors,
    "rows": table_rows,
    "places": city_places,
    "vectors": vectors,
    "sentences": sentences,
}


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """All curves.

    Args:
        environment: settings of the portal, with a published version.
    """
    for curve in CURVES.values():
        for point in curve(environment):
            yield point.measured()


def kept(file: Path) -> list[Point]:
    """The points of a file."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return [
            Point(r["curve"], int(r["size"]), r["what"], float(r["value"]), r["unit"]) for r in csv.DictReader(text)
        ]


def main() -> None:
    """Measure the curves and write their points; those of other curves stay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="the CSV file")
    parser.add_argument("--only", nargs="+", choices=list(CURVES), default=list(CURVES))
    chosen = parser.parse_args()
    console = Console(highlight=False)
    for name in chosen.only:
        others, found = [p for p in kept(chosen.to) if p.curve != name], []
        with tempfile.TemporaryDirectory(prefix="portal-growth-") as folder:
            environment = {"PORTAL_PUBLISHED": f"{folder}/published", "PORTAL_VAR": f"{folder}/var"}
            if name in {"rows", "visitors"}:
                documents.build(environment)
            for point in CURVES[name](environment):
                found.append(point)
                console.print(f"{point.value:10.1f} {point.unit}  {point.measured().what}")
                # What is measured is kept, whatever becomes of the rest.
                write_down(chosen.to, [*others, *found])


def write_down(file: Path, points: list[Point]) -> None:
    """Write the points, curve by curve."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(FIELDS)
        for p in sorted(points, key=lambda p: (p.curve, p.what, p.size)):
            writer.writerow((*astuple(p)[:3], round(p.value, 2), p.unit))


if __name__ == "__main__":
    main()
