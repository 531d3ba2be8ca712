"""Places by the hundred thousand: the nearest through the API, the coverage of districts, an import, the chat among their names.

Every place is synthetic and says so in its name; the districts are the real ones.
"""

import csv
import os
import random
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.compute.coverage import compute_coverage
from portal.publication.store import connect
from portal.settings import Settings
from tests.benchmarks.measuring import CHECKOUT, PORTAL, Measured, ask, serving, timed, wait

NEAR_PLACES = 200_000
NEAR_REQUESTS = 300
PARKS = 20_000
CHAT_PLACES = 20_000
QUESTIONS = (
    "新增停车泊位的目标是多少",
    "绿地率达标了吗",
    "老旧小区怎么改造",
    "合成场所7000号附近有公园吗",
    "合成场所12000号在哪里",
    "附近有图书馆吗",
    "2023年底公交站点覆盖率要达到多少",
    "垃圾分类做得怎么样",
)


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """All of it; what is published by others is left alone, `environment` with it."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-places-") as folder:
        yield from nearest(Path(folder) / "near")
        yield from chat(Path(folder) / "chat")
    yield coverage()


def nearest(folder: Path) -> Iterator[Measured]:
    """The nearest 20 of 200,000, around points of the city, within a middling and the largest radius."""
    environment = published(folder, NEAR_PLACES)
    chosen = random.Random(2)
    with serving(environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json()["encoder"] == "ready")
        for radius_m in (5_000, 100_000):

            def request(radius_m: int = radius_m) -> None:
                lon, lat = chosen.uniform(112.3, 112.6), chosen.uniform(34.5, 34.8)
                at = {"lon": lon, "lat": lat, "radius_m": radius_m, "limit": 20}
                reply = server.client.get("/api/v1/places/near", params=at).raise_for_status().json()
                if len(reply["places"]) != 20:
                    raise RuntimeError(f"{len(reply['places'])} places")

            request()
            times = [timed(request) * 1000 for _ in range(NEAR_REQUESTS)]
            what = f"{NEAR_PLACES} 个合成场所中最近的 20 个、半径 {radius_m} 米 p50（HTTP）"
            yield Measured(what, statistics.median(times), 15, "ms")


def chat(folder: Path) -> Iterator[Measured]:
    """Questions among 20,000 names of synthetic places."""
    environment = published(folder, CHAT_PLACES)
    with serving(environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json()["encoder"] == "ready")
        for question in QUESTIONS:
            ask(server.client, {"question": question})
        times = [timed(lambda q=q: ask(server.client, {"question": f"请问{q}"})) * 1000 for q in QUESTIONS * 5]
        yield Measured(f"{CHAT_PLACES} 个合成场所时提问 p50（HTTP）", statistics.median(times), 40, "ms")


def coverage() -> Measured:
    """Coverage of the real districts by 20,000 synthetic parks, by all measures."""
    districts = rows("districts")
    measures = [m | {"radius_m": float(m["radius_m"])} for m in rows("coverage-measures")]
    parks = [p | {"kind": "park"} for p in synthetic_places(PARKS)]
    with connect(Settings()) as connection:
        seconds = timed(lambda: compute_coverage(connection, measures, districts, parks, "合成市"))
    return Measured(f"{len(districts)} 个区县、{PARKS} 个合成公园的覆盖", seconds, 30, "s")


def synthetic_places(count: int) -> list[dict[str, Any]]:
    """Places spread over the real districts' extent, half of them as close together as in a city's middle."""
    chosen = random.Random(1)
    kinds = ("park", "pocket_park", "sports_park", "car_park", "charging", "library", "bus_stop", "pitch")
    found = []
    for number in range(count):
        lon, lat = chosen.uniform(111.2, 112.9), chosen.uniform(33.6, 35.0)
        if number % 2:
            lon, lat = chosen.gauss(112.45, 0.08), chosen.gauss(34.65, 0.05)
        area = round(chosen.uniform(400, 200_000)) if number % 3 == 0 else None
        found.append(
            {"id": f"synthetic-{number}", "kind": chosen.choice(kinds), "name": f"合成场所{number}号", "area_m2": area}
            | {"district": None, "lon": round(lon, 6), "lat": round(lat, 6), "position_basis": "file", "as_of": "2026"}
        )
    return found


def published(folder: Path, count: int) -> dict[str, str]:
    """Build the real corpus and datasets with synthetic places beside the real ones; the settings to serve them with."""
    shutil.copytree(CHECKOUT / "datasets", folder / "datasets", ignore=shutil.ignore_patterns("published"))
    file = folder / "datasets" / "places" / "data.csv"
    known = rows("places")
    (source, *_) = rows("sources")
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(known[0]), restval="")
        writer.writeheader()
        # Projects name some of the real ones.
        writer.writerows(known)
        writer.writerows({"source": source["id"], **place} for place in synthetic_places(count))
    environment = {"PORTAL_DATASETS": str(folder / "datasets"), "PORTAL_PUBLISHED": str(folder / "published")}
    environment["PORTAL_VAR"] = str(folder / "var")
    subprocess.run([*PORTAL, "build"], env=os.environ | environment, capture_output=True, check=True)
    return environment


def rows(dataset: str) -> list[dict[str, Any]]:
    """The cells of a maintained dataset, as text."""
    with (CHECKOUT / "datasets" / dataset / "data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
