"""Everything at once, honest and hostile, fifty requests a second from twenty addresses of this machine: the second half tells what grows."""

import asyncio
import contextlib
import itertools
import json
import random
import statistics
import time
from collections import Counter
from pathlib import Path

from tests.benchmarks.measuring import Measured, resident_together
from tests.benchmarks.strangers import QUESTION, SQL, WORDS, Seen, client

DEEP = "[" * 30_000


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
                memory.append(resident_together(process))
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
