"""The process that runs visitors' SQL: it holds copies of the published tables, and nothing else can be reached from it but, through
its starter, the bytes of large tables that are not copied (`portal.visitor_sql.blocks`).

Started by `portal.visitor_sql.service` with an empty environment. One JSON object a line on standard input and output: first the set-up
(`{"sources": {table: what stands after FROM}, "blocks": null or what `Blocks` is told, with "sources" of its own, "memory", "threads", "rows_max", "bytes_max", "seconds"}`), then a `{"sql"}` for each query, answered by
`{"columns", "rows", "truncated"}` or `{"error", "kind", "near"}`.

Four fences, each enough alone for most of what is tried: the statement's syntax tree may name only published tables and harmless
functions; DuckDB has no file, network or extension access and its settings are locked; the operating system gives the process no
file, network, program, other process or further memory (`portal.visitor_sql.confinement`); and its starter ends it when it does not
answer in time.
"""

import contextlib
import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import duckdb

from portal.publication.json_object import JsonObject
from portal.publication.memory_tables import hold, prepare
from portal.publication.sql_text import literal, quoted
from portal.visitor_sql.blocks import Blocks, address
from portal.visitor_sql.confinement import Fence, confine
from portal.visitor_sql.plain_values import plain, size, unlike

_TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
_FORBIDDEN = re.compile(
    r"(duckdb|pragma|pg|read|write|parquet|sniff|st_read|load|create|enable|disable|parse_duckdb|summary)_\w*|glob|getenv"
    r"|current_setting|set_config|getvariable|query|query_table|which_secret|nextval|currval|json_execute_serialized_sql"
    r"|sleep\w*|json_serialize_plan|(force_)?checkpoint|sql_auto_complete|current_(database|catalog|schemas?)|\w*_(secret|privilege)s?"
    # What the engine tells of itself: its version, counters of others' queries, its names of users and addresses, how it stores values.
    r"|version|txid_current|current_(connection|query|transaction)_id|current_(role|user)|(session_)?user|inet_\w+|in_search_path|setseed"
    r"|stats|vector_type|get_block_size|\w+_description|map_to_pg_oid"
)
# Functions that are called by their name alone, like a column.
_UNCALLED = re.compile(r"current_(catalog|role|schema|user)|(session_)?user")
# Names DuckDB itself fills when no table has them; a WITH of such a name could smuggle them past the check.
_BUILT_IN = re.compile(r"(duckdb|sqlite|pg|pragma|information)_\w*")
_PLACE = re.compile(r"LINE (\d+): (.*)\n( *)\^")
_EVERY_TYPE = (
    "SELECT ?, ?, ?, ?, ?, 1.5::DECIMAL(4, 1), DATE '2023-12-31', TIME '12:00', TIMESTAMP '2023-12-31 12:00', INTERVAL 1 DAY, "
    "uuid(), 'x'::BLOB, [1], {'k': 1}, MAP {'k': 1}, 10::HUGEINT, now(), '101'::BIT, json_serialize_sql('SELECT 1'), round(random(), 1)"
)
_BATCH = 500

# A statement may make what is said of it as long as it likes; a name in it is explained whole.
_REASON_MAX = 20_000


class RefusedError(Exception):
    """A statement that is not run. `kind` says why; `near` is the place in the statement.

    Args:
        kind: syntax, half, statement, count, empty, show, table, function, time, memory, size, away or failed.
        message: the reason, in DuckDB's words or the name that is not allowed; cut, as a statement may make it as long as it likes.
        near: the statement's text at that place.
    """

    def __init__(self, kind: str, message: str, near: str = "") -> None:
        super().__init__(message[:_REASON_MAX])
        self.kind, self.near = kind, near[:_REASON_MAX]


class Sandbox:
    """An in-memory DuckDB with copies of the published tables and locked doors.

    Args:
        sources: what stands after FROM to read each table's files; they are copied.
        blocks: of large tables, which are not: `channel` and `sizes` of `Blocks`, and `sources` as above.
        memory: DuckDB's limit, e.g. `512MB`.
        rows_max: rows returned at most; more are cut, and said to be.
        bytes_max: size of an answer at most.
        seconds: time a query may take.
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        memory: str,
        rows_max: int,
        bytes_max: int,
        seconds: float,
        blocks: JsonObject | None = None,
    ) -> None:
        large = blocks["sources"] if blocks else {}
        self._tables = {name.lower() for name in (*sources, *large)}
        self._rows_max, self._bytes_max, self._seconds = rows_max, bytes_max, seconds
        self._connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": memory,
                # A thread started now would not be bound by what is taken from the process afterwards.
                "threads": "1",
                "temp_directory": "",
            }
        )
        prepare(self._connection)
        for name, source in sources.items():
            hold(self._connection, name, source)
        self._blocks = self._reading_blocks(blocks) if blocks else None
        columns = self._connection.execute(
            "SELECT lower(column_name) FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        self._columns = {str(c) for (c,) in columns}
        # Otherwise a table's name would be looked up among this program's own variables.
        self._connection.execute("SET python_enable_replacements = false")
        self._connection.execute("SET enable_external_access = false")
        # It would be drawn on standard output, where answers go.
        self._connection.execute("SET enable_progress_bar = false")
        # What DuckDB and Python load only when it is first needed could not be read any more afterwards.
        self._connection.execute(_EVERY_TYPE, ["text", 1, 1.5, True, None]).fetchall()
        with contextlib.suppress(RefusedError):
            self._check("SELEC 1")

    def _reading_blocks(self, told: JsonObject) -> Blocks:
        """Have the large tables read a part at a time, as queries need them; what was read is remembered within the limit of memory."""
        blocks = Blocks(told["channel"], told["sizes"])
        self._connection.register_filesystem(blocks)
        # Only files that are read ahead are remembered.
        self._connection.execute("SET prefetch_all_parquet_files = true")
        self._connection.execute("SET parquet_metadata_cache = true")
        for name, source in told["sources"].items():
            self._connection.execute(f"CREATE VIEW {quoted(name)} AS FROM {source}")
        allowed = ", ".join(literal(address(path)) for path in told["sizes"])
        self._connection.execute(f"SET allowed_paths = [{allowed}]")
        return blocks

    def lock(self, threads: int) -> None:
        """Start DuckDB's other threads and lock its settings: once the process is confined."""
        self._connection.execute(f"SET threads = {threads:d}")
        self._connection.execute("SET lock_configuration = true")

    def run(self, sql: str) -> JsonObject:
        """Run one SELECT.

        Returns:
            `columns` (name and type), `rows` (objects with JSON values), `truncated`.
        Raises:
            RefusedError: it is no SELECT over published tables, or took too much of something.
        """
        self._check(sql)
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self._connection.interrupt()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            result: duckdb.DuckDBPyConnection | duckdb.DuckDBPyRelation = self._connection.execute(sql)
            names = unlike([d[0] for d in result.description or ()])
            types = [str(d[1]) for d in result.description or ()]
            if "INTERVAL" in types:
                result = self._intervals_as_text(sql, types)
            rows = self._fetched(result, names, expired)
        except duckdb.InterruptException:
            raise RefusedError("time", str(self._seconds)) from None
        except (duckdb.OutOfMemoryException, MemoryError):
            raise RefusedError("memory", "") from None
        except (duckdb.Error, OSError) as error:
            if self._blocks and self._blocks.away:
                self._blocks.away = False
                raise RefusedError("away", "") from None
            kind = "time" if expired.is_set() else "failed"
            raise RefusedError(kind, _reason(str(error)), _near(str(error))) from None
        finally:
            timer.cancel()
        columns = [{"name": n, "type": t} for n, t in zip(names, types, strict=True)]
        return {"columns": columns, "rows": rows[: self._rows_max], "truncated": len(rows) > self._rows_max}

    def _intervals_as_text(self, sql: str, types: list[str]) -> duckdb.DuckDBPyRelation:
        """The result with intervals in DuckDB's words: Python's have no months, and would tell 30 days for one."""
        cells = (f"CAST(#{n} AS VARCHAR)" if t == "INTERVAL" else f"#{n}" for n, t in enumerate(types, 1))
        return self._connection.sql(sql).project(", ".join(cells))

    def _fetched(
        self, result: duckdb.DuckDBPyConnection | duckdb.DuckDBPyRelation, names: list[str], expired: threading.Event
    ) -> list[JsonObject]:
        """The rows of a result, one more than are given out where there are more."""
        rows: list[JsonObject] = []
        total = 0
        while batch := result.fetchmany(min(_BATCH, self._rows_max + 1 - len(rows))):
            for row in batch:
                rows.append(dict(zip(names, map(plain, row), strict=True)))
                total += size(rows[-1])
            if total > self._bytes_max:
                raise RefusedError("size", str(self._bytes_max))
            if expired.is_set():
                raise RefusedError("time", str(self._seconds))
            if len(rows) > self._rows_max:
                break
        return rows

    def _check(self, sql: str) -> None:
        nodes = list(_nodes(self._parsed(sql)))
        names = {str(entry["key"]).lower() for n in nodes if "cte_map" in n for entry in n["cte_map"]["map"]}
        names |= {str(n["cte_name"]).lower() for n in nodes if "cte_name" in n}
        for name in names:
            if _BUILT_IN.fullmatch(name):
                raise RefusedError("table", name, name)
        for node in nodes:
            self._check_node(node, names, sql)

    def _parsed(self, sql: str) -> JsonObject:
        """The one statement of a text, as DuckDB reads it."""
        if any("\ud800" <= c <= "\udfff" for c in sql):
            raise RefusedError("half", "")
        try:
            (text,) = self._connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0]
        except (duckdb.Error, MemoryError) as error:
            raise RefusedError("syntax", _reason(str(error)), _near(str(error))) from None
        tree: JsonObject = json.loads(text)
        if tree["error"]:
            at = int(tree.get("position") or 0)
            kind = "syntax" if tree["error_type"] == "parser" else "statement"
            raise RefusedError(kind, tree["error_message"], sql[at : at + 60].strip())
        if len(tree["statements"]) != 1:
            many = len(tree["statements"])
            raise RefusedError("count" if many else "empty", str(many))
        return tree

    def _check_node(self, node: JsonObject, names: set[str], sql: str) -> None:
        kind = node.get("type")
        if kind == "BASE_TABLE":
            table = str(node["table_name"])
            plain = not node.get("catalog_name") and node.get("schema_name") in ("", None, "main")
            if not plain or table.lower() not in self._tables | names:
                raise RefusedError("table", table, _at(sql, node))
        elif kind == "SHOW_REF":
            raise RefusedError("show", "", _at(sql, node))
        elif kind == "TABLE_FUNCTION":
            function = str(node["function"].get("function_name", "")).lower()
            if function not in _TABLE_FUNCTIONS:
                raise RefusedError("function", function, _at(sql, node))
        elif node.get("class") == "COLUMN_REF":
            column = str(node["column_names"][-1])
            if (
                len(node["column_names"]) == 1
                and _UNCALLED.fullmatch(column.lower())
                and column.lower() not in self._columns
            ):
                raise RefusedError("function", column, _at(sql, node))
        elif node.get("class") == "FUNCTION" and _FORBIDDEN.fullmatch(str(node.get("function_name", "")).lower()):
            raise RefusedError("function", str(node["function_name"]), _at(sql, node))


def _nodes(tree: Any) -> Iterator[JsonObject]:
    """Every object of a JSON tree; a stack, as a hostile tree may be deeper than Python's."""
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _at(sql: str, node: JsonObject) -> str:
    place = node.get("query_location")
    # Offsets count bytes; "nowhere" is the largest number there is.
    data = sql.encode()
    if not isinstance(place, int) or place >= len(data):
        return ""
    return data[place : place + 120].decode("utf-8", "ignore")[:60].strip()


def _reason(message: str) -> str:
    return message.partition("\n\nLINE ")[0].partition("\n")[0].strip()


def _near(message: str) -> str:
    found = _PLACE.search(message)
    if found is None:
        return ""
    column = len(found[3]) - len(f"LINE {found[1]}: ")
    return found[2][max(column, 0) :][:60].strip()


def main(isolated: Sequence[Fence] = ()) -> None:
    """Serve queries until standard input ends.

    Args:
        isolated: the fences put up before this module was loaded.
    """
    setup = json.loads(sys.stdin.readline())
    threads = setup.pop("threads")
    sandbox = Sandbox(**setup)
    fences = [*isolated, *confine()]
    sandbox.lock(threads)
    print(json.dumps({"fences": [asdict(f) for f in fences]}), flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        try:
            answer = sandbox.run(json.loads(line)["sql"])
            answer["elapsed_ms"] = round((time.perf_counter() - started) * 1000, 2)
        except RefusedError as refused:
            answer = {"error": str(refused), "kind": refused.kind, "near": refused.near}
        except (MemoryError, RecursionError):
            answer = {"error": "", "kind": "memory", "near": ""}
        print(json.dumps(answer), flush=True)
