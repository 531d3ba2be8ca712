"""What stands after FROM to read a published table: its one file, or its files by partition."""

from collections.abc import Callable

from portal.publication.manifest import PublishedFile
from portal.publication.sql_text import literal, quoted

# Of the Arrow types a table may be partitioned by; a year is no column of the table.
_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "bool": "BOOLEAN", "date32[day]": "DATE"}


def table_source(file: PublishedFile, address: Callable[[str], str]) -> str:
    """The call of DuckDB's that reads a table.

    Of a table partitioned by a column, files of other partitions than those asked for are not opened: the folder's name tells it.

    Args:
        file: the table in its manifest.
        address: where a file lies, given its path in the version's folder.
    """
    if not file.parts:
        return f"read_parquet({literal(address(file.path))})"
    paths = ", ".join(literal(address(part.path)) for part in file.parts)
    kind = _TYPES.get(file.columns.get(file.partition, ""))
    if kind is None:
        return f"read_parquet([{paths}], hive_partitioning = false)"
    types = f"{{{quoted(file.partition)}: {kind}}}"
    return f"read_parquet([{paths}], hive_partitioning = true, hive_types = {types})"
