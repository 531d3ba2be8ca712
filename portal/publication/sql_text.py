"""Names and texts as they are written in SQL."""


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text (a path, an address) as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"
