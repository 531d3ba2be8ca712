"""Made-up vectors by the hundred thousand: what comparing a question with all of them costs, in memory and in PostgreSQL with pgvector.

Alone, as embedding so many sentences takes an hour of a processor, and says nothing more of the search.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from portal.retrieval.exact_store import unit
from portal.retrieval.vector_stores import Nearness, exact, opening
from portal.settings import Settings
from tests.benchmarks.measuring import timed
from tests.postgresql_server import empty_database, postgresql

WIDTH = 384
ASKED = 30
_DOCUMENT = 100


def compared(sizes: tuple[int, ...]) -> Iterator[tuple[int, str, float, str]]:
    """At each size: what, how much, and in which unit."""
    with postgresql() as server:
        for size in sizes:
            table = passages(size)
            yield size, "精确检索一次（处理器时间）", _median(exact(table), time.process_time), "ms"
            yield size, "向量在内存里", size * WIDTH * 4 / 1e6, "MB"
            opened: list[Nearness] = []
            store = opening(Settings(vector_store=empty_database(server)))
            filling = timed(lambda s=store, t=table, o=opened: o.append(s(t)))
            yield size, "pgvector 第一次装入", filling, "s"
            yield size, "pgvector 检索一次 p50", _median(opened[0]), "ms"


def passages(size: int) -> pa.Table:
    """So many made-up passages with vectors by a fixed seed, in tens of groups, as sentences of one matter lie together."""
    chosen = np.random.default_rng(20211231)
    middles = chosen.normal(size=(50, WIDTH))
    vectors = unit(middles[chosen.integers(0, 50, size)] + chosen.normal(size=(size, WIDTH)))
    columns = {
        "id": [f"synthetic/{n}" for n in range(size)],
        "document": [f"synthetic-{n // _DOCUMENT}" for n in range(size)],
        "heading": ["合成"] * size,
        "text": [f"合成句子{n}" for n in range(size)],
    }
    flat = pa.array(vectors.reshape(-1), pa.float32())
    offsets = pa.array(range(0, size * WIDTH + 1, WIDTH), pa.int32())
    return pa.table({**columns, "embedding": pa.ListArray.from_arrays(offsets, flat)})


def _median(store: Nearness, clock: Callable[[], float] = time.perf_counter) -> float:
    """Milliseconds of the middle one of so many searches, no question twice; of a processor, where its clock is given."""
    asked = unit(np.random.default_rng(7).normal(size=(ASKED + 1, WIDTH)))
    store.cosines(asked[-1])
    taken = []
    for vector in asked[:-1]:
        start = clock()
        store.cosines(vector)
        taken.append((clock() - start) * 1000)
    return statistics.median(taken)
