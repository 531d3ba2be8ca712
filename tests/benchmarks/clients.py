"""What programs wait for: a call of each tool an assistant has, CKAN's search, the catalogue as Turtle; medians over one connection."""

import asyncio
import statistics
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from mcp import Client

from tests.benchmarks.measuring import Measured, serving, timed, wait

CALLS = 30
# A tool, and what it is given; each takes its names from what is published, so none is of one city.
Call = tuple[str, dict[str, Any]]


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """Each call of a tool with the official client, then CKAN's search and the catalogue as Turtle.

    Args:
        environment: settings under which the real corpus and datasets have been published.
    """
    with serving(environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json()["encoder"] == "ready")
        address = f"{str(server.client.base_url).rstrip('/')}/mcp"
        for (tool, given), times in asyncio.run(tools(address, calls(server.client))):
            told = "、".join(given) or "全部"
            yield Measured(f"MCP {tool}（{told}）p50", statistics.median(times), 20, "ms")
        yield from ckan(server.client)
        yield from catalogue(server.client)


def calls(client: httpx.Client) -> list[Call]:
    """A call of every tool, of what the portal holds."""
    targets = client.get("/api/v1/progress").json()["progress"]
    measures = client.get("/api/v1/measures").json()["measures"]
    known = next(m for m in measures if m["places"] and m["periods"])
    place = next(
        p
        for p in client.get("/api/v1/datasets/places/rows", params={"limit": 500}).json()["rows"]
        if p["lon"] is not None
    )
    name, clause = targets[0]["name_zh"], targets[0]["clause"]
    return [
        ("datasets", {}),
        ("search", {"query": name, "limit": 3}),
        ("progress", {}),
        ("progress", {"words": name}),
        ("clause", {"clause": clause}),
        ("ask", {"question": f"{name}的目标是多少？"}),
        ("measures", {}),
        ("measure_query", {"query": {"measure": known["id"]}}),
        ("places_near", {"lon": place["lon"], "lat": place["lat"], "radius_m": 3000}),
        ("dataset_rows", {"dataset": "indicators", "limit": 20}),
    ]


async def tools(address: str, asked: list[Call]) -> list[tuple[Call, list[float]]]:
    """Milliseconds of each call, over one connection.

    Raises:
        RuntimeError: a tool told of a fault.
    """
    found = []
    async with Client(address) as client:
        for tool, given in asked:
            times = []
            # The first is not counted: what is read once for a version is then read.
            for _ in range(CALLS + 1):
                start = time.perf_counter()
                result = await client.call_tool(tool, given)
                times.append((time.perf_counter() - start) * 1000)
                if result.is_error:
                    raise RuntimeError(f"{tool}: {result.content}")
            found.append(((tool, given), times[1:]))
    return found


def ckan(client: httpx.Client) -> Iterator[Measured]:
    """`package_search` as a harvester asks, whole and by words."""
    for told, parameters in (("全部", {"rows": "100"}), ("字词与分面", {"q": "停车", "facet.field": '["tags"]'})):
        times = [_get(client, "/api/3/action/package_search", parameters) for _ in range(CALLS + 1)][1:]
        yield Measured(f"package_search（{told}）p50", statistics.median(times), 10, "ms")


def catalogue(client: httpx.Client) -> Iterator[Measured]:
    """The catalogue as Turtle: written for the first who asks, then kept for the version."""
    first, *again = (_get(client, "/catalog.ttl", {}) for _ in range(CALLS + 1))
    yield Measured("目录 Turtle，第一次", first, None, "ms")
    yield Measured("目录 Turtle，再取 p50", statistics.median(again), 100, "ms")


def _get(client: httpx.Client, path: str, parameters: Mapping[str, str]) -> float:
    return timed(lambda: client.get(path, params=parameters).raise_for_status()) * 1000
