"""Slow queries are told to the log by their shape: keywords and the names of published tables and columns, and nothing anybody wrote."""

import hashlib
import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

import duckdb

from portal.settings import settings
from portal.telemetry import journal, meters

_SHOWN_MAX = 600
_WORD = re.compile(r"[A-Za-z_]+(?!\w)")
_SIGNS = re.compile(r"[^\w\s'\"]+\s*(--|/\*|$)")


def told_if_slow(source: str, sql: str, known: frozenset[str], seconds: float) -> None:
    """Write a line where a query took longer than `PORTAL_SLOW_QUERY_SECONDS`.

    Args:
        source: whose query it is: `portal` or `visitor`.
        sql: the statement.
        known: names that may be written (`names`).
        seconds: how long it took.
    """
    if seconds < settings().slow_query_seconds:
        return
    meters.slow_queries.inc()
    shown = shape(sql, known)
    digest = hashlib.sha256(shown.encode()).hexdigest()[:12]
    journal.event("slow_query", source=source, ms=round(seconds * 1000), shape=shown[:_SHOWN_MAX], digest=digest)


def names(tables: Iterable[tuple[str, Iterable[str]]]) -> frozenset[str]:
    """The names of tables and of their columns, as `shape` knows them.

    Args:
        tables: name of each table with its columns.
    """
    return frozenset(n.lower() for table, columns in tables for n in (table, *columns))


@lru_cache(maxsize=256)
def shape(sql: str, known: frozenset[str]) -> str:
    """A statement with `?` for every value and `_` for every name that is none of the published; comments are left out."""
    # DuckDB counts bytes. What it cannot read to its end has no shape.
    written, tokens = sql.encode(), duckdb.tokenize(sql)
    bounds = itertools.pairwise([*(start for start, _ in tokens), len(written)])
    parts = [
        _part(written[start:end].decode(errors="replace").strip(), kind, known)
        for (start, end), (_, kind) in zip(bounds, tokens, strict=True)
    ]
    return " ".join(p for p in parts if p)


def _part(text: str, kind: object, known: frozenset[str]) -> str:
    """One token: it may have a comment after it, which DuckDB counts as part of it."""
    match str(getattr(kind, "name", kind)):
        case "keyword" if word := _WORD.match(text):
            return word.group().upper()
        case "operator":
            return re.split(r"--|/\*", text)[0].strip() if _SIGNS.match(text) else "_"
        case "identifier":
            name = text.split()[0].strip('"').lower() if text else ""
            return name if name in known else "_"
        case "numeric_const" | "string_const":
            return "?"
    return "_" if text else ""
