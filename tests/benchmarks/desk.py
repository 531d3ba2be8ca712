"""The desk's lists with 200,000 enquiries and 20,000 contributions, and the search of earlier enquiries by meaning.

All of it is synthetic and says so. SQLite always; PostgreSQL where `PORTAL_BENCH_POSTGRESQL` names an empty database.
"""

import datetime
import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from portal.desk import engines
from portal.desk.contributions import Contributions, State
from portal.desk.database import Database
from portal.desk.enquiries import Enquiries
from portal.desk.meanings import Meanings
from portal.desk.review import Review
from portal.desk.tables import Contribution, Enquiry, KeptAnswer, Meaning
from portal.retrieval.embedding import BUNDLED, model_fingerprint
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings
from tests.benchmarks.measuring import Measured

ENQUIRIES = 200_000
CONTRIBUTIONS = 20_000
_TIMES = 40
_AT_ONCE = 5_000
_BEGAN = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
_WORDS = ("停车", "公园", "电梯", "道路", "学校", "热水", "公交", "绿地", "噪声", "广场")


def measure(_: Mapping[str, str]) -> Iterator[Measured]:
    """On each database there is."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-desk-") as folder:
        yield from _on("SQLite", Settings(var=Path(folder) / "var"))
        if address := os.environ.get("PORTAL_BENCH_POSTGRESQL"):
            yield from _on("PostgreSQL", Settings(var=Path(folder) / "other", database_url=address))


def _on(name: str, settings: Settings) -> Iterator[Measured]:
    database = Database(settings)
    _fill(database)
    enquiries, contributions = Enquiries(database, settings), Contributions(database, settings)
    lists: dict[str, Callable[[int], object]] = {
        "咨询第一页": lambda _: enquiries.search("", 50),
        "咨询任意一页": lambda n: enquiries.search("", 50, n * 4_000),
        "等着处理的投稿": lambda n: contributions.of_state(State.RECEIVED, 50, n * 50),
        "公开的投稿记录": lambda n: contributions.log(50, n * 100),
        "没有答好的问题": lambda _: Review(database, lambda question: question[:4]).groups(),
    }
    for what, look in lists.items():
        yield Measured(f"{name}：{what} p95", _p95(look), 150, "ms")
    # Every text is looked through; a sentence is found by meaning sooner.
    yield Measured(
        f"{name}：按字词查咨询 p95", _p95(lambda n: enquiries.search(f"合成问题{n * 977}号", 50)), None, "ms"
    )
    encoder = LazyEncoder(BUNDLED)
    encoder.get()
    meanings = Meanings(database, encoder)
    start = time.perf_counter()
    meanings.nearest("合成的第一问", 10)
    yield Measured(f"{name}：第一次读入 {ENQUIRIES} 个向量", time.perf_counter() - start, None, "s")
    asked = [f"{word}合成问题{n}在哪里" for n, word in enumerate(itertools.islice(itertools.cycle(_WORDS), _TIMES))]
    yield Measured(
        f"{name}：按意思查咨询 p95", _p95(lambda n: enquiries.numbered(meanings.nearest(asked[n], 10))), 200, "ms"
    )


def _p95(look: Callable[[int], object]) -> float:
    """Milliseconds nineteen of twenty looks take at most."""
    look(0)
    spent = []
    for n in range(_TIMES):
        start = time.perf_counter()
        look(n)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(spent, n=20)[-1]


def _fill(database: Database) -> None:
    model, randomly = model_fingerprint(BUNDLED)[:64], np.random.default_rng(1)
    with database.writing() as session:
        for start in range(0, ENQUIRIES, _AT_ONCE):
            numbers = range(start + 1, start + _AT_ONCE + 1)
            session.execute(insert(KeptAnswer), [_answer(n) for n in numbers])
            session.execute(insert(Enquiry), [_enquiry(n) for n in numbers])
            vectors = randomly.standard_normal((_AT_ONCE, 384), np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            rows = zip(numbers, vectors.astype(np.float16), strict=True)
            session.execute(
                insert(Meaning), [{"id": n, "enquiry": n, "model": model, "vector": v.tobytes()} for n, v in rows]
            )
        session.execute(insert(Contribution), [_contribution(n) for n in range(1, CONTRIBUTIONS + 1)])
        # As in a database that was put back, or in use for longer than a minute.
        engines.counted(session.connection())


def _answer(n: int) -> dict[str, object]:
    question = f"{random.Random(n).choice(_WORDS)}合成问题{n}号在哪里?"
    return {
        "id": f"s{n}",
        "answer": f"synthetic-{n}",
        "made": _BEGAN + datetime.timedelta(minutes=n),
        "question": question,
        "text": f"合成答复{n}号。" * 20,
        "refused": n % 5 == 0,
        "language": "zh",
        "version": "synthetic",
        "letter": {"title": "合成", "sections": [], "closing": [], "author": "合成", "date": "2021-01-01"},
    }


def _enquiry(n: int) -> dict[str, object]:
    return {
        "id": n,
        "asked": _BEGAN + datetime.timedelta(minutes=n),
        "clerk": "synthetic",
        "kept": f"s{n}",
        "channel": "phone",
        "outcome": "answered",
        "follow_up": "",
    }


def _contribution(n: int) -> dict[str, object]:
    state = ("received", "accepted", "refused", "published")[n % 4]
    moment = _BEGAN + datetime.timedelta(minutes=n)
    texts = dict.fromkeys(("value", "unit", "period", "source_url", "reason", "version"), "")
    decided = None if state == "received" else moment
    return {
        "id": n,
        "code": f"synthetic-{n}",
        "kind": "correction",
        "about_kind": "indicator",
        "about_id": "synthetic_rate",
        "about_name": "合成率",
        "text": f"合成投稿{n}号。",
        "state": state,
        "received": moment,
        "decided": decided,
        "decided_by": "synthetic" if decided else "",
        **texts,
    }
