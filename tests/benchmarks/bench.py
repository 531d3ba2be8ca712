"""Measure what a person waits for, against the targets, on the real corpus and datasets. Run by `make bench`.

Works in a folder of its own: the version being served elsewhere on the machine stays untouched.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from tests.benchmarks import answers
from tests.benchmarks.measuring import CHECKOUT, Measured, ask, resident, timed, wait

QUESTIONS = CHECKOUT / "tests" / "evaluation" / "questions_first.jsonl"
PORTAL = [sys.executable, "-c", "from portal.cli import main; main()"]
WARM_UP = 10
CLIENTS = 4


def main() -> None:
    """Measure everything and print it; ends with 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="JSON Lines with question and history")
    questions = read_questions(parser.parse_args().questions)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        environment = os.environ | {"PORTAL_PUBLISHED": f"{folder}/published", "PORTAL_VAR": f"{folder}/var"}
        with console.status("构建…"):
            results = builds(environment)
        with console.status("启动、问答…"):
            results += serving(environment, questions)
    table = Table("测量", "目标", "实测", "", title=f"{os.cpu_count()} 核，{len(questions)} 个问题")
    for column in table.columns[1:3]:
        column.justify = "right"
    for result in results:
        met = result.target is None or result.value <= result.target
        target = "" if result.target is None else f"≤ {result.target:g} {result.unit}"
        sign = "" if result.target is None else "[green]达到[/]" if met else "[red]未达到[/]"
        table.add_row(result.what, target, f"{result.value:.{1 if result.value >= 10 else 2}f} {result.unit}", sign)
    console.print(table)
    if any(r.target is not None and r.value > r.target for r in results):
        sys.exit(1)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The bodies to post, one a line of the file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [{"question": r["question"], "history": r.get("history") or []} for r in rows]


def builds(environment: dict[str, str]) -> list[Measured]:
    """Build with nothing there, then again with nothing changed."""

    def build() -> float:
        return timed(lambda: subprocess.run([*PORTAL, "build"], env=environment, capture_output=True, check=True))

    return [Measured("全新构建", build(), 20, "s"), Measured("没有变化时再构建", build(), 2, "s")]


def serving(environment: dict[str, str], questions: list[dict[str, Any]]) -> list[Measured]:
    """Start a server, wait until it is well, ask it everything, and see how much memory it holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    command = [*PORTAL, "serve", "--port", str(port)]
    with (
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
    ):
        try:
            wait(server, lambda: client.get("/healthz").is_success)
            healthy = time.perf_counter() - start
            first = timed(lambda: ask(client, questions[0]))
            wait(server, lambda: client.get("/healthz").json()["encoder"] == "ready")
            ready = time.perf_counter() - start
            for question in questions[:WARM_UP]:
                ask(client, question)
            # The first time each is asked: nothing of it is remembered from before.
            times = [timed(lambda q=q: ask(client, q)) * 1000 for q in questions[WARM_UP:]]
            with ThreadPoolExecutor(CLIENTS) as pool:
                crowded = list(pool.map(lambda q: timed(lambda: ask(client, q)) * 1000, questions))
            for path in ("/", "/api/v1/datasets", "/api/v1/progress", "/api/v1/datasets/observations.xlsx"):
                client.get(path).raise_for_status()
            memory = resident(server.pid)
            under_load = [
                *answers.one_client(client, fresh(questions)),
                *answers.crowd(str(client.base_url), questions),
                *answers.hostile(client, server.pid),
                *answers.beside_stock(client, current(environment)),
            ]
        finally:
            server.terminate()
    return [
        Measured("启动到健康", healthy, 3, "s"),
        Measured("启动到模型就绪", ready, None, "s"),
        Measured("模型未就绪时的首个回答", first * 1000, None, "ms"),
        Measured("热答案 p50（HTTP）", statistics.median(times), 60, "ms"),
        Measured("热答案 p95（HTTP）", statistics.quantiles(times, n=20)[-1], 150, "ms"),
        Measured(f"{CLIENTS} 人同时再问 p50", statistics.median(crowded), None, "ms"),
        Measured(f"{CLIENTS} 人同时再问 p95", statistics.quantiles(crowded, n=20)[-1], None, "ms"),
        Measured("常驻内存", memory, 1.2, "GB"),
        *under_load,
    ]


def fresh(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions in a form not asked before, so that no vector of them is remembered."""
    return [q | {"question": f"请问{q['question']}"} for q in questions]


def current(environment: dict[str, str]) -> Path:
    """The folder of the version just built."""
    published = Path(environment["PORTAL_PUBLISHED"])
    return published / (published / "CURRENT").read_text("utf-8").strip()


if __name__ == "__main__":
    main()
