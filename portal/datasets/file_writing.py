"""What the writers of files share: rows go from DuckDB or from Arrow batches straight to the file, no table is ever held as Python rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from portal.publication.sql_text import literal
from portal.publication.store import Store

_BATCH_ROWS = 20_000


def copy_to(store: Store, sql: str, parameters: list[Any], path: Path, options: str) -> None:
    """Have DuckDB write a statement's rows to a file; `options` stand in COPY's brackets."""
    with store.cursor() as cursor:
        cursor.execute(f"COPY ({sql}) TO {literal(path)} ({options})", parameters)


def batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """The batches of a cursor's rows that hold any."""
    return (b for b in cursor.to_arrow_reader(_BATCH_ROWS) if b.num_rows)
