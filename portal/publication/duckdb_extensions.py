"""DuckDB's extensions, loaded from the packages that carry them: DuckDB itself would fetch them from its own host."""

import importlib.util
from pathlib import Path

import duckdb

from portal.publication.manifest import PublicationError

# Neither does a query bring one in by the mere use of it.
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def load(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension.

    Args:
        connection: opened with `OFFLINE` among its settings.
        name: e.g. `spatial`; its package is `duckdb-extension-spatial`.
    Raises:
        PublicationError: the package is not installed.
    """
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.origin is None:
        raise PublicationError(f"缺少 duckdb-extension-{name} 软件包。请运行 make setup。")
    for extension in (Path(spec.origin).parent / "extensions").rglob(f"{name}.duckdb_extension"):
        connection.execute(f"LOAD '{extension}'")
