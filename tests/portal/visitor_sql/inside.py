"""Try, from inside the confined process and with DuckDB's own fences off, to reach what a visitor's SQL must not; print what came of it.

Run as `python inside.py FILE FOLDER`: a file to read and a folder to write to. Standard output is a pipe.
"""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from portal.visitor_sql.confinement import confine, isolate

isolated = isolate()
import duckdb  # noqa: E402  (it starts a thread)


def tried(step: Callable[[], Any]) -> str:
    """The name of the error that kept a step from being done; "reached" where nothing did."""
    try:
        found = step()
    except BaseException as error:
        return type(error).__name__
    return "nothing" if found in ([], False) else "reached"


def main(secret: str, folder: str) -> None:
    """Confine this process and try."""
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute("CREATE TABLE t AS SELECT range AS i FROM range(300000)")
    before = list(Path("/proc/self/task").iterdir())
    fences = [*isolated, *confine()]
    connection.execute("SET threads = 2")
    parent = os.getppid()

    def rows(sql: str) -> Callable[[], Any]:
        return lambda: connection.execute(sql).fetchall()

    def connects() -> Any:
        with socket.socket() as plug:
            return plug.connect_ex(("127.0.0.1", 9)) == 0

    steps: dict[str, Callable[[], Any]] = {
        "read by SQL": rows(f"SELECT * FROM read_text('{secret}')"),
        "list by SQL": rows("SELECT * FROM glob('/*')"),
        "write by SQL": rows(f"COPY t TO '{folder}/stolen.csv'"),
        "attach by SQL": rows(f"ATTACH '{folder}/stolen.db'"),
        "fetch by SQL": rows("SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')"),
        "read": lambda: Path(secret).read_text("utf-8"),
        "list": lambda: list(Path("/").iterdir()),
        "write": lambda: Path(folder, "stolen").write_text("x", "utf-8"),
        "environment of the parent": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "connect": connects,
        "local socket": lambda: socket.socket(socket.AF_UNIX),
        "fork": os.fork,
        "execute": lambda: os.execv("/bin/true", ["true"]),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "signal the parent": lambda: os.kill(parent, signal.SIGCONT),
        "become root": lambda: os.setuid(0),
    }
    outcome = {name: tried(step) for name, step in steps.items()}
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(connection.execute("SELECT count(*) FROM t").fetchall()[0][0]))
    thread.start()
    thread.join()
    told = {"fences": [asdict(f) for f in fences], "outcome": outcome, "counted": done, "threads": len(before)}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
