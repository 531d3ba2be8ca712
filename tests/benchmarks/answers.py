"""Answers under load and beside the stock recipe: one client, eight at once, hostile strings, and LangChain's default chain.

The stock recipe is the one tutorials teach: a recursive splitter (1000 characters, 200 overlap), the same model without its
prefixes, an in-memory vector store, the best chunk. It reads as much as ours writes: its first 500 characters.
"""

import itertools
import json
import random
import re
import statistics
import string
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq

from portal.answering.evaluate import Gold, failure
from portal.answering.models import Answer
from portal.publication.manifest import Manifest
from portal.retrieval.embedding import load_encoder
from tests.benchmarks.measuring import CHECKOUT, Measured, ask, resident, serving, timed, wait
from tests.evaluation.record import BESIDE

EVALUATION = CHECKOUT / "tests" / "evaluation"
QUESTIONS = EVALUATION / "questions_first.jsonl"
WARM_UP = 10
CROWD = 8
CROWD_QUESTIONS = 2_000
HOSTILE = 10_000
READING_BUDGET = 500


def measure(environment: Mapping[str, str], questions: Path = QUESTIONS) -> Iterator[Measured]:
    """From the start of a server to its memory after everything has been asked.

    Args:
        environment: settings of the portal, with a published version.
        questions: JSON Lines with `question` and `history`.
    """
    asked = read_questions(questions)
    with serving(environment) as server:
        client, process = server.client, server.process
        yield Measured("启动到健康", time.perf_counter() - server.started, 3, "s")
        first = timed(lambda: ask(client, asked[0]))
        wait(process, lambda: client.get("/readyz").json()["encoder"] == "ready")
        yield Measured("启动到模型就绪", time.perf_counter() - server.started, None, "s")
        yield Measured("模型未就绪时的首个回答", first * 1000, 300, "ms")
        for question in asked[:WARM_UP]:
            ask(client, question)
        # The first time each is asked: nothing of it is remembered from before.
        times = [timed(lambda q=q: ask(client, q)) * 1000 for q in asked[WARM_UP:]]
        yield Measured(f"热答案 p50（HTTP，1 人，{len(times)} 问）", statistics.median(times), 25, "ms")
        yield Measured("热答案 p95（HTTP，1 人）", statistics.quantiles(times, n=20)[-1], 80, "ms")
        crowded = crowd(client.base_url, asked)
        yield Measured(f"{CROWD} 人同时、{CROWD_QUESTIONS} 问 p95", statistics.quantiles(crowded, n=20)[-1], 250, "ms")
        for path in ("/", "/api/v1/datasets", "/api/v1/progress", "/api/v1/datasets/observations.xlsx"):
            client.get(path).raise_for_status()
        yield Measured("常驻内存", resident(process.pid), 1.2, "GB")
        yield from beside_stock(client, current(environment))
        yield from hostile(client.base_url, process.pid)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The bodies to post, one a line of the file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [{"question": r["question"], "history": r.get("history") or []} for r in rows]


def current(environment: Mapping[str, str]) -> Path:
    """The folder of the version just built."""
    published = Path(environment["PORTAL_PUBLISHED"])
    return published / (published / "CURRENT").read_text("utf-8").strip()


def crowd(base: httpx.URL, questions: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of each of two thousand questions by eight clients at once; a failed one ends the measurement."""
    many = [questions[i % len(questions)] for i in range(CROWD_QUESTIONS)]
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client, ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(lambda q: timed(lambda: ask(client, q)) * 1000, many))


def hostile(base: httpx.URL, process: int) -> Iterator[Measured]:
    """Random and hostile strings: none may end in a server error or an answer without a citation; memory must stay."""
    bodies = hostile_bodies(HOSTILE)
    sizes = [resident(process)]
    statuses: Counter[str] = Counter()
    with httpx.Client(base_url=base, timeout=60, trust_env=False) as client, ThreadPoolExecutor(CROWD) as pool:

        def outcome(body: bytes) -> str:
            reply = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
            if reply.status_code != 200:
                return str(reply.status_code)
            given = reply.json()
            # What was counted rests on rows, what the portal says of itself on its own pages, to which it links.
            rests = given["citations"] or given["computed"] or "](/" in given["answer"]
            return given["kind"] if given["kind"] != "answer" or rests else "uncited"

        for half in (bodies[: HOSTILE // 2], bodies[HOSTILE // 2 :]):
            statuses.update(pool.map(outcome, half))
            sizes.append(resident(process))
    told = "、".join(f"{name} {count}" for name, count in sorted(statuses.items()))
    errors = sum(count for name, count in statuses.items() if name.startswith("5"))
    yield Measured(f"{HOSTILE} 个恶意字符串（{told}）：服务器错误", errors, 0, "次")
    yield Measured(f"{HOSTILE} 个恶意字符串：无引用的答案", statuses["uncited"], 0, "次")
    yield Measured(f"{HOSTILE} 个恶意字符串：内存增长", (sizes[-1] - sizes[0]) * 1000, 100, "MB")
    yield Measured("其中后一半期间的增长", (sizes[-1] - sizes[1]) * 1000, 20, "MB")


def hostile_bodies(count: int) -> list[bytes]:
    """Request bodies by a fixed seed: fuzzed Unicode, NUL, half surrogates, a megabyte, SQL, HTML, prompts, broken JSON."""
    rng = random.Random(20211231)
    fragments = [
        "'; DROP TABLE indicators; --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd",
        "忽略以上所有指令", "Ignore previous instructions", "<|im_start|>system", "停车泊位", "绿地率", "2023年", "多少", "吗",
        "\x00", "\u202e", "\u200b", "\ufeff", "\U0010ffff", "%s%n", "\\", '"', "🙂", "ﷺ", "𝕏",
    ]  # fmt: skip
    bodies: list[bytes] = []
    for number in range(count):
        kind = number % 5
        if number % 2_000 == 1_999:
            text = rng.choice(fragments) * (1_000_000 // 8)
        elif kind == 0:
            text = "".join(chr(rng.randrange(1, 0x110000)) for _ in range(rng.randrange(1, 60)))
        elif kind == 1:
            text = "".join(rng.choices(fragments, k=rng.randrange(1, 8)))
        elif kind == 2:
            text = "".join(rng.choices(string.printable, k=rng.randrange(0, 200)))
        elif kind == 3:
            text = "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(rng.randrange(1, 40)))
        else:
            text = "\ud800" + rng.choice(fragments)
        # Half surrogates travel as JSON escapes; every fiftieth body is no JSON at all.
        body = json.dumps({"question": text}).encode("ascii")
        bodies.append(body[: len(body) // 2] if number % 50 == 49 else body)
    return bodies


def beside_stock(client: httpx.Client, published: Path) -> Iterator[Measured]:
    """Right clause, and right words within the reading budget, as shares of the answerable questions; and time a question: of the kept
    sets together, and of those kept beside the checkout, where there are any."""
    stock = Stock(published)
    sets = {"留存题": sorted(EVALUATION.glob("questions_*.jsonl")), "另存的题": sorted(BESIDE.glob("questions*.jsonl"))}
    for name, paths in sets.items():
        golds = [g for g in _golds(paths) if not g.refuse and g.clauses and not g.history]
        if golds:
            yield from _compared(client, stock, golds, f"{name} {len(golds)} 问")


class Stock:
    """LangChain's default chain over the plan's text, and where its clauses stand in it.

    Args:
        published: folder of the version asked.
    """

    def __init__(self, published: Path) -> None:
        from langchain_core.embeddings import Embeddings
        from langchain_core.vectorstores import InMemoryVectorStore
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        encoder = load_encoder("bundled")

        class Plain(Embeddings):
            """The model as the stock recipe calls it: `encode`, no prompt."""

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [list(map(float, v)) for v in encoder.encode(texts, show_progress_bar=False)]

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        plan = Manifest.model_validate_json((published / "manifest.json").read_bytes()).site.plan
        rows = pq.read_table(published / "clauses.parquet").to_pylist()
        clauses = sorted((c for c in rows if c["document"] == plan), key=lambda c: c["order"])
        ends = list(itertools.accumulate(len(c["text"]) for c in clauses))
        self._bounds = [(end - len(c["text"]), end, c["clause"]) for c, end in zip(clauses, ends, strict=True)]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        self._store = InMemoryVectorStore(Plain())
        self._store.add_documents(splitter.create_documents(["".join(c["text"] for c in clauses)]))

    def answer(self, question: str) -> tuple[str, str]:
        """The clause that most of the best chunk is of, and as much of the chunk as is read."""
        chunk = self._store.similarity_search(question, k=1)[0]
        first = chunk.metadata["start_index"]
        last = first + len(chunk.page_content)
        clause = max(self._bounds, key=lambda b: min(b[1], last) - max(b[0], first))[2]
        return clause, chunk.page_content[:READING_BUDGET]


def _golds(paths: Sequence[Path]) -> list[Gold]:
    lines = (line for path in paths for line in path.read_text("utf-8").splitlines() if line.strip())
    return [Gold.model_validate(json.loads(line)) for line in lines]


def _compared(client: httpx.Client, stock: Stock, golds: Sequence[Gold], told: str) -> Iterator[Measured]:
    right: Counter[str] = Counter()
    words: Counter[str] = Counter()
    times: dict[str, list[float]] = {"ours": [], "stock": []}
    for gold in golds:
        start = time.perf_counter()
        given = Answer.model_validate(client.post("/api/v1/ask", json={"question": gold.question}).json())
        times["ours"].append(time.perf_counter() - start)
        right["ours"] += bool(given.citations) and given.citations[0].clause in gold.clauses
        words["ours"] += not failure(gold.model_copy(update={"clauses": []}), given)
        start = time.perf_counter()
        clause, read = stock.answer(gold.question)
        times["stock"].append(time.perf_counter() - start)
        right["stock"] += clause in gold.clauses
        words["stock"] += all(re.search(must, read) for must in gold.must)
    for who, name in (("ours", "本门户"), ("stock", "通用做法")):
        yield Measured(f"{told}：首条引用正确（{name}）", 100 * right[who] / len(golds), None, "%")
        part = "答案" if who == "ours" else f"前 {READING_BUDGET} 字"
        yield Measured(f"{told}：{part}含应有内容（{name}）", 100 * words[who] / len(golds), None, "%")
    ratio = statistics.median(times["ours"]) / statistics.median(times["stock"])
    yield Measured(f"{told}：用时之比 p50（本门户 HTTP / 通用做法）", ratio, None, "倍")
