"""Both databases the desk speaks to: SQLite, and a PostgreSQL of the tests' own where one is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from portal.settings import Settings

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_names = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL that listens on a socket of its own, `{}` standing for a database's name."""
    found = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *map(str, _INSTALLED)]))
    if found is None:
        pytest.skip("PostgreSQL is not installed: only SQLite is tried")
    programs = Path(found).resolve().parent
    # It refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        data = Path(folder) / "data"
        if user:
            shutil.chown(folder, user)
        quiet = {"stdout": subprocess.DEVNULL, "user": user, "cwd": folder}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            **quiet,
        )
        server = [
            str(programs / "postgres"),
            "-D",
            str(data),
            "-k",
            folder,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        ]
        with (Path(folder) / "log").open("w") as log, subprocess.Popen(server, stderr=log, **quiet) as running:
            try:
                ready = [str(programs / "pg_isready"), "-h", folder, "-t", "1"]
                for _ in range(200):
                    if subprocess.run(ready, stdout=subprocess.DEVNULL, check=False).returncode == 0:
                        break
                yield f"postgresql+psycopg://portal@/{{}}?host={folder}"
            finally:
                # Fast: idle connections are not waited for.
                running.send_signal(signal.SIGINT)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a portal whose database is empty."""
    if request.param == "sqlite":
        return Settings(var=tmp_path / "var")
    address: str = request.getfixturevalue("postgresql")
    name = f"portal{next(_names)}"
    with create_engine(address.format("postgres"), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return Settings(var=tmp_path / "var", database_url=address.format(name))
