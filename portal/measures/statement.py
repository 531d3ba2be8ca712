"""SQL with its parameters apart: run as it is, shown with the values in their places. Both do the same."""

import datetime
from dataclasses import dataclass

from portal.publication.sql_text import literal

Scalar = str | int | float | bool | datetime.date | None


@dataclass(frozen=True)
class Statement:
    """A SELECT of this package: `?` stands for each parameter and for nothing else."""

    text: str
    parameters: tuple[Scalar, ...] = ()

    def shown(self) -> str:
        """The same statement without parameters, as a visitor can run it."""
        parts = self.text.split("?")
        values = [*(_shown(p) for p in self.parameters), ""]
        return "".join(part + value for part, value in zip(parts, values, strict=True))


def _shown(value: Scalar) -> str:
    """A value as SQL writes it."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case datetime.date():
            return f"DATE {literal(value.isoformat())}"
    return literal(value)
