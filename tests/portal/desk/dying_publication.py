"""Kill a publication at every step it takes, and put down what each death and the next start leave behind.

Run as `python dying_publication.py PROJECT DATABASE_URL MOST` on a synthetic project in a git work tree with a published version and
a change set 1 that is ready. For up to MOST of the steps, spread over all of them, it prints a line of JSON: the step, and the files
people maintain, version, state of the set, what is still meant, and the last commit, before anything and after the next start.
"""

import datetime
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text

import pipelines.build  # noqa: F401  (what a child would spend its time on)
from portal.desk.database import Database
from portal.desk.publishing import Publishing
from portal.publication.manifest import current_version
from portal.settings import Settings

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
_WRITES = ("os.", "shutil.", "tempfile.", "subprocess.Popen")
_SPARED = {"os.listdir", "os.scandir", "os.walk", "os.kill"}


def maintained(root: Path) -> dict[str, str]:
    """What the files are that people maintain, data and texts, and what else was left beside them: a digest of each."""
    found = [p for folder in ("corpus", "datasets") for p in sorted((root / folder).rglob("*")) if p.is_file()]
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def steps(take: Callable[[str], None], root: str) -> None:
    """Tell of every step of this process from now on: what it does to files, whom it starts, what it says to the database."""

    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open" and isinstance(arguments[0], str) and arguments[0].startswith(root):
            if isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
                take(f"open {arguments[0].removeprefix(root)}")
        elif name.startswith(_WRITES) and name not in _SPARED:
            take(name)

    sys.addaudithook(hook)
    event.listen(Engine, "before_cursor_execute", lambda _c, _r, statement, *_: take(statement[:30]))
    event.listen(Engine, "commit", lambda _: take("commit"))


def publish(settings: Settings, die_at: int | None) -> None:
    """Publish set 1 in this process; kill it just before its step of that number, or print how many steps it took."""
    taken = 0

    def take(step: str) -> None:
        nonlocal taken
        if taken == die_at:
            os.write(1, (json.dumps(step) + "\n").encode())
            os.kill(os.getpid(), signal.SIGKILL)
        taken += 1

    steps(take, str(settings.datasets.parent))
    Publishing(Database(settings), settings).publish(1, "publisher", NOON)
    if die_at is None:
        os.write(1, f"{taken}\n".encode())


def child(work: Callable[[], None]) -> tuple[int, str]:
    """Do something in a process of its own; how it ended, and what it printed."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.dup2(write, 1)
        try:
            work()
        except BaseException as problem:
            os.write(2, repr(problem).encode())
            os._exit(3)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as out:
        printed = out.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), printed


class Copy:
    """The project, its version and its database, to begin anew with each time."""

    def __init__(self, root: Path, url: str) -> None:
        self.root, self.kept = root, root.with_name("kept")
        shutil.copytree(root, self.kept, symlinks=True)
        self.url = make_url(url)
        self.settings = Settings(
            corpus=root / "corpus",
            datasets=root / "datasets",
            published=root / "published",
            var=root / "var",
            database_url=url if self.url.get_backend_name() == "postgresql" else "",
        )

    def renew(self) -> None:
        """As it was."""
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root, symlinks=True)
        if self.settings.database_url:
            name = self.url.database
            server = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {name}_kept"))
            server.dispose()

    def state(self) -> dict[str, Any]:
        """What there is of the publication."""
        database = Database(self.settings)
        with database.reading() as session:
            one = session.execute(text("SELECT state, version FROM change_sets WHERE id = 1")).one()
            meant = session.scalar(text("SELECT count(*) FROM intended_files"))
            told = session.scalar(text("SELECT count(*) FROM acts WHERE act = 'change.publish'"))
        database.engine().dispose()
        log = ["git", "-C", str(self.root), "log", "--format=%s"]
        changed = ["git", "-C", str(self.root), "status", "--porcelain", "--untracked-files=no"]
        return {
            "files": maintained(self.root),
            "current": current_version(Path(self.settings.published)),
            "state": one.state,
            "version": one.version,
            "meant": meant,
            "told": told,
            "commits": subprocess.run(log, capture_output=True, text=True, check=True).stdout.split("\n")[:-1],
            "uncommitted": subprocess.run(changed, capture_output=True, text=True, check=True).stdout,
        }


def main(root: Path, url: str, most: int) -> None:
    """Kill it at steps spread over all there are, each time from the same start."""
    copy = Copy(root, url)
    copy.renew()
    status, printed = child(lambda: publish(copy.settings, None))
    if status:
        sys.exit(status)
    every = int(printed)
    print(json.dumps({"steps": every, "whole": copy.state()}), flush=True)
    for number in sorted({n * every // most for n in range(most)}):
        copy.renew()
        status, printed = child(lambda at=number: publish(copy.settings, at))  # type: ignore[misc]
        recovery, _ = child(lambda: Publishing(Database(copy.settings), copy.settings).recover(NOON))
        told = {"step": printed.strip(), "status": status, "recovery": recovery, "after": copy.state()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
